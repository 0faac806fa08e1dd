// The numbers of a rule of the library, instead of the rule.
use lava::prelude::*;
use lava::proc::LearningDense;
use lava::proc::learning::Stdp;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let builder = LearningDense::weights([[1.0]]).learning_rule(Stdp::default());
    let _: LearningDense = net.add(builder)?;
    Ok(())
}
