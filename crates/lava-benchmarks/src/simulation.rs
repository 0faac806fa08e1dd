//! A network that is ready to run.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use lava::monitor::SpikeProbe;
use lava::prelude::*;

use crate::report::Report;

/// The beginning of a simulation, in ms, that does not count: rates have not settled.
pub(super) const WARM_UP: f64 = 100.0;

/// A population of neurons whose spikes are recorded.
#[derive(Debug)]
pub struct Population {
    /// Its name in the literature.
    pub name: &'static str,
    /// Number of neurons.
    pub neurons: usize,
    /// The rate it should have, in Hz.
    pub published: Option<f64>,
    /// The synapses that its neurons are the sources of.
    pub synapses: usize,
    /// The synapses of each neuron, where they differ by much.
    pub degrees: Option<Vec<u32>>,
    /// The spikes, as an out-port.
    pub s_out: OutPort<Spike>,
    /// The spikes, recorded.
    pub spikes: SpikeProbe,
}

/// The cost of building the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Build {
    /// Synapses.
    pub synapses: usize,
    /// The memory they take.
    pub bytes: usize,
    /// Time that it took, compiling included.
    pub time: Duration,
}

/// The share of neurons that are not at rest.
pub type Awake = Box<dyn Fn() -> Result<f64>>;

/// A network, built and compiled.
pub struct Simulation {
    /// The network.
    pub net: Network<Loihi1SimCfg>,
    /// The time step, in ms.
    pub dt: f64,
    /// The populations of neurons.
    pub populations: Vec<Population>,
    /// The cost of building it.
    pub build: Build,
    /// The share of neurons that are not at rest, where most are.
    pub awake: Option<Awake>,
    /// The weights that learn, where some do.
    pub plastic: Option<Var<f32>>,
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation")
            .field("net", &self.net)
            .field("dt", &self.dt)
            .field("populations", &self.populations)
            .field("build", &self.build)
            .finish_non_exhaustive()
    }
}

impl Simulation {
    /// Runs the warm-up and then `time` ms of the model, which are measured.
    ///
    /// # Errors
    /// If a model fails.
    pub fn measure(&self, time: f64) -> Result<Report> {
        self.net.set_progress_bar(true);
        self.run(WARM_UP)?;
        let (first, start) = (self.net.time_step() + 1, Instant::now());
        self.run(time)?;
        Report::new(self, first, start.elapsed())
    }

    /// Writes the spikes of each population to a file of `folder`, `0.npy`, `1.npy`, …: step and neuron of each.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save_spikes(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        for (number, population) in self.populations.iter().enumerate() {
            population
                .spikes
                .save(folder.join(format!("{number}.npy")))?;
        }
        Ok(())
    }

    /// Runs some ms of the model.
    fn run(&self, time: f64) -> Result<()> {
        let steps = (time / self.dt).round() as u64;
        Ok(self.net.run(RunSteps(steps.max(1)))?)
    }
}
