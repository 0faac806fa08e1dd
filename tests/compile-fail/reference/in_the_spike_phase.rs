// A Var of another process is read in the spike phase.
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
    fn run_spk(&mut self) -> lava::Result<()> {
        println!("{}", self.target.read());
        Ok(())
    }
}

fn main() {}
