// The type that a text is parsed to.
use lava::prelude::*;
use lava::proc::LearningDense;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let builder = LearningDense::weights([[1.0]]).learning_rule("dw = x0;".parse()?);
    let _: LearningDense = net.add(builder)?;
    Ok(())
}
