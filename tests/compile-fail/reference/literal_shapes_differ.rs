// The Var has two elements, the port three.
use lava::prelude::*;

#[process]
pub struct Reader {
    target: RefPort<f32, D1<3>>,
    #[var(init = 0.0)]
    pair: Var<f32, D1<2>>,
}

#[implements(proc = Reader, protocol = Loihi)]
struct ReaderModel {
    target: VarRef<f32>,
    pair: Vec<f32>,
}

impl LoihiModel for ReaderModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let first: Reader = net.add(Reader::new())?;
    let second: Reader = net.add(Reader::new())?;
    first.target.connect_var(&second.pair)?;
    Ok(())
}
