//! Lava's tutorial on remote memory: reading and writing the Vars of other processes.
//!
//! A [`RefPort`] refers to a Var of another process. In its management phases the model that has it
//! reads the Var, and writes it, at once; the owner is not asked. An owner that expects it offers
//! the Var by a [`VarPort`]; a Var without one can be referred to as well, unless it is declared
//! `private`.
//!
//! A value is read as the spike phase of the step has left it. Several processes take turns, in
//! the order in which they were added to the network, and each sees what those before it wrote.
//!
//! ```text
//! cargo run --example remote_memory
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::Lif;
use ndarray::{ArrayD, array};

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

/// Keeps what it reads.
#[process]
pub struct Reader {
    /// Where it reads.
    source: RefPort<f32>,
    /// What it read last.
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

/// Reads, changes and writes, every few steps.
#[process]
pub struct Changer {
    /// What it changes.
    target: RefPort<f32>,
    /// How.
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

/// What the owner offers: the Var of a counter, written every third step.
pub fn explicit() -> lava::Result<Vec<f32>> {
    let net = Network::<Loihi1SimCfg>::new();
    let counter = net.add(Counter::shape([1]))?;
    let changer = net.add(Changer::shape([1]).change(|_| 100.0).every(3))?;
    changer.target.connect(&counter.count_port)?;
    let count = net.probe(&counter.count)?;
    net.run(RunSteps(7))?;
    let counts: Vec<f32> = count.data().into_iter().collect();
    println!("  the count, step by step: {counts:?}");
    Ok(counts)
}

/// A Var of a process that knows nothing of it: the voltage of a neuron, set to 0 every fourth
/// step, and read.
pub fn implicit() -> lava::Result<[Vec<f32>; 2]> {
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
    Ok([seen, v])
}

/// Readers and writers of one Var: what each saw, and the count at the end of the step.
pub fn in_turn(changes: [fn(f32) -> f32; 2]) -> lava::Result<[f32; 4]> {
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
    Ok([values[0], values[1], values[2], values[3]])
}

/// A port of another shape than the Var: read through a transposition, and written back through it.
pub fn reshaped() -> lava::Result<[ArrayD<f32>; 2]> {
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
    let values = [reader.seen.get()?, counter.count.get()?];
    println!(
        "  seen\n{}\n  the count in the end\n{}",
        values[0], values[1]
    );
    Ok(values)
}

/// What cannot be connected says why.
pub fn mistakes() -> lava::Result<Vec<String>> {
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
    errors.iter().for_each(|error| println!("  {error}"));
    Ok(errors)
}

fn main() -> lava::Result<()> {
    println!("a Var that is offered");
    explicit()?;
    println!("\na Var of a process that knows nothing of it");
    implicit()?;
    println!("\nin turn: doubled, then 10 more");
    in_turn([|value| 2.0 * value, |value| value + 10.0])?;
    println!("in turn: 10 more, then doubled");
    in_turn([|value| value + 10.0, |value| 2.0 * value])?;
    println!("\nin another shape");
    reshaped()?;
    println!("\nmistakes");
    mistakes()?;
    Ok(())
}
