//! The learning engine of a connection: what it keeps between steps, and the spike phase.

use super::batch::Batch;
use super::graded::GradedSpikeCfg;
use super::history::{EpochSpikes, History, Times, TraceKernel, TraceRounding};
use super::number::LearningNumber;
use super::program::{Class, Program, Rounding};
use super::random::{Pcg64, TraceRandom};
use super::rule::LearningRule;
use crate::proc::synapse::weights::SignMode;

/// The seed of the generator that rounds synaptic variables.
const SYNAPTIC_SEED: u64 = 2;

/// The parameters that a rule is evaluated with; the Vars of a connection.
#[derive(Clone, Copy)]
pub(super) struct TraceParameters {
    pub(super) impulses: [f64; 5],
    pub(super) taus: [f64; 5],
}

/// The state of the neurons on either side, as far as learning concerns it.
pub(super) struct NeuronTraces<'a, T> {
    /// Times of the last spikes within the epoch; 0 without one.
    pub(super) tx: &'a mut [i32],
    pub(super) x: [&'a mut [T]; 2],
    pub(super) ty: &'a mut [i32],
    pub(super) y: [&'a mut [T]; 3],
}

/// The state of an engine between two steps: the random numbers of traces and of synaptic variables, and
/// whether the next learning phase visits all synapses.
pub(super) type EngineRandom = ((TraceRandom, TraceRandom), Pcg64, bool);

/// The learning engine of a connection.
pub(super) struct LearningEngine<T: LearningNumber> {
    pub(super) program: Program<T>,
    kernels: [TraceKernel<T>; 5],
    /// `true` for the traces y1, y2, y3 that are received.
    pub(super) received: [bool; 3],
    x_random: TraceRandom,
    y_random: TraceRandom,
    synaptic: Pcg64,
    /// The next learning phase visits all synapses, as they may be out of bounds.
    visits_all: bool,
    pub(super) pre: EpochSpikes,
    pub(super) post: EpochSpikes,
    pub(super) times: Times,
    pub(super) histories: [History<T>; 5],
    pub(super) batches: [Batch<T>; 2],
    /// Halves of the numbers that pre-synaptic neurons sent.
    halves: Vec<T>,
}

/// A learning phase.
#[derive(Clone, Copy)]
pub(super) struct LearningPhase {
    /// `uK` is 1.
    pub(super) u: bool,
    /// All synapses are visited.
    pub(super) visits_all: bool,
    pub(super) rounding: Rounding,
}

impl LearningPhase {
    /// The class of synapses, by whether their neurons have fired.
    pub(super) fn class(&self, x0: bool, y0: bool) -> Class {
        Class { x0, y0, u: self.u }
    }
}

impl<T: LearningNumber> LearningEngine<T> {
    pub(super) fn new(
        rule: &LearningRule,
        parameters: TraceParameters,
        seed: u64,
    ) -> LearningEngine<T> {
        let mut synaptic = Pcg64::seeded(SYNAPTIC_SEED);
        synaptic.uniform();
        LearningEngine {
            program: Program::new(rule.parsed()),
            kernels: kernels(rule, parameters),
            received: rule.received(),
            x_random: TraceRandom::seeded(seed),
            y_random: TraceRandom::seeded(seed.wrapping_add(2)),
            synaptic,
            visits_all: true,
            pre: EpochSpikes::default(),
            post: EpochSpikes::default(),
            times: Times::default(),
            histories: Default::default(),
            batches: Default::default(),
            halves: Vec::new(),
        }
    }

    /// Goes on with another rule or other parameters.
    pub(super) fn replace(&mut self, rule: &LearningRule, parameters: TraceParameters) {
        self.program = Program::new(rule.parsed());
        self.kernels = kernels(rule, parameters);
        self.received = rule.received();
        self.visits_all = true;
    }

    /// Starts the random numbers of traces.
    pub(super) fn seed(&mut self, seed: u64) {
        self.x_random = TraceRandom::seeded(seed);
        self.y_random = TraceRandom::seeded(seed.wrapping_add(2));
    }

    /// Visits all synapses in the next learning phase.
    pub(super) fn visit_all(&mut self) {
        self.visits_all = true;
    }

    /// The random numbers, and whether the next learning phase visits all synapses.
    pub(super) fn random(&self) -> EngineRandom {
        let traces = (self.x_random.clone(), self.y_random.clone());
        (traces, self.synaptic.clone(), self.visits_all)
    }

    /// Goes on with random numbers that were saved.
    pub(super) fn restore(&mut self, (traces, synaptic, visits_all): EngineRandom) {
        (self.x_random, self.y_random) = traces;
        (self.synaptic, self.visits_all) = (synaptic, visits_all);
    }

    /// Draws the random numbers of traces, as is done twice in a step.
    fn advance_random(&mut self) {
        if T::IS_WHOLE {
            self.x_random.advance();
            self.y_random.advance();
        }
    }

    /// Takes the spikes of pre-synaptic neurons, and the numbers that these sent.
    #[inline(always)]
    pub(super) fn pre_spikes(
        &mut self,
        step: u64,
        config: GradedSpikeCfg,
        active: impl Iterator<Item = (usize, T)>,
        neurons: &mut NeuronTraces<'_, T>,
    ) {
        let time = self.program.time_in_epoch(step);
        let [x1, x2] = &mut neurons.x;
        let [kernel1, kernel2, ..] = self.kernels;
        let mut fires = |neuron: usize, raises1: bool, x1: &mut [T]| {
            if neurons.tx[neuron] > 0 {
                if raises1 && kernel1.has_impulses() {
                    x1[neuron] = x1[neuron].raised(kernel1.impulse, 0);
                }
                if kernel2.has_impulses() {
                    x2[neuron] = x2[neuron].raised(kernel2.impulse, 0);
                }
            }
            neurons.tx[neuron] = time;
        };
        match config {
            GradedSpikeCfg::RegularImpulse => {
                active.for_each(|(neuron, _)| fires(neuron, true, x1));
            }
            GradedSpikeCfg::Overwrite => {
                for (neuron, number) in active {
                    x1[neuron] = number.half();
                    fires(neuron, false, x1);
                }
            }
            GradedSpikeCfg::AddWithSaturation | GradedSpikeCfg::AddWithoutSaturation => {
                self.halves.clear();
                self.halves.resize(x1.len(), T::ZERO);
                for (neuron, number) in active {
                    self.halves[neuron] = number.half();
                    let counts = match config {
                        GradedSpikeCfg::AddWithSaturation => true,
                        _ => x1[neuron].add_overflowing(self.halves[neuron]).1,
                    };
                    if counts {
                        fires(neuron, false, x1);
                    }
                }
                for (x1, half) in x1.iter_mut().zip(&self.halves) {
                    *x1 = match config {
                        GradedSpikeCfg::AddWithSaturation => x1.add_saturating(*half),
                        _ => x1.add_overflowing(*half).0,
                    };
                }
            }
        }
        self.advance_random();
    }

    /// Takes the spikes of post-synaptic neurons.
    #[inline(always)]
    pub(super) fn post_spikes(
        &mut self,
        step: u64,
        fired: &[u32],
        neurons: &mut NeuronTraces<'_, T>,
    ) {
        let time = self.program.time_in_epoch(step);
        for neuron in fired {
            let neuron = *neuron as usize;
            if neurons.ty[neuron] > 0 {
                for (y, kernel) in neurons.y.iter_mut().zip(&self.kernels[2..]) {
                    if kernel.has_impulses() {
                        y[neuron] = y[neuron].raised(kernel.impulse, self.y_random.of_impulse);
                    }
                }
            }
            neurons.ty[neuron] = time;
        }
        self.advance_random();
    }

    /// Returns `true` if an epoch ends with `step`.
    pub(super) fn learns(&self, step: u64) -> bool {
        step.is_multiple_of(self.program.epoch)
    }

    /// Advances the traces through the epoch that ends with `step`.
    #[inline(always)]
    pub(super) fn begin_phase(
        &mut self,
        step: u64,
        sign_mode: SignMode,
        neurons: &mut NeuronTraces<'_, T>,
    ) -> LearningPhase {
        let random = if T::IS_WHOLE {
            self.synaptic.uniform()
        } else {
            0.0
        };
        self.pre.note(neurons.tx);
        self.post.note(neurons.ty);
        let epoch = self.program.epoch as usize;
        self.times.of(epoch, [&self.pre, &self.post]);
        let [pre, post] = [&self.x_random, &self.y_random].map(|random| TraceRounding {
            decay: random.of_decay,
            impulse: random.of_impulse,
        });
        let [x1, x2] = &mut neurons.x;
        let [y1, y2, y3] = &mut neurons.y;
        let traces: [&mut [T]; 5] = [x1, x2, y1, y2, y3];
        for (index, trace) in traces.into_iter().enumerate() {
            let (spikes, random) = if index < 2 {
                (&self.pre, pre)
            } else {
                (&self.post, post)
            };
            let history = &mut self.histories[index];
            history.advance(trace, &self.kernels[index], spikes, &self.times, random);
            if index < 2 || !self.received[index - 2] {
                trace.copy_from_slice(history.end());
            }
        }
        LearningPhase {
            u: self.program.is_decimated(step),
            visits_all: std::mem::take(&mut self.visits_all),
            rounding: Rounding { sign_mode, random },
        }
    }

    /// Forgets the spikes of the epoch.
    pub(super) fn end_phase(&self, neurons: &mut NeuronTraces<'_, T>) {
        for neuron in &self.pre.neurons {
            neurons.tx[*neuron as usize] = 0;
        }
        for neuron in &self.post.neurons {
            neurons.ty[*neuron as usize] = 0;
        }
    }
}

fn kernels<T: LearningNumber>(
    rule: &LearningRule,
    parameters: TraceParameters,
) -> [TraceKernel<T>; 5] {
    std::array::from_fn(|trace| {
        let (impulse, tau) = (parameters.impulses[trace], parameters.taus[trace]);
        TraceKernel::new(impulse, tau, rule.is_as_in_lava())
    })
}
