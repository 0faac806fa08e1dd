// A port carries numbers or spikes.
use lava::prelude::*;

#[process]
pub struct Console {
    lines: InPort<String>,
}

fn main() {}
