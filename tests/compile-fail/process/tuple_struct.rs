// Members have names.
use lava::prelude::*;

#[process]
pub struct Neurons(InPort<f32>, OutPort<Spike>);

fn main() {}
