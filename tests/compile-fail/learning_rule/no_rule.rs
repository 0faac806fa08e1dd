// A connection that learns needs a rule.
use lava::prelude::*;
use lava::proc::LearningDense;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _: LearningDense = net.add(LearningDense::weights([[1.0]]))?;
    Ok(())
}
