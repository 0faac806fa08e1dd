// The parameter is an `i32`.
use lava::prelude::*;

#[process]
pub struct Noise {
    #[param]
    seed: Param<i32>,
}

#[implements(proc = Noise, protocol = Loihi)]
struct NoiseModel {
    seed: u64,
}

impl LoihiModel for NoiseModel {}

fn main() {}
