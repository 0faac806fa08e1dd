// A process has one shape; other members say theirs.
use lava::prelude::*;

#[process]
pub struct Synapses<I: Shape, O: Shape> {
    s_in: InPort<Spike, I>,
    a_out: OutPort<f32, O>,
}

fn main() {}
