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
    let net = Network::<Loihi1SimCfg>::new();
    let reader: Reader = net.add(Reader::shape([2]))?;
    let lif: Lif = net.add(Lif::shape([2]))?;
    reader.target.connect_var(&lif.bias_exp)?;
    Ok(())
}
