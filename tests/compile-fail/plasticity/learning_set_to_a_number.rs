// Learning is switched by a `bool`.
use lava::prelude::*;
use lava::proc::PlasticSparse;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let learn: PlasticSparse = net.add(Projection::new(1, 1).plastic(PairStdp::new()))?;
    learn.learning.set(0)?;
    Ok(())
}
