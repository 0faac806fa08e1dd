// The model does not say what is inside.
use lava::prelude::*;

#[process]
pub struct Layer {
    #[var(shape = [2], init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct LayerModel;

fn main() {}
