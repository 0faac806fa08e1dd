//! Putting a network together.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use lava::prelude::*;
use lava::proc::plasticity::Plasticity;
use lava::proc::synapse::{Half, Projection, WeightStorage};
use lava::proc::{PlasticSparse, ProceduralSparse, Sparse};

use crate::options::Options;
use crate::simulation::{Build, Population, Simulation};

/// The number of the synapses of a projection, once they are drawn, and the bytes that they take.
type Stored = Box<dyn Fn() -> Result<(usize, usize)>>;

/// A network that is being put together: keeps count of seeds, synapses and time.
pub(super) struct Builder {
    pub(super) net: Network<Loihi1SimCfg>,
    threads: usize,
    /// The next seed.
    seed: u64,
    populations: Vec<Population>,
    /// Synapses are drawn again at every spike.
    procedural: bool,
    /// The stored synapses of populations, which are drawn when the network is compiled.
    projections: Vec<(usize, Stored, Projection)>,
    /// Weights are stored in 16 bits.
    half_weights: bool,
    /// The weights that learn.
    plastic: Option<Var<f32>>,
    build: Build,
    start: Instant,
}

impl Builder {
    pub(super) fn new(options: &Options) -> Result<Builder> {
        let net = Network::new();
        if let Some(ranks) = &options.ranks {
            net.set_ranks(Arc::clone(&ranks.0))?;
        }
        if let Some(threads) = options.threads {
            net.set_workers(threads)?;
        }
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        Ok(Builder {
            net,
            threads: options.threads.unwrap_or_else(cores),
            // Networks of neighbouring seeds have no stream in common.
            seed: options.seed.wrapping_shl(16),
            procedural: options.procedural,
            populations: Vec::new(),
            projections: Vec::new(),
            half_weights: options.half_weights,
            plastic: None,
            build: Build::default(),
            start: Instant::now(),
        })
    }

    /// A seed that nothing else in the network has.
    pub(super) fn seed(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(1);
        self.seed
    }

    /// Records the spikes of a population. Returns its number.
    pub(super) fn population(
        &mut self,
        name: &'static str,
        s_out: &OutPort<Spike>,
    ) -> Result<usize> {
        let neurons = s_out.shape().iter().product();
        let spikes = self.net.probe(s_out)?;
        self.populations.push(Population {
            name,
            neurons,
            published: None,
            synapses: 0,
            degrees: None,
            s_out: s_out.clone(),
            spikes,
        });
        Ok(self.populations.len() - 1)
    }

    /// Says what rate a population should have, in Hz.
    pub(super) fn publish(&mut self, population: usize, rate: f64) {
        self.populations[population].published = Some(rate);
    }

    /// Connects a population with neurons by the synapses of a projection.
    pub(super) fn project(
        &mut self,
        from: usize,
        projection: Projection,
        into: &InPort<f32>,
    ) -> Result<()> {
        let name = self.populations[from].name;
        let seed = self.seed();
        let projection = projection.seed(seed).threads(self.threads);
        let failed = || format!("cannot connect {name} to {into}");
        let s_out = &self.populations[from].s_out;
        if self.procedural {
            let sparse = self.net.add(projection.procedural());
            let sparse: ProceduralSparse = sparse.with_context(failed)?;
            s_out.connect(&sparse.s_in)?;
            sparse.a_out.connect(into)?;
            let synapses = sparse.projection.expected_synapses().round() as usize;
            self.count(from, synapses, sparse.projection.bytes()?);
        } else {
            let stored = match self.half_weights {
                true => self.store::<Half>(s_out, projection, into),
                false => self.store::<f32>(s_out, projection, into),
            };
            let stored = stored.with_context(failed)?;
            self.projections.push((from, stored, projection));
        }
        Ok(())
    }

    /// Adds synapses whose weights are stored as `W`.
    fn store<W: WeightStorage<f32>>(
        &self,
        s_out: &OutPort<Spike>,
        projection: Projection,
        into: &InPort<f32>,
    ) -> Result<Stored> {
        let sparse: Sparse<f32, Spike, W> = self.net.add(Sparse::projection(projection))?;
        s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(into)?;
        Ok(Box::new(move || {
            let synapses = sparse.connectivity.synapses()?;
            Ok((synapses.len(), synapses.bytes()))
        }))
    }

    /// Connects a population with neurons by the synapses of a projection, which learn by a rule from the
    /// spikes of these neurons.
    pub(super) fn project_plastic<P: Plasticity>(
        &mut self,
        from: usize,
        projection: Projection,
        rule: P,
        targets: &OutPort<Spike>,
        into: &InPort<f32>,
    ) -> Result<()> {
        let seed = self.seed();
        let projection = projection.seed(seed).threads(self.threads);
        // Drawn here for their number; the process draws them again.
        let synapses = projection.draw::<f32>(seed)?.len();
        let learn: PlasticSparse<P> = self.net.add(projection.plastic(rule))?;
        self.populations[from].s_out.connect(&learn.s_in)?;
        targets.connect(&learn.s_in_bap)?;
        learn.a_out.connect(into)?;
        self.count(from, synapses, synapses * (6 + size_of::<P::Synapse>()));
        self.plastic = Some(learn.weights);
        Ok(())
    }

    /// Counts synapses of a population, and the memory they take.
    pub(super) fn count(&mut self, from: usize, synapses: usize, bytes: usize) {
        self.populations[from].synapses += synapses;
        self.build.synapses += synapses;
        self.build.bytes += bytes;
    }

    /// Sets the synapses of each neuron of a population, where they differ.
    pub(super) fn degrees(&mut self, of: usize, degrees: Vec<u32>) {
        self.populations[of].degrees = Some(degrees);
    }

    /// The network, ready to run with steps of `dt` ms.
    pub(super) fn finish(mut self, dt: f64) -> Result<Simulation> {
        self.net.compile()?;
        self.build.time = self.start.elapsed();
        for (from, stored, projection) in std::mem::take(&mut self.projections) {
            if self.net.ranks() > 1 {
                // A rank has a part of them.
                let synapses = projection.expected_synapses().round() as usize;
                let bytes = if self.half_weights { 4 } else { 6 };
                self.count(from, synapses, synapses * bytes / self.net.ranks());
                continue;
            }
            let (synapses, bytes) = stored()?;
            self.count(from, synapses, bytes);
        }
        Ok(Simulation {
            net: self.net,
            dt,
            populations: self.populations,
            build: self.build,
            awake: None,
            plastic: self.plastic,
        })
    }
}
