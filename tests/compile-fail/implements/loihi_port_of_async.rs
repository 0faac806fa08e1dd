// A model in step receives and sends through `In` and `Out`.
use lava::prelude::*;

#[process]
struct Display {
    frames: InPort<f32>,
}

#[implements(proc = Display, protocol = Loihi)]
struct DisplayModel {
    frames: AsyncIn<f32>,
}

impl LoihiModel for DisplayModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        Ok(())
    }
}

fn main() {}
