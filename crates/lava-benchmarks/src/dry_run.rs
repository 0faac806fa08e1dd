//! The needs of a network on many ranks.

use std::fmt::Write;

use anyhow::Result;
use lava::network::RankShare;

use crate::simulation::Simulation;

/// The shares of all ranks in words, and the time that the part of one took to be built.
pub(crate) fn text(simulation: &Simulation) -> Result<String> {
    let shares = simulation.net.rank_shares()?;
    let ranks = shares.len() as f64;
    let mut text = String::new();
    writeln!(
        text,
        "{} ranks; the part of rank {} was built in {:.2} s",
        shares.len(),
        simulation.net.rank(),
        simulation.build.time.as_secs_f64()
    )?;
    writeln!(text, "of a rank            mean        least         most")?;
    let mut line = |what: &str, of: &dyn Fn(&RankShare) -> f64| -> Result<()> {
        let values = shares.iter().map(of);
        let (mut least, mut most, mut sum) = (f64::INFINITY, 0.0_f64, 0.0);
        for value in values {
            (least, most, sum) = (least.min(value), most.max(value), sum + value);
        }
        let mean = sum / ranks;
        Ok(writeln!(
            text,
            "{what:<15} {mean:>9.2}    {least:>9.2}    {most:>9.2}"
        )?)
    };
    line("memory, MB", &|share| share.memory as f64 / 1e6)?;
    line("of it synapses", &|share| share.synapses as f64 / 1e6)?;
    line("cost, of 1/n", &|share| share.cost * ranks)?;
    line("models", &|share| share.models as f64)?;
    line("steps at once", &|share| share.interval.max(1) as f64)?;
    let is_divided = shares[0].node_interval < shares[0].interval;
    if is_divided {
        line("within a node", &|share| share.node_interval.max(1) as f64)?;
    }
    // Messages within a node and between nodes are exchanged at other intervals.
    let (what, at_once) = match is_divided {
        true => ("messages a step", 1),
        false => ("messages at once", shares[0].interval.max(1)),
    };
    line(what, &|share| (share.messages * at_once) as f64)?;
    line("their elements", &|share| (share.elements * at_once) as f64)?;
    Ok(text)
}
