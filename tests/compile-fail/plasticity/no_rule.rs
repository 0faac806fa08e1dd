// A plastic projection of synapses in memory has no rule.

use lava::prelude::*;
use lava::proc::PlasticSparse;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Synapses;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let synapses = Synapses::from_matrix(&[[0.5_f32, 0.0], [0.0, 1.0]])?;
    let _ = net.add(PlasticSparse::<PairStdp>::synapses(synapses))?;
    Ok(())
}
