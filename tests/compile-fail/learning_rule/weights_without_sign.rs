// Weights of a type that no model computes with.
use lava::prelude::*;
use lava::proc::LearningDense;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let rule = learning_rule! { dw = x0; };
    let _: LearningDense<u8> = net.add(LearningDense::weights([[1_u8]]).learning_rule(rule))?;
    Ok(())
}
