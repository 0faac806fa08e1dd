// The library's model of a sink serves every tag: only an alternative can take its place.
use lava::prelude::*;
use lava::proc::Sink;

pub enum Forgetful {}

#[implements(proc = Sink<f32>, protocol = Loihi)]
#[tag(Forgetful, explicit)]
struct Bin {
    a_in: In<f32>,
    steps: usize,
    data: ArrayD<f32>,
}

impl LoihiModel for Bin {}

fn main() {}
