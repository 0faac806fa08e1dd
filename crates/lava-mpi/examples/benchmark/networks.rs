//! The benchmark networks by their names.

use anyhow::{Result, bail};
use lava_benchmarks::{
    Options, Simulation, brunel, brunel_stdp, coba, cuba, dense_ff, fly, lif_only, microcircuit,
    million,
};

/// Builds a network as the options say.
pub(crate) fn build(name: &str, options: &Options) -> Result<Simulation> {
    match name {
        "brunel" => brunel(options),
        "brunel_stdp" => brunel_stdp(options),
        "coba" => coba(options),
        "cuba" => cuba(options),
        "dense_ff" => dense_ff(options),
        "fly" => fly(options),
        "lif_only" => lif_only(options),
        "microcircuit" => microcircuit(options),
        "million" => million(options),
        _ => bail!("there is no network `{name}`"),
    }
}
