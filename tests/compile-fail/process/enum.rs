// A process is a struct.
use lava::prelude::*;

#[process]
pub enum Neurons {
    Integrating(f32),
    Resting,
}

fn main() {}
