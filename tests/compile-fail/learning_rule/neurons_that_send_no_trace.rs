// Neurons that have no port for a third factor.
use lava::prelude::*;
use lava::proc::{LearningDense, Lif};

fn main() -> lava::Result<()> {
    let rule = learning_rule! { dw = u0 * y1; y1: third factor; };
    network! { Loihi1SimCfg;
        lif: Lif           = Lif::shape([1]);
        syn: LearningDense = LearningDense::weights([[1.0]]).learning_rule(rule);
        lif.s_out_y1 -> syn.s_in_y1;
    }?;
    Ok(())
}
