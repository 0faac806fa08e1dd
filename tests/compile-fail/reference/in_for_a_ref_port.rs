// A ref-port is no input.
use lava::prelude::*;

#[process]
pub struct Reader {
    target: RefPort<f32>,
}

#[implements(proc = Reader, protocol = Loihi)]
struct ReaderModel {
    target: In<f32>,
}

impl LoihiModel for ReaderModel {}

fn main() {}
