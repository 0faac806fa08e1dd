// A model for a process of another crate is an alternative.
use lava::prelude::*;
use lava::proc::Latch;

#[implements(proc = Latch<f32>, protocol = Loihi)]
struct Mine {
    a_in: In<f32>,
    payload: Vec<f32>,
}

impl LoihiModel for Mine {}

fn main() {}
