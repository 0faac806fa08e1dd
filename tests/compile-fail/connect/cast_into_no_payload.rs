// Spikes cannot become strings.
use lava::prelude::*;
use lava::proc::{Lif, Sink};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let sink: Sink = net.add(Sink::shape([3]).steps(5))?;
    lif.s_out.cast::<String>().connect(&sink.a_in)
}
