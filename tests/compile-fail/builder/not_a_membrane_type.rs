// Neurons compute in `f32`, `f64` or `i32`.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif<i64> = net.add(Lif::shape([3]))?;
    Ok(())
}
