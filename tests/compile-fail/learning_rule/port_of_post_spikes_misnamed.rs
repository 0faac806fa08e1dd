// The port for the spikes of the targets has another name.
use lava::prelude::*;
use lava::proc::{LearningDense, Source};

fn main() -> lava::Result<()> {
    let rule = learning_rule! { dw = y0; };
    network! { Loihi1SimCfg;
        post: Source<Spike> = Source::data([[true]]);
        syn:  LearningDense = LearningDense::weights([[1.0]]).learning_rule(rule);
        post.s_out -> syn.s_in_post;
    }?;
    Ok(())
}
