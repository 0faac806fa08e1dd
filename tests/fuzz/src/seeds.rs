//! Seeds that are no fixtures: a snapshot, and a stored network.

use std::path::Path;

use lava::ndarray::arr2;
use lava::prelude::*;
use lava::proc::synapse::{Projection, Rule};
use lava::proc::{DelayRelay, Dense, Lif, PoissonSpikes, Sparse};

/// Writes the seed of a target, if it has one of this kind.
pub(crate) fn write(folder: &Path, target: &str) -> lava::Result<()> {
    let path = folder.join(target);
    match target {
        "network" => network()?.store(path),
        "snapshot" => {
            let net = network()?;
            net.run(RunSteps(9))?;
            net.save(path)
        }
        _ => Ok(()),
    }
}

fn network() -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_dt(1.0 * lava::units::ms)?;
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([8]).rate(200.0).name("input"))?;
    let drawn = Projection::new(8, 6).rule(Rule::FixedInDegree(2));
    let sparse: Sparse = net.add(Sparse::projection(drawn).name("sparse"))?;
    let lif: Lif = net.add(Lif::shape([2, 3]).bias_mant(1.0).vth(3.0).name("lif"))?;
    let weights = arr2(&[[0.5_f32, -0.25], [1.5, 2.0]]);
    let dense: Dense<f32, f32> = net.add(Dense::weights(weights).name("dense"))?;
    let line: DelayRelay<f32> = net.add(DelayRelay::shape([2]).delay(3).name("line"))?;
    input.s_out.connect(&sparse.s_in)?;
    sparse.a_out.reshape([2, 3]).connect(&lif.a_in)?;
    lif.s_out
        .flatten()
        .select([4, 0])
        .cast::<f32>()
        .connect(&dense.s_in)?;
    dense.a_out.delayed(2).connect(&line.a_in)?;
    Ok(net)
}
