// A rule as text is parsed before it is set.
use lava::prelude::*;
use lava::proc::LearningDense;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let rule = learning_rule! { dw = x0; };
    let synapses: LearningDense = net.add(LearningDense::weights([[1.0]]).learning_rule(rule))?;
    synapses.set_rule("dw = y0;")?;
    Ok(())
}
