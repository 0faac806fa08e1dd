//! Random trains of spikes, and networks that they run through.

use lava::prelude::*;
use lava::proc::builders::PlasticSparseBuilder;
use lava::proc::plasticity::{DelaySplit, Growth, Plasticity, SynapticUpdates};
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{PlasticSparse, Sink, Source};
use ndarray::Array2;

/// Numbers between 0 and 1 that look random.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() * bound as f64) as usize
    }
}

/// The neurons, their spikes and the synapses between them.
pub(crate) struct Case {
    /// One row a step, one column a source.
    pub(crate) pre: Array2<bool>,
    /// One row a step, one column a target.
    pub(crate) post: Array2<bool>,
    pub(crate) synapses: Vec<Synapse>,
    pub(crate) split: DelaySplit,
}

impl Case {
    /// Neurons that fire with rates between never and every other step, with delays of 2 to 9 steps.
    pub(crate) fn random(seed: u64, [sources, targets, steps]: [usize; 3]) -> Case {
        let mut random = Random(seed);
        let mut train = |neurons: usize| {
            let rates: Vec<f64> = (0..neurons).map(|_| 0.4 * random.next().powi(3)).collect();
            Array2::from_shape_fn((steps, neurons), |(_, neuron)| {
                random.next() < rates[neuron]
            })
        };
        let (pre, post) = (train(sources), train(targets));
        let mut synapses = Vec::new();
        for source in 0..sources {
            for target in 0..targets {
                if random.next() < 0.7 {
                    synapses.push(Synapse {
                        source,
                        target,
                        weight: f64::from(random.next() as f32),
                        delay: 2 + random.below(8),
                    });
                }
            }
        }
        synapses.sort_by_key(|synapse| (synapse.source, synapse.delay, synapse.target));
        let splits = [
            DelaySplit::Axonal(0),
            DelaySplit::Axonal(1),
            DelaySplit::Dendritic(1),
            DelaySplit::Dendritic(2),
        ];
        Case {
            pre,
            post,
            synapses,
            split: splits[(seed % 4) as usize],
        }
    }

    pub(crate) fn steps(&self) -> usize {
        self.pre.nrows()
    }

    /// Messages of a third factor, one a step, of which most are 0.
    pub(crate) fn signal(&self, seed: u64) -> Vec<f32> {
        let mut random = Random(seed);
        let message = |_| match random.next() < 0.02 {
            true => 2.0 * random.next() as f32,
            false => 0.0,
        };
        (0..self.steps()).map(message).collect()
    }

    /// A network of the case.
    pub(crate) fn network<P: Plasticity>(&self, rule: P) -> lava::Result<Running<P>> {
        self.network_with(rule, None)
    }

    /// A network of the case whose synapses are updated.
    pub(crate) fn network_updated<P: Plasticity>(
        &self,
        rule: P,
        updates: SynapticUpdates,
        growth: Option<Growth>,
    ) -> lava::Result<Running<P>> {
        self.network_of(None, |synapses| {
            let learn = PlasticSparse::synapses(synapses).plasticity(rule);
            learn.updates(updates).growth(growth)
        })
    }

    /// A network of the case with a third factor.
    pub(crate) fn network_with<P: Plasticity>(
        &self,
        rule: P,
        third: Option<&[f32]>,
    ) -> lava::Result<Running<P>> {
        self.network_of(third, |synapses| {
            PlasticSparse::synapses(synapses).plasticity(rule)
        })
    }

    fn network_of<P: Plasticity>(
        &self,
        third: Option<&[f32]>,
        learn: impl FnOnce(Synapses<f32>) -> PlasticSparseBuilder<P>,
    ) -> lava::Result<Running<P>> {
        let (sources, targets) = (self.pre.ncols(), self.post.ncols());
        let net = Network::new();
        let pre: Source<Spike> = net.add(Source::data(self.pre.clone()))?;
        let post: Source<Spike> = net.add(Source::data(self.post.clone()))?;
        let synapses = Synapses::from_list(sources, targets, &self.synapses)?;
        let learn: PlasticSparse<P> = net.add(learn(synapses).delay_split(self.split))?;
        let sink: Sink = net.add(Sink::shape([targets]).steps(self.steps()))?;
        pre.s_out.connect(&learn.s_in)?;
        post.s_out.connect(&learn.s_in_bap)?;
        learn.a_out.connect(&sink.a_in)?;
        if let Some(third) = third {
            let rows = Array2::from_shape_fn((third.len(), 1), |(row, _)| third[row]);
            let third: Source = net.add(Source::data(rows))?;
            third.s_out.connect(&learn.s_in_third)?;
        }
        Ok(Running { net, learn, sink })
    }
}

/// A network that can be run.
pub(crate) struct Running<P: Plasticity> {
    pub(crate) net: Network<Loihi1SimCfg>,
    pub(crate) learn: PlasticSparse<P>,
    pub(crate) sink: Sink,
}

impl<P: Plasticity> Running<P> {
    pub(crate) fn run(&self, steps: usize) -> lava::Result<()> {
        self.net.run(RunSteps(steps as u64))
    }

    pub(crate) fn weights(&self) -> lava::Result<Vec<f32>> {
        Ok(self.learn.weights.get()?.into_iter().collect())
    }

    /// The messages that the targets have received, one row a step.
    pub(crate) fn received(&self) -> lava::Result<Vec<f32>> {
        Ok(self.sink.data.get()?.into_iter().collect())
    }
}
