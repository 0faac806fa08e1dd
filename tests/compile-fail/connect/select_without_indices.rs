// Neurons are chosen by their indices.
use lava::prelude::*;
use lava::proc::{Lif, Sink};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let sink: Sink<Spike> = net.add(Sink::shape([1]).steps(5))?;
    lif.s_out.select("first").connect(&sink.a_in)
}
