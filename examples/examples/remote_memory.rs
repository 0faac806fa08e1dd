//! Lava's tutorial on remote memory: reading and writing the Vars of other processes.
//!
//! A [`RefPort`] refers to a Var of another process. In its management phases the model that has it
//! reads the Var, and writes it, at once; the owner is not asked. An owner that expects it offers
//! the Var by a [`VarPort`]; a Var without one can be referred to as well, unless it is declared
//! `private`.
//!
//! A value is read as the spike phase of the step has left it. Several processes take turns, in
//! the order in which they were added to the network, and each sees what its predecessors wrote.
//!
//! ```text
//! cargo run --example remote_memory
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::Lif;
use ndarray::array;

/// Counts its steps, and offers its count.
#[process]
pub struct Counter {
    /// The count.
    #[var(init = 0.0)]
    count: Var<f32>,
    /// The count, for others.
    #[port(var = count)]
    count_port: VarPort<f32>,
    /// Nobody else's business.
    #[var(init = 0.0, private)]
    secret: Var<f32>,
}

#[implements(proc = Counter, protocol = Loihi)]
struct CounterModel {
    count: Vec<f32>,
    count_port: Exposed,
    secret: Vec<f32>,
}

impl LoihiModel for CounterModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.count.iter_mut().for_each(|count| *count += 1.0);
        Ok(())
    }
}

// ANCHOR: reader
/// Keeps what it reads.
#[process]
pub struct Reader {
    /// The Var that it reads.
    source: RefPort<f32>,
    /// The last value.
    #[var(init = 0.0)]
    seen: Var<f32>,
}

#[implements(proc = Reader, protocol = Loihi)]
struct ReaderModel {
    source: VarRef<f32>,
    seen: ArrayD<f32>,
}

impl LoihiModel for ReaderModel {
    fn post_guard(&self) -> bool {
        true
    }

    /// `remote` are the other processes, and nowhere but in a management phase is there one.
    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.seen.assign(&self.source.read(remote));
        Ok(())
    }
}
// ANCHOR_END: reader

/// Reads, changes and writes, every few steps.
#[process]
pub struct Changer {
    /// The Var that it changes.
    target: RefPort<f32>,
    /// The change.
    #[param]
    change: Param<fn(f32) -> f32>,
    /// Every how many steps.
    #[param(default = 1)]
    every: Param<u64>,
}

#[implements(proc = Changer, protocol = Loihi)]
struct ChangerModel {
    target: VarRef<f32>,
    change: fn(f32) -> f32,
    every: u64,
    #[local]
    context: Context,
}

impl LoihiModel for ChangerModel {
    fn post_guard(&self) -> bool {
        self.context.time_step().is_multiple_of(self.every)
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        let changed = self.target.read(remote).mapv(self.change);
        self.target.write(remote, &changed)
    }
}

/// A VarPort: the count of a counter, written every third step.
fn explicit() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let counter = net.add(Counter::shape([1]))?;
    let changer = net.add(Changer::shape([1]).change(|_| 100.0).every(3))?;
    changer.target.connect(&counter.count_port)?;
    let count = net.probe(&counter.count)?;
    net.run(RunSteps(7))?;
    let counts: Vec<f32> = count.data().into_iter().collect();
    println!("  the count, step by step: {counts:?}");
    // A value that is written counts from the next step.
    assert_eq!(counts, [1.0, 2.0, 100.0, 101.0, 102.0, 100.0, 101.0]);
    Ok(())
}

// ANCHOR: implicit
/// A Var of a process that knows nothing of it: the voltage of a neuron, set to 0 every fourth
/// step, and read.
fn implicit() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([1]).bias_mant(1.0).vth(100.0))?;
    let before = net.add(Reader::shape([1]))?;
    let reset = net.add(Changer::shape([1]).change(|_| 0.0).every(4))?;
    before.source.connect_var(&lif.v)?;
    reset.target.connect_var(&lif.v)?;
    let probes = [net.probe(&before.seen)?, net.probe(&lif.v)?];
    net.run(RunSteps(9))?;
    let [seen, v] = probes.map(|probe| probe.data().into_iter().collect::<Vec<f32>>());
    println!("  before the reset:        {seen:?}\n  at the end of each step: {v:?}");
    assert_eq!(seen, [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0, 1.0]);
    assert_eq!(v, [1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0, 0.0, 1.0]);
    Ok(())
}
// ANCHOR_END: implicit

/// Readers and writers of one Var: what each saw, and the count at the end of the step.
fn in_turn(changes: [fn(f32) -> f32; 2]) -> lava::Result<Vec<f32>> {
    let net = Network::<Loihi1SimCfg>::new();
    let counter = net.add(Counter::shape([1]))?;
    let mut readers: Vec<Reader> = vec![net.add(Reader::shape([1]))?];
    for change in changes {
        let changer = net.add(Changer::shape([1]).change(change))?;
        changer.target.connect_var(&counter.count)?;
        readers.push(net.add(Reader::shape([1]))?);
    }
    for reader in &readers {
        reader.source.connect(&counter.count_port)?;
    }
    net.run(RunSteps(1))?;
    let seen = readers.iter().map(|reader| Ok(reader.seen.get()?[0]));
    let mut values = seen.collect::<lava::Result<Vec<f32>>>()?;
    values.push(counter.count.get()?[0]);
    println!(
        "  seen by three readers {:?}, the count in the end {}",
        &values[..3],
        values[3]
    );
    Ok(values)
}

/// A port of another shape than the Var: read through a transposition, and written back through it.
fn reshaped() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let first = array![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]];
    let counter = net.add(Counter::shape([2, 3]).count(&first))?;
    let reader = net.add(Reader::shape([3, 2]))?;
    let changer = net.add(Changer::shape([6]).change(|value| 10.0 * value))?;
    reader
        .source
        .transpose([1, 0])
        .connect_var(&counter.count)?;
    changer.target.reshape([2, 3]).connect_var(&counter.count)?;
    net.run(RunSteps(1))?;
    let (seen, count) = (reader.seen.get()?, counter.count.get()?);
    println!("  seen\n{seen}\n  the count in the end\n{count}");
    let columns = array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]];
    assert_eq!(seen, columns.into_dyn());
    let tenfold = array![[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]];
    assert_eq!(count, tenfold.into_dyn());
    Ok(())
}

/// Connections that are refused, each with the reason.
fn mistakes() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let counter = net.add(Counter::shape([2]).name("counter"))?;
    let reader = net.add(Reader::shape([2]).name("reader"))?;
    let wide = net.add(Reader::shape([3]).name("wide"))?;
    let refused = [
        wide.source.connect_var(&counter.count),
        reader.source.connect_var(&counter.secret),
        reader.source.connect_var(&reader.seen),
    ];
    reader.source.connect_var(&counter.count)?;
    let again = reader.source.connect(&counter.count_port);
    let errors = refused.into_iter().chain([again]).filter_map(Result::err);
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    let expected = [
        "`wide.source` [3] cannot refer to `counter.count` [2]",
        "declared `private`",
        "its own process",
        "connected already",
    ];
    assert_eq!(errors.len(), expected.len());
    for (error, words) in errors.iter().zip(expected) {
        println!("  {error}");
        assert!(error.contains(words), "it does not say `{words}`");
    }
    Ok(())
}

fn main() -> lava::Result<()> {
    println!("a Var that is offered");
    explicit()?;
    println!("\na Var of a process that knows nothing of it");
    implicit()?;
    println!("\nin turn: doubled, then 10 more");
    let seen = in_turn([|value| 2.0 * value, |value| value + 10.0])?;
    assert_eq!(seen, [1.0, 2.0, 12.0, 12.0]);
    println!("in turn: 10 more, then doubled");
    let seen = in_turn([|value| value + 10.0, |value| 2.0 * value])?;
    assert_eq!(seen, [1.0, 11.0, 22.0, 22.0]);
    println!("\nin another shape");
    reshaped()?;
    println!("\nmistakes");
    mistakes()
}
