// Plastic weights are `f32`.
use lava::prelude::*;
use lava::proc::PlasticSparse;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let learn: PlasticSparse = net.add(Projection::new(1, 1).plastic(PairStdp::new()))?;
    learn.weights.set(vec![0.5_f64])?;
    Ok(())
}
