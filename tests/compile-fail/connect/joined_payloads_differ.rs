// Spikes are joined with numbers.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([2]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 0.0]]))?;
    let sink: Lif = net.add(Lif::shape([3]))?;
    lif.s_out.cast::<f32>().concat_with([&dense.a_out], 0).connect(&sink.a_in)?;
    lif.s_out.concat_with([&dense.a_out], 0);
    Ok(())
}
