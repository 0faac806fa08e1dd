//! A network in a file: written by one program, read and run by another.
//!
//! ```text
//! cargo run --release -p lava-examples --features files --example serialize [FILE.lava]
//! ```
//!
//! `lava info FILE.lava` prints what the file says. `lava run` runs files whose processes are all of the library;
//! this one has a process of the program.

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::{Path, PathBuf};

use lava::error::StoreError;
use lava::prelude::*;
use lava::proc::io::Call;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, Observer, PlasticSparse, PoissonSpikes, Sparse};

// ANCHOR: process
/// Sends a spike where the input has grown by a step since the last one.
#[process]
pub struct Growth {
    /// The sum of weights, in each step.
    a_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Input at the last spike.
    #[var(init = 0.0)]
    last: Var<f32>,
    /// Steps between spikes.
    #[param]
    steps: Param<Steps>,
}

/// The step of each half of the neurons.
#[derive(Clone, Debug)]
pub struct Steps {
    lower: f32,
    upper: f32,
}

// The type of a parameter has a form in files, and a name.
lava::storable!(struct Steps { lower, upper });
lava::register_parameter!(Steps);
// So has the process.
lava::register_process!(Growth);
// ANCHOR_END: process

// ANCHOR: rule
synapse! {
    /// Spikes strengthen the synapses that they pass.
    pub Potentiation {
        weight w: 1 where w >= 0 && w <= 2;
        on pre { w += 0.01; }
    }
}

lava::register_parameter!(Potentiation);
lava::register_process!(PlasticSparse<Potentiation>);
// ANCHOR_END: rule

#[implements(proc = Growth, protocol = Loihi)]
struct GrowthModel {
    a_in: In<f32>,
    s_out: Out<Spike>,
    last: ArrayD<f32>,
    steps: Steps,
    #[local]
    fired: Vec<u32>,
}

impl LoihiModel for GrowthModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.fired.clear();
        let half = self.last.len() / 2;
        let input = self.a_in.recv();
        for (neuron, (last, input)) in (0..).zip(self.last.iter_mut().zip(&input)) {
            let step = match (neuron as usize) < half {
                true => self.steps.lower,
                false => self.steps.upper,
            };
            if input - *last >= step {
                *last = *input;
                self.fired.push(neuron);
            }
        }
        self.s_out.send_indices(&self.fired)
    }
}

// ANCHOR: build
fn build() -> lava::Result<Network<Loihi1SimCfg>> {
    let projection = Projection::new(80, 40)
        .rule(Rule::FixedInDegree(8))
        .weights(Distribution::Normal { mean: 1.0, sd: 0.2 })
        .delays(Distribution::Uniform {
            low: 1.0,
            high: 5.0,
        });
    let steps = Steps {
        lower: 1.5,
        upper: 2.5,
    };
    let net = network! { Loihi1SimCfg;
        input:  PoissonSpikes = PoissonSpikes::shape([80]).rate(40.0).dt(1.0);
        sparse: Sparse        = Sparse::projection(projection);
        growth: Growth        = Growth::shape([40]).steps(steps);
        lif:    Lif           = Lif::shape([40]).vth(3.0).du(1.0).dv(0.1);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> growth.a_in;
        growth.s_out.cast::<f32>() -> lif.a_in;
    }?;
    net.network.set_seed(7)?;
    Ok(net.network)
}
// ANCHOR_END: build

/// The spikes of 500 steps.
fn spikes(net: &Network<Loihi1SimCfg>) -> lava::Result<Vec<(u64, usize)>> {
    let probe = net.probe(&net.out_port::<Spike>("lif.s_out")?)?;
    net.run(RunSteps(500))?;
    Ok(probe.events())
}

fn main() -> lava::Result<()> {
    let path = std::env::args()
        .nth(1)
        .map_or_else(default_path, PathBuf::from);
    // ANCHOR: write
    let net = build()?;
    net.store(&path)?;
    // ANCHOR_END: write
    println!(
        "{} has {} bytes",
        path.display(),
        std::fs::metadata(&path)?.len()
    );
    let text = lava::store::description(&std::fs::read(&path)?, "the file")?;
    let from = text.rfind("\"connectivity\"").unwrap_or(0);
    text[from..]
        .lines()
        .take(9)
        .for_each(|line| println!("{line}"));

    // ANCHOR: read
    let read = Network::<Loihi1SimCfg>::load(&path)?;
    assert_eq!(spikes(&read)?, spikes(&net)?);
    // ANCHOR_END: read
    println!("\nthe network of the file fires as the one that was written");
    net.stop()?;
    read.stop()?;
    altered(&path)?;
    closure(&path)
}

fn default_path() -> PathBuf {
    std::env::temp_dir().join("serialize.lava")
}

/// A file with a byte that is another.
fn altered(path: &Path) -> lava::Result<()> {
    let mut bytes = std::fs::read(path)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let error = Network::<Loihi1SimCfg>::load_from(&bytes, "the file");
    let error = error.expect_err("it was altered");
    println!("a byte is changed: {error}");
    Ok(())
}

/// Processes and parameters that have no place in a file.
fn closure(path: &Path) -> lava::Result<()> {
    let net = build()?;
    let watch = Observer::shape([40]).call(Call::new(|_, _| Ok(())));
    let _: Observer = net.add(watch.name("watch"))?;
    let error = net.store(path).expect_err("a closure cannot be stored");
    let unstorable = error.downcast_ref::<StoreError>();
    assert!(
        matches!(unstorable, Some(StoreError::Unstorable { part, .. }) if part == "watch.call")
    );
    println!("a closure: {error}");
    Ok(())
}
