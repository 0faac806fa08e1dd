// `Dense` takes spikes; `Dense<f32, f32>` would take numbers.
use lava::prelude::*;
use lava::proc::{Dense, Source};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let input: Source = net.add(Source::data([[1.0, 2.0, 3.0]]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    input.s_out.connect(&dense.s_in)
}
