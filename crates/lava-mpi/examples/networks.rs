//! All benchmark networks at a small scale, one that learns by Lava's rules, and the digits, one after the other:
//! `mpirun -n 3 networks --threads 2`.
//!
//! Each rank prints for each network a checksum of all spikes and of the weights that learn, and the first one of a
//! snapshot, which has every Var, the state of every model and all messages that are still to arrive. The spikes are
//! the same on any number of ranks and workers; a snapshot is that of one process with the workers of all ranks.

use std::fs;
use std::sync::Arc;

use anyhow::Result;
use lava::monitor::SpikeProbe;
use lava::ndarray::Array2;
use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::learning::Stdp;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Dense, LearningDense, Lif, PoissonSpikes, Sparse};
use lava::process::Checksum;
use lava::ranks::Communicator as _;
use lava::units::ms;
use lava_benchmarks::{
    Options, SharedRanks, Simulation, brunel, brunel_stdp, coba, cuba, dense_ff, fly, lif_only,
    microcircuit, million,
};
use lava_examples::digits::{Classifier, Digits, Precision, Weights};
use lava_mpi::World;

/// A benchmark network, its scale and its steps.
struct Benchmark {
    name: &'static str,
    build: fn(&Options) -> Result<Simulation>,
    options: Options,
    steps: u64,
}

/// All benchmark networks.
fn benchmarks() -> [Benchmark; 10] {
    let benchmark = |name, build, scale, steps| Benchmark {
        name,
        build,
        options: Options {
            scale,
            ..Options::default()
        },
        steps,
    };
    let mut procedural = benchmark("microcircuit --procedural", microcircuit, 0.02, 150);
    procedural.options.procedural = true;
    [
        benchmark("brunel", brunel, 0.05, 200),
        benchmark("brunel_stdp", brunel_stdp, 0.06, 150),
        benchmark("cuba", cuba, 0.25, 100),
        benchmark("coba", coba, 0.25, 100),
        benchmark("microcircuit", microcircuit, 0.02, 150),
        procedural,
        benchmark("million", million, 0.002, 100),
        benchmark("fly", fly, 0.01, 200),
        benchmark("dense_ff", dense_ff, 0.1, 30),
        benchmark("lif_only", lif_only, 0.005, 60),
    ]
}

fn main() -> Result<()> {
    let arguments = std::env::args().skip(1);
    let Some(Options { threads, .. }) = Options::parse(arguments)? else {
        return Ok(());
    };
    let workers = threads.unwrap_or(1);
    let world = lava_mpi::world()?;
    for Benchmark {
        name,
        build,
        options,
        steps,
    } in benchmarks()
    {
        let simulation = build(&Options {
            threads: Some(workers),
            ranks: Some(SharedRanks(Arc::new(world.clone()))),
            ..options
        })?;
        simulation.net.run(RunSteps(steps))?;
        let mut state = State::default();
        for population in &simulation.populations {
            state.add_spikes(&population.spikes);
        }
        match &simulation.plastic {
            // Synapses that learn on several ranks are not saved.
            Some(weights) => state.add_numbers(weights.get()?.iter()),
            None => print_snapshot(name, &simulation.net)?,
        }
        state.print(name, world.rank());
    }
    for name in ["fixed point", "learning"] {
        let net = Network::new();
        net.set_ranks(world.clone())?;
        net.set_workers(workers)?;
        let spikes = match name {
            "learning" => learning(&net),
            _ => fixed_point(&net),
        }?;
        net.run(RunSteps(60))?;
        let mut state = State::default();
        state.add_spikes(&spikes);
        state.print(name, world.rank());
        print_snapshot(name, &net)?;
    }
    digits::<f32>(&world, workers)?.print("digits", world.rank());
    digits::<i32>(&world, workers)?.print("digits in fixed point", world.rank());
    Ok(())
}

/// A network in fixed point, whose spikes arrive after two steps or more.
fn fixed_point(net: &Network<Loihi1SimCfg>) -> Result<SpikeProbe> {
    let bias: Vec<i32> = (0..600).map(|neuron| 300 + neuron % 41).collect();
    let lif = Lif::<i32>::shape([600]).bias_mant(bias).vth(40).dv(100);
    let lif: Lif<i32> = net.add(lif)?;
    let weights = Distribution::Uniform {
        low: -90.0,
        high: 120.0,
    };
    let delays = Distribution::Uniform {
        low: 2.0,
        high: 9.0,
    };
    let projection = Projection::new(600, 600)
        .rule(Rule::FixedInDegree(20))
        .weights(weights)
        .delays(delays);
    let sparse: Sparse<i32> = net.add(Sparse::projection(projection).weight_exp(-2))?;
    lif.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&lif.a_in)?;
    Ok(net.probe(&lif.s_out)?)
}

/// Neurons whose synapses learn by a rule of Lava.
fn learning(net: &Network<Loihi1SimCfg>) -> Result<SpikeProbe> {
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([40]).rate(200.0))?;
    let rule = Stdp {
        learning_rate: 0.5,
        ..Stdp::default()
    };
    let weights = Array2::from_shape_fn((600, 40), |(to, from)| ((to * 7 + from * 3) % 11) as f32);
    let learn = LearningDense::weights(weights).learning_rule(rule.rule()?);
    let learn: LearningDense = net.add(learn)?;
    let lif: Lif = net.add(Lif::shape([600]).du(0.5).dv(0.1).vth(250.0))?;
    input.s_out.connect(&learn.s_in)?;
    lif.s_out.connect(&learn.s_in_bap)?;
    learn.a_out.connect(&lif.a_in)?;
    net.set_dt(1.0 * ms)?;
    Ok(net.probe(&lif.s_out)?)
}

/// The network that reads digits reads some.
fn digits<T: Precision>(world: &World, workers: usize) -> Result<State>
where
    Lif<T>: HasModel<Loihi, AnyTag, Cpu>,
    Dense<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let classifier = Classifier::<T>::new(&weights)?;
    classifier.network().set_ranks(world.clone())?;
    classifier.network().set_workers(workers)?;
    let mut state = State::default();
    for (image, _) in digits.test().take(2) {
        state.bytes.push(classifier.classify(&image, 20)?);
        let votes = classifier.votes();
        state.spikes += votes.iter().sum::<u64>() as usize;
        state
            .bytes
            .extend(votes.iter().flat_map(|votes| votes.to_le_bytes()));
    }
    Ok(state)
}

/// What can be read of a network.
#[derive(Default)]
struct State {
    spikes: usize,
    bytes: Vec<u8>,
}

impl State {
    fn add_spikes(&mut self, spikes: &SpikeProbe) {
        let events = spikes.events();
        self.spikes += events.len();
        for (step, neuron) in events {
            self.bytes.extend(step.to_le_bytes());
            self.bytes.extend((neuron as u64).to_le_bytes());
        }
    }

    fn add_numbers<'a>(&mut self, numbers: impl Iterator<Item = &'a f32>) {
        self.bytes
            .extend(numbers.flat_map(|number| number.to_le_bytes()));
    }

    fn print(&self, name: &str, rank: usize) {
        let checksum = Checksum::of(&self.bytes);
        let spikes = self.spikes;
        println!("rank {rank}: {name}: {spikes} spikes, checksum {checksum:016x}");
    }
}

/// Prints a checksum of a snapshot, on the first rank, which writes it.
fn print_snapshot(name: &str, net: &Network<Loihi1SimCfg>) -> Result<()> {
    let path = std::env::temp_dir().join(format!("lava-networks-{}", std::process::id()));
    net.save(&path)?;
    if net.rank() == 0 {
        let bytes = fs::read(&path)?;
        fs::remove_file(&path)?;
        // The file ends with a checksum of its own.
        let checksum = Checksum::of(&bytes[..bytes.len() - size_of::<u64>()]);
        println!("rank 0: {name}: snapshot {checksum:016x}");
    }
    Ok(())
}
