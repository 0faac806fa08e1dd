//! The cost of a synaptic event and of the update of a neuron, on one thread and on two, beside what the machine
//! can do: small loops, measured in the same run. Of each the shortest of some runs counts, as other programs may
//! use the machine.
//!
//! ```text
//! cargo run --release -p lava-benchmarks --example costs -- [--scale S] [--time MS] [--seed N]
//! ```
//!
//! At full size the microcircuit takes 2.3 GB and a minute to build; `--scale 0.1` is a tenth of each network.

#![allow(clippy::print_stdout, reason = "what a program does")]

use std::time::{Duration, Instant};

use anyhow::Result;
use lava::monitor::Profile;
use lava::network::{Builds, HasChosenModel};
use lava::prelude::*;
use lava_benchmarks::{Options, Report, Simulation, brunel, microcircuit};

const THREADS: [usize; 2] = [1, 2];
const NETWORKS: [(&str, fn(&Options) -> Result<Simulation>); 2] =
    [("brunel", brunel), ("microcircuit", microcircuit)];

/// The bytes of a synapse: a target in 16 bits, a weight.
const SYNAPSE: f64 = 6.0;
/// The synapses of a list, which no cache holds, and those that a step of a loop goes through.
const LIST: usize = 16 << 20;
const PART: usize = 1 << 20;
/// The sums of random adds, as many as 16 bits can tell apart.
const SUMS: usize = 1 << 16;
/// Neurons whose state stays in the cache.
const NEURONS: usize = 1 << 14;
/// The runs of which the shortest counts.
const RUNS: usize = 5;

/// Adds the weights of a list of synapses to sums at random places.
#[process]
struct RandomAdds {
    #[var(init = 0.0)]
    sums: Var<f32>,
}

#[implements(proc = RandomAdds, protocol = Loihi)]
struct RandomAddsModel {
    sums: Vec<f32>,
    #[local]
    targets: Vec<u16>,
    #[local]
    weights: Vec<f32>,
    #[local]
    next: usize,
}

impl LoihiModel for RandomAddsModel {
    fn start(&mut self) -> lava::Result<()> {
        let random = |n: usize| (n as u32).wrapping_mul(2_654_435_761).rotate_left(13) >> 16;
        self.targets = (0..LIST).map(|n| random(n) as u16).collect();
        self.weights = vec![0.1; LIST];
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> lava::Result<()> {
        let targets = &self.targets[self.next..][..PART];
        let weights = &self.weights[self.next..][..PART];
        if let Ok(sums) = <&mut [f32; SUMS]>::try_from(self.sums.as_mut_slice()) {
            for (target, weight) in targets.iter().zip(weights) {
                sums[usize::from(*target)] += weight;
            }
        }
        self.next = (self.next + PART) % LIST;
        Ok(())
    }
}

/// Reads numbers from memory.
#[process]
struct Streaming {
    #[var(init = 0)]
    sum: Var<u64>,
}

#[implements(proc = Streaming, protocol = Loihi)]
struct StreamingModel {
    sum: Vec<u64>,
    #[local]
    numbers: Vec<u64>,
    #[local]
    next: usize,
}

impl LoihiModel for StreamingModel {
    const USES_AVX512: bool = true;

    fn start(&mut self) -> lava::Result<()> {
        self.numbers = (0..LIST as u64).collect();
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> lava::Result<()> {
        let numbers = &self.numbers[self.next..][..PART];
        self.sum[0] ^= numbers.iter().fold(0, |sum, number| sum ^ number);
        self.next = (self.next + PART) % LIST;
        Ok(())
    }
}

/// Leaky neurons with a synaptic current and a refractory period, as a loop over arrays.
#[process]
struct Neurons {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    v: Vec<f32>,
    #[local]
    i: Vec<f32>,
    #[local]
    input: Vec<f32>,
    #[local]
    refractory: Vec<u32>,
    #[local]
    fired: u32,
}

impl LoihiModel for NeuronsModel {
    const USES_AVX512: bool = true;

    fn start(&mut self) -> lava::Result<()> {
        self.i = vec![0.0; NEURONS];
        self.input = vec![0.01; NEURONS];
        self.refractory = vec![0; NEURONS];
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> lava::Result<()> {
        let state = self.v.iter_mut().zip(&mut self.i).zip(&mut self.refractory);
        for (((v, i), refractory), input) in state.zip(&self.input) {
            *i = *i * 0.8 + input;
            let voltage = *v * 0.99 + *i * 0.1 + 0.001;
            let rests = *refractory > 0;
            let fires = !rests & (voltage >= 1.0);
            *v = if rests | fires { 0.0 } else { voltage };
            *refractory = if fires {
                20
            } else {
                refractory.saturating_sub(1)
            };
            self.fired += u32::from(fires);
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let Some(options) = Options::parse(std::env::args().skip(1))? else {
        println!("Costs of events and neurons.\n\n{}", Options::HELP);
        return Ok(());
    };
    println!("thread time, ns                        1 thread     2 threads");
    println!("the machine");
    let adds = loops(|| RandomAdds::shape([SUMS]), PART)?;
    let words = loops(|| Streaming::shape([1]), PART)?;
    let streamed = words.map(|word| word / 8.0 * SYNAPSE);
    let neurons = loops(|| Neurons::shape([NEURONS]), NEURONS)?;
    row("an add at a random place", adds, None);
    row("the 6 bytes of a synapse, streamed", streamed, None);
    row("a leaky neuron, in vectors", neurons, None);
    for (name, build) in NETWORKS {
        let [one, two] = THREADS.map(|threads| Costs::measure(build, &options, threads));
        let costs = [one?, two?];
        println!("{name}");
        row(
            "a synaptic event",
            costs.map(|costs| costs.event),
            Some(adds),
        );
        row(
            "an update of a neuron",
            costs.map(|costs| costs.neuron),
            Some(neurons),
        );
        row(
            "an update of its Poisson input",
            costs.map(|costs| costs.input),
            Some(neurons),
        );
        row("all else, a step", costs.map(|costs| costs.rest), None);
    }
    Ok(())
}

/// Prints the costs on one thread and on two, and how many times that is what the machine takes.
fn row(name: &str, costs: [f64; 2], machine: Option<[f64; 2]>) {
    print!("  {name:<36}");
    for (threads, cost) in costs.iter().enumerate() {
        let times = machine.map(|machine| format!("({:.1} ×)", cost / machine[threads]));
        print!("{cost:>7.2} {:<8}", times.unwrap_or_default());
    }
    println!();
}

/// The time of a unit of a loop of which each thread runs one, in ns.
fn loops<P, B, M>(build: impl Fn() -> B, units: usize) -> Result<[f64; 2]>
where
    B: Builds<P, M>,
    P: Process + HasChosenModel<M, Loihi1SimCfg>,
{
    let mut times = [f64::INFINITY; 2];
    for (time, threads) in times.iter_mut().zip(THREADS) {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(threads)?;
        for _ in 0..threads {
            net.add(build())?;
        }
        let steps = ((8 << 20) / units) as u64;
        net.run(RunSteps(steps))?;
        for _ in 0..RUNS {
            let start = Instant::now();
            net.run(RunSteps(steps))?;
            let each = start.elapsed().as_secs_f64() / (steps as f64 * units as f64);
            *time = time.min(1e9 * each);
        }
        net.stop()?;
    }
    Ok(times)
}

/// Thread times of a network, in ns.
#[derive(Clone, Copy)]
struct Costs {
    /// A synaptic event.
    event: f64,
    /// The update of a neuron.
    neuron: f64,
    /// The update of a neuron's Poisson input.
    input: f64,
    /// What is left of a step: waiting, recording, the step itself.
    rest: f64,
}

impl Costs {
    fn measure(
        build: fn(&Options) -> Result<Simulation>,
        options: &Options,
        threads: usize,
    ) -> Result<Costs> {
        let options = Options {
            threads: Some(threads),
            ..options.clone()
        };
        let simulation = build(&options)?;
        // Tasks move to other workers only as long as nobody profiles.
        simulation.measure(options.time)?;
        let mut shortest = Costs {
            event: f64::INFINITY,
            neuron: f64::INFINITY,
            input: f64::INFINITY,
            rest: f64::INFINITY,
        };
        for _ in 0..RUNS {
            simulation.net.set_profiling(true)?;
            let report = simulation.measure(options.time / RUNS as f64)?;
            let costs = Costs::new(&report, &simulation.net.profile()?, simulation.dt);
            shortest = Costs {
                event: shortest.event.min(costs.event),
                neuron: shortest.neuron.min(costs.neuron),
                input: shortest.input.min(costs.input),
                rest: shortest.rest.min(costs.rest),
            };
        }
        Ok(shortest)
    }

    fn new(report: &Report, profile: &Profile, dt: f64) -> Costs {
        let steps = report.model_time * 1000.0 / dt;
        let events = report.events_per_second() * report.run_time.as_secs_f64() / steps;
        let neurons = report.neurons() as f64;
        // The profile has the warm-up, too.
        let profiled = profile.rows.iter().map(|row| row.steps).max().unwrap_or(1) as f64;
        let nanoseconds = |time: Duration| time.as_secs_f64() * 1e9;
        let of = |kind: fn(&str) -> bool| -> f64 {
            let rows = profile.rows.iter().filter(|row| kind(row.model));
            rows.map(|row| nanoseconds(row.time)).sum::<f64>() / profiled
        };
        let is_synapse = |model: &str| model.contains("Sparse");
        let is_input = |model: &str| model.contains("Poisson");
        let all = nanoseconds(report.run_time) * report.workers as f64 / steps;
        Costs {
            event: of(is_synapse) / events,
            neuron: of(|model| !model.contains("Sparse") && !model.contains("Poisson")) / neurons,
            input: of(is_input) / neurons,
            rest: all - of(|_| true),
        }
    }
}
