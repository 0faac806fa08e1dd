// A model of `lava::proc::Sink` for a protocol, tag and resource that are lava's too.
use lava::prelude::*;
use lava::proc::Sink;

#[implements(proc = Sink<f32>, protocol = Loihi)]
struct SinkModel {
    a_in: In<f32>,
    steps: usize,
    data: ArrayD<f32>,
}

impl LoihiModel for SinkModel {}

fn main() {}
