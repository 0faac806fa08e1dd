// A rule as text is parsed first.
use lava::prelude::*;
use lava::proc::LearningDense;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _: LearningDense = net.add(LearningDense::weights([[1.0]]).learning_rule("dw = x0;"))?;
    Ok(())
}
