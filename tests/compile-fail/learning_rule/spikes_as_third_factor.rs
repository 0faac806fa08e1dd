// A third factor is a number.
use lava::prelude::*;
use lava::proc::{LearningDense, Source};

fn main() -> lava::Result<()> {
    let rule = learning_rule! { dw = u0 * y2; y2: third factor; };
    network! { Loihi1SimCfg;
        reward: Source<Spike> = Source::data([[true]]);
        syn:    LearningDense = LearningDense::weights([[1.0]]).learning_rule(rule);
        reward.s_out -> syn.s_in_y2;
    }?;
    Ok(())
}
