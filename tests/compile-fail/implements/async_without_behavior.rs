// `run_async` is missing.
use lava::prelude::*;

#[process]
struct Display {
    frames: InPort<f32>,
}

#[implements(proc = Display, protocol = Async)]
struct DisplayModel {
    frames: AsyncIn<f32>,
}

fn main() {}
