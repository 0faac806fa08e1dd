// A connection in fixed point, and neurons in floating point.
use lava::prelude::*;
use lava::proc::{LearningDense, LearningLif};

fn main() -> lava::Result<()> {
    let rule = learning_rule! { dw = u0 * y1; y1: third factor; };
    network! { Loihi1SimCfg;
        lif: LearningLif        = LearningLif::shape([1]);
        syn: LearningDense<i32> = LearningDense::weights([[1]]).learning_rule(rule);
        lif.s_out_y1 -> syn.s_in_y1;
    }?;
    Ok(())
}
