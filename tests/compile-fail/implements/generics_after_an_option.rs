// The process's own type parameters come first.
use lava::prelude::*;

#[process]
pub struct Neurons<S: Shape> {
    a_in: InPort<f32, S>,
}

#[implements(protocol = Loihi, for<S: Shape> proc = Neurons<S>)]
struct NeuronsModel {
    a_in: In<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
