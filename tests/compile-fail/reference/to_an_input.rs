// A ref-port refers to a Var, not to an input.
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
    let net = Network::<Loihi1SimCfg>::new();
    let reader: Reader = net.add(Reader::shape([2]))?;
    let lif: Lif = net.add(Lif::shape([2]))?;
    reader.target.connect(&lif.a_in)?;
    Ok(())
}
