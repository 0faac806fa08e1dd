// The phase does not take the other processes.
use lava::prelude::*;

#[process]
pub struct Reader {
    target: RefPort<f32>,
}

#[implements(proc = Reader, protocol = Loihi)]
struct ReaderModel {
    target: VarRef<f32>,
}

impl LoihiModel for ReaderModel {
    fn run_post_mgmt(&mut self) -> lava::Result<()> {
        Ok(())
    }
}

fn main() {}
