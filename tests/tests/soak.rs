//! Networks are made, run, paused, resumed, stopped and dropped, over and over, in one process: no
//! memory, thread or file stays behind. A binary of its own, because it looks at the whole process.

#![cfg(target_os = "linux")]

use std::fs;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::Array2;

/// Number of networks.
const NETWORKS: usize = 10_000;
/// After how many nothing grows any more: allocators and pools have what they keep.
const WARM_UP: usize = 2_000;
/// The difference of memory that is tolerated, in KiB: half a KiB for each network.
const SLACK: usize = (NETWORKS - WARM_UP) / 2;

/// The resources that the process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    threads: usize,
    files: usize,
    /// Resident memory in KiB.
    memory: usize,
}

impl Held {
    fn now() -> Held {
        let count = |path| fs::read_dir(path).expect("`/proc` is there").count();
        let status = fs::read_to_string("/proc/self/status").expect("`/proc` is there");
        let memory = status.lines().find_map(|line| {
            let size = line.strip_prefix("VmRSS:")?.strip_suffix("kB")?;
            size.trim().parse().ok()
        });
        Held {
            threads: count("/proc/self/task"),
            files: count("/proc/self/fd"),
            memory: memory.expect("the memory is listed"),
        }
    }

    /// Waits until `threads` threads are left: one that is joined may still be listed for a moment.
    fn with_threads(threads: usize) -> Held {
        let start = Instant::now();
        loop {
            let held = Held::now();
            if held.threads <= threads || start.elapsed() > Duration::from_secs(5) {
                return held;
            }
            thread::yield_now();
        }
    }
}

/// Synapses and the neurons that they lead to.
#[process]
struct Layer {
    #[port(required, shape = [8])]
    s_in: InPort<Spike>,
    #[port(shape = [8])]
    s_out: OutPort<Spike>,
}

#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct LayerModel;

impl SubModel for LayerModel {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
        network! { inside net, layer: Layer;
            dense: Dense = Dense::weights(Array2::from_elem((8, 8), 0.3));
            lif: Lif = Lif::shape([8]).bias_mant(0.1).du(1.0).vth(0.5);
            layer.s_in -> dense.s_in;
            dense.a_out -> lif.a_in;
            lif.s_out -> layer.s_out;
        }
    }
}

/// Sends 1, 2, 3, … until the run is over.
#[process]
struct Counter {
    #[port(shape = [1])]
    s_out: OutPort<i32>,
    #[var(scalar, init = 0)]
    count: Var<i32>,
}

#[implements(proc = Counter, protocol = Async)]
struct CounterModel {
    s_out: AsyncOut<i32>,
    count: i32,
}

impl AsyncModel for CounterModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        while !run.is_ending() {
            self.count += 1;
            self.s_out.send_slice(&[self.count])?;
        }
        Ok(())
    }
}

/// Fails, or panics, in step 4.
#[process]
struct Fails {
    #[param]
    panics: Param<bool>,
}

#[implements(proc = Fails, protocol = Loihi)]
struct FailsModel {
    panics: bool,
    #[local]
    context: Context,
}

impl LoihiModel for FailsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        match (self.context.time_step(), self.panics) {
            (4, false) => Err(lava::Error::model("the camera is gone")),
            // Without the message that a panic prints.
            (4, true) => resume_unwind(Box::new("the camera is on fire")),
            _ => Ok(()),
        }
    }
}

/// Populations, one of them inside another process, on `workers` workers.
fn populations(workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    let source: Source = net.add(Source::data(Array2::from_elem((3, 8), 0.4)))?;
    let lif: Lif = net.add(Lif::shape([8]).bias_mant(0.1).du(1.0).vth(0.5))?;
    let layer: Layer = net.add(Layer::new())?;
    let sink: Sink<Spike> = net.add(Sink::shape([8]).steps(4))?;
    source.s_out.connect(&lif.a_in)?;
    lif.s_out.connect(&layer.s_in)?;
    layer.s_out.connect(&sink.a_in)?;
    Ok(net)
}

/// A life without mishap.
fn lives(net: Network<Loihi1SimCfg>) -> lava::Result<()> {
    net.run(RunSteps(3))?;
    net.start(RunContinuous)?;
    net.pause()?;
    let step = net.time_step();
    net.start(RunSteps(2))?;
    net.wait()?;
    assert_eq!(net.time_step(), step + 2);
    net.stop()
}

fn watched(workers: usize) -> lava::Result<()> {
    let net = populations(workers)?;
    let lif: Lif = net.add(Lif::shape([8]).bias_mant(0.1).vth(0.5))?;
    let (v, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
    net.on_step(|step| match step {
        5 => StepAction::Pause,
        _ => StepAction::Continue,
    })?;
    net.run(RunContinuous)?;
    assert_eq!((v.steps(), spikes.steps()), (5, 5));
    net.reset()?;
    net.run(RunSteps(2))?;
    net.stop()
}

fn by_themselves() -> lava::Result<()> {
    let net = Network::new();
    let counter: Counter = net.add_async(Counter::new())?;
    let lif: Lif = net.add_detached(Lif::shape([1]).vth(100.0))?;
    let source: Source = net.add(Source::data([[0.1], [0.2]]))?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(4))?;
    source.s_out.connect(&lif.a_in)?;
    counter.s_out.buffered(2).waiting().connect(&sink.a_in)?;
    lives(net)
}

fn fails(panics: bool, workers: usize) -> lava::Result<()> {
    let net = populations(workers)?;
    net.add(Fails::panics(panics))?;
    for _ in 0..2 {
        net.start(RunContinuous)?;
        assert!(net.wait().is_err());
        net.reset()?;
    }
    net.run(RunSteps(1))?;
    net.stop()
}

/// The last handle is dropped in the middle of a run.
fn dropped(workers: usize) -> lava::Result<()> {
    let net = populations(workers)?;
    net.run(RunSteps(1))?;
    net.start(RunContinuous)
}

fn life(number: usize) -> lava::Result<()> {
    let workers = [1, 2, 1, 3][number / 8 % 4];
    match number % 8 {
        0 | 1 => lives(populations(workers)?),
        2 => watched(workers),
        3 => by_themselves(),
        4 => fails(false, workers),
        5 => fails(true, workers),
        6 => dropped(workers),
        // Never compiled.
        _ => populations(workers).map(drop),
    }
}

#[test]
fn ten_thousand_networks_leave_nothing_behind() -> lava::Result<()> {
    let threads = Held::now().threads;
    (0..WARM_UP).try_for_each(life)?;
    let before = Held::with_threads(threads);
    (WARM_UP..NETWORKS).try_for_each(life)?;
    let after = Held::with_threads(threads);
    assert_eq!(
        (before.threads, after.threads),
        (threads, threads),
        "threads"
    );
    assert_eq!(before.files, after.files, "files");
    assert!(
        after.memory <= before.memory + SLACK,
        "memory: {before:?}, {after:?}"
    );
    Ok(())
}
