// Which of the two should a network choose?
use lava::prelude::*;

#[process]
pub struct Noise {
    a_out: OutPort<f32>,
}

#[implements(proc = Noise, protocol = Loihi)]
struct Uniform {
    a_out: Out<f32>,
}
impl LoihiModel for Uniform {}

#[implements(proc = Noise, protocol = Loihi)]
struct Gaussian {
    a_out: Out<f32>,
}
impl LoihiModel for Gaussian {}

fn main() {}
