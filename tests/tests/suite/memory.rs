//! The memory of a network, estimated and limited before anything is made.

use lava::network::ProcessMemory;
use lava::prelude::*;
use lava::proc::synapse::{Projection, Rule, Sparse};
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::Array2;

use crate::support::{fails, loihi};

#[test]
fn long_delays_of_many_neurons_are_refused_by_name() -> lava::Result<()> {
    let net = loihi();
    net.set_workers(1)?;
    net.set_memory_limit(16_000_000_000)?;
    let lif: Lif = net.add(Lif::shape([1_000_000]).name("slow"))?;
    let other: Lif = net.add(Lif::shape([1_000_000]).name("other"))?;
    let small: Lif = net.add(Lif::shape([1]).name("small"))?;
    let numbers = lif.s_out.cast::<f32>();
    numbers.delayed(65_535).connect(&other.a_in)?;
    drop(small);
    fails(
        net.compile(),
        &[
            "it needs about 262.2 GB",
            "16.0 GB",
            "`set_memory_limit`",
            "`slow` needs 262.2 GB, 262.2 GB of it for messages",
            "`slow.s_out` over 65536 steps",
            "shorten the delays",
        ],
    );
    net.set_memory_limit(1_000_000_000_000)?;
    assert!(net.memory_estimate()?.total() > 262_000_000_000);
    Ok(())
}

#[test]
fn more_than_any_machine_has_is_refused_without_a_limit() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([4_000_000_000_usize]).name("slow"))?;
    let other: Lif = net.add(Lif::shape([4_000_000_000_usize]).name("other"))?;
    lif.s_out
        .cast::<f32>()
        .delayed(65_535)
        .connect(&other.a_in)?;
    if cfg!(target_os = "linux") {
        let words = [
            "the machine has available",
            "`slow` needs",
            "PB",
            "`other` needs",
        ];
        fails(net.run(RunSteps(1)), &words);
        fails(net.compile(), &words);
    }
    Ok(())
}

#[test]
fn synapses_are_estimated_before_they_are_drawn() -> lava::Result<()> {
    let net = loihi();
    let projection = Projection::new(1_000_000, 1_000_000).rule(Rule::FixedInDegree(1000));
    let sparse: Sparse = net.add(Sparse::projection(projection).name("dense"))?;
    let lif: Lif = net.add(Lif::shape([1_000_000]))?;
    sparse.a_out.connect(&lif.a_in)?;
    let estimate = net.memory_estimate()?;
    assert_eq!(estimate.processes[0].process, "dense");
    assert_eq!(estimate.processes[0].synapses, 6 * 1_000_000_000);
    net.set_memory_limit(3_000_000_000)?;
    fails(
        net.compile(),
        &["`dense` needs 6.0 GB", "for synapses", "3.0 GB"],
    );
    Ok(())
}

#[test]
fn the_estimate_has_a_row_for_each_process() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data(Array2::from_elem((10, 4), 1.0)).name("source"))?;
    let dense: Dense<f32, f32> =
        net.add(Dense::weights(Array2::from_elem((100, 4), 1.0)).name("dense"))?;
    let lif: Lif = net.add(Lif::shape([100]).name("lif"))?;
    let sink: Sink<Spike> = net.add(Sink::shape([100]).steps(7).name("sink"))?;
    source.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&lif.a_in)?;
    lif.s_out.delayed(5).connect(&sink.a_in)?;
    let before = net.memory_estimate()?;
    let rows: Vec<&str> = before
        .processes
        .iter()
        .map(|row| row.process.as_str())
        .collect();
    assert_eq!(rows, ["source", "dense", "lif", "sink"]);
    assert!(before.processes[1].vars >= 1600, "{before:?}");
    assert!(
        before.processes[2].messages >= 8 * 400,
        "eight steps of messages: {before:?}"
    );
    assert_eq!(
        before.total(),
        before
            .processes
            .iter()
            .map(ProcessMemory::total)
            .sum::<u64>()
    );
    let table = before.to_string();
    assert!(table.starts_with("process "), "{table}");
    assert!(table.contains("\ndense "), "{table}");
    net.run(RunSteps(1))?;
    assert_eq!(
        net.memory_estimate()?,
        before,
        "and the same when it is compiled"
    );
    net.set_memory_limit(1).unwrap_err();
    Ok(())
}

#[test]
fn full_queues_count() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data(Array2::from_elem((1, 1000), 1.0)).name("source"))?;
    let lif: Lif = net.add(Lif::shape([1000]).name("lif").detached())?;
    source.s_out.buffered(1_000_000).connect(&lif.a_in)?;
    net.set_memory_limit(1_000_000_000)?;
    fails(
        net.compile(),
        &["`source` needs 4.0 GB", "full queues", "`.buffered(…)`"],
    );
    Ok(())
}

#[test]
fn a_network_within_its_limit_runs() -> lava::Result<()> {
    let net = loihi();
    let _lif: Lif = net.add(Lif::shape([1000]))?;
    let estimate = net.memory_estimate()?.total();
    net.set_memory_limit(estimate - 1)?;
    fails(net.run(RunSteps(1)), &["set_memory_limit"]);
    net.set_memory_limit(estimate)?;
    net.run(RunSteps(1))
}
