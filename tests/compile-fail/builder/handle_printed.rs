// The handle of a Var is printed, not its value.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    println!("{}", lif.v);
    net.stop()
}
