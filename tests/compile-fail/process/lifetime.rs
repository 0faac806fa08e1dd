// A handle owns what it holds.
use lava::prelude::*;

#[process]
pub struct Neurons<'a> {
    a_in: InPort<f32>,
    #[param]
    label: Param<&'a str>,
}

fn main() {}
