// A model for a process of another crate is an alternative.
use lava::prelude::*;
use lava::proc::Spiker;

#[implements(proc = Spiker<f32>, protocol = Loihi)]
struct Mine {
    s_out: Out<f32>,
    period: Vec<u32>,
    phase: Vec<u32>,
}

impl LoihiModel for Mine {}

fn main() {}
