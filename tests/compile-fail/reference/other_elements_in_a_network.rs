// The Var holds integers.
use lava::prelude::*;
use lava::proc::Lif;

#[process]
pub struct Reader {
    target: RefPort<f32>,
}

#[implements(proc = Reader, protocol = Loihi)]
struct ReaderModel {
    target: VarRef<f32>,
}

impl LoihiModel for ReaderModel {}

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif: Lif = Lif::shape([2]);
        reader: Reader = Reader::shape([2]);
        reader.target -> lif.bias_exp;
    }?;
    Ok(())
}
