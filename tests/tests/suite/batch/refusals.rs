//! Processes that take no batch are named.

use lava::prelude::*;
use lava::proc::{Lif, Read, Source};

use crate::support::{fails, loihi};

/// Has a model that says nothing of a batch.
#[process]
pub struct Silent {
    a_in: InPort<f32>,
}

#[implements(proc = Silent, protocol = Loihi)]
struct SilentModel {
    a_in: In<f32>,
}

impl LoihiModel for SilentModel {}

/// Its neurons share a table.
#[process]
pub struct Shared {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(shape = [3], init = 0.0)]
    table: Var<f32>,
}

#[implements(proc = Shared, protocol = Loihi, shardable, replicated(table))]
struct SharedModel {
    a_in: In<f32>,
    a_out: Out<f32>,
    table: Vec<f32>,
}

impl LoihiModel for SharedModel {}

#[test]
fn processes_without_a_batch_are_named_before_the_run() -> lava::Result<()> {
    let net = loihi();
    net.add(Silent::shape([2]).name("silent"))?;
    net.add(Shared::shape([2]).name("shared"))?;
    let _: Lif = net.add(Lif::shape([2]).name("apart").detached())?;
    net.set_batch(2)?;
    let compiled = net.compile();
    let words = [
        "`silent`",
        "`per_sample`",
        "`SilentModel`",
        "`shared`",
        "`table`",
        "`apart`",
    ];
    fails(compiled, &words);
    Ok(())
}

#[test]
fn references_and_plastic_synapses_are_refused() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2]))?;
    let read: Read<f32> = net.add(Read::shape([2]).buffer(1).name("reader"))?;
    read.state.connect_var(&lif.v)?;
    net.set_batch(2)?;
    fails(net.compile(), &["`reader`", "ref-port"]);
    Ok(())
}

#[test]
fn a_batch_is_set_once_before_probes_and_runs() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2]))?;
    fails(net.set_batch(0), &["at least one sample"]);
    net.set_batch(2)?;
    fails(net.set_batch(3), &["a batch already"]);
    net.run(RunSteps(1))?;
    let other = loihi();
    let probed: Lif = other.add(Lif::shape([2]))?;
    let _probe = other.probe(&probed.v)?;
    fails(other.set_batch(2), &["a probe is attached"]);
    other.run(RunSteps(1))?;
    fails(other.set_batch(2), &["before the first run"]);
    assert_eq!(lif.v.shape(), [2, 2]);
    Ok(())
}

#[test]
fn a_batch_is_not_saved() -> lava::Result<()> {
    let net = loihi();
    let _: Source = net.add(Source::data([[1.0]]))?;
    net.set_batch(2)?;
    let path = std::env::temp_dir().join(format!("lava-batch-{}", std::process::id()));
    fails(net.save(&path), &["batch"]);
    fails(net.checkpoint_every(RunSteps(5), &path), &["batch"]);
    Ok(())
}
