// Numbers of post-synaptic neurons are third factors.
use lava::prelude::*;
use lava::proc::{LearningDense, Source};

fn main() -> lava::Result<()> {
    let rule = learning_rule! { dw = y0; };
    network! { Loihi1SimCfg;
        post: Source        = Source::data([[3.0]]);
        syn:  LearningDense = LearningDense::weights([[1.0]]).learning_rule(rule);
        post.s_out -> syn.s_in_bap;
    }?;
    Ok(())
}
