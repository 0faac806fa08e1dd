//! Synapses one by one that learn.

use std::sync::Arc;

use super::connection::{self, learning_connection};
use super::engine::LearningEngine;
use super::error::LearningError;
use super::graded::GradedSpikeCfg;
use super::list::{Pending, SynapseIndex};
use super::number::LearningNumber;
use super::rule::{IntoLearningRules, LearningRule, LearningRules};
use crate::model::{StateReader, StateWriter};
use crate::prelude::*;
use crate::proc::kernel::real::Real;
use crate::proc::synapse::weights::{Factor, FloatWeight, Message, SignMode, Weight};
use crate::proc::synapse::{Connectivity, Projection, Synapses};
use crate::process::values::Given;
use crate::process::{IntoInit, SeedSource, SharedValues, Values};

/// Synapses that learn, one by one: a [`Sparse`](crate::proc::Sparse) with a [`LearningRule`], and
/// without delays.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/learning_sparse.svg"))]
///
/// ```text
/// a_out[i](t + 1) = Σ over synapses j → i of  weight · s_in[j](t)
/// ```
///
/// It learns as [`LearningDense`](super::LearningDense) does; weights, tags and delays are
/// `[synapses]`, in the order of [`Synapses::iter`].
///
/// ```
/// use lava::learning_rule;
/// use lava::prelude::*;
/// use lava::proc::synapse::Synapses;
/// use lava::proc::{LearningSparse, Source};
///
/// # fn main() -> lava::Result<()> {
/// let rule = learning_rule! { dw = x1 * y0; x1: impulse 2, tau 10; };
/// let synapses = Synapses::from_matrix(&[[0.5_f32, 0.0], [0.0, 1.0]])?;
/// let net = network! { Loihi1SimCfg;
///     pre:  Source<Spike>  = Source::data([[true, true]]);
///     post: Source<Spike>  = Source::data([[true, false]]);
///     syn:  LearningSparse = LearningSparse::synapses(synapses).learning_rule(rule);
///     pre.s_out  -> syn.s_in;
///     post.s_out -> syn.s_in_bap;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.syn.weights.get()?, ndarray::arr1(&[2.5, 1.0]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LearningSparse<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the sources, `[sources]`.
    #[port(shape = [connectivity.checked()?.sources()])]
    s_in: InPort<M>,
    /// Spikes of the targets (back-propagating action potentials), `[targets]`.
    #[port(shape = [connectivity.targets()])]
    s_in_bap: InPort<Spike>,
    /// The trace y1, if it is a third factor, `[targets]`.
    #[port(shape = [connectivity.targets()])]
    s_in_y1: InPort<T>,
    /// The trace y2, if it is a third factor, `[targets]`.
    #[port(shape = [connectivity.targets()])]
    s_in_y2: InPort<T>,
    /// The trace y3, if it is a third factor, `[targets]`.
    #[port(shape = [connectivity.targets()])]
    s_in_y3: InPort<T>,
    /// Weighted sums, one step later, `[targets]`.
    #[port(shape = [connectivity.targets()], delay = 1)]
    a_out: OutPort<T>,
    /// The synapses: in memory, or a projection.
    #[param]
    connectivity: Param<Connectivity<T, T>>,
    /// Weights, `[synapses]`, in the order of [`Synapses::iter`]; in the unit of the port that
    /// `a_out` feeds.
    #[var(shape = _, init = connectivity.clone(), finite)]
    weights: Var<T>,
    /// Equations and traces.
    #[param(into = IntoLearningRules)]
    learning_rule: Param<LearningRules>,
    /// Tags, `[synapses]`: the variable t; default 0.
    #[var(shape = _, init = NoTags(connectivity.clone()), finite)]
    tag_1: Var<T>,
    /// Delays, `[synapses]`: the variable d; default 0. Messages are not delayed by them.
    #[var(shape = _, init = NoTags(connectivity.clone()), finite)]
    tag_2: Var<T>,
    /// Sums that leave in the next step, `[targets]`; initially 0.
    #[var(shape = [connectivity.targets()], init = T::ZERO)]
    a_buff: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// Times of the sources' last spikes within the epoch, `[sources]`; 0 without one.
    #[var(shape = [connectivity.sources()], init = 0, range = 0..)]
    tx: Var<i32>,
    /// Trace of the sources, `[sources]`.
    #[var(shape = [connectivity.sources()], init = T::ZERO, finite)]
    x1: Var<T>,
    /// Trace of the sources, `[sources]`.
    #[var(shape = [connectivity.sources()], init = T::ZERO, finite)]
    x2: Var<T>,
    /// Times of the targets' last spikes within the epoch, `[targets]`; 0 without one.
    #[var(shape = [connectivity.targets()], init = 0, range = 0..)]
    ty: Var<i32>,
    /// Trace of the targets, `[targets]`.
    #[var(shape = [connectivity.targets()], init = T::ZERO, finite)]
    y1: Var<T>,
    /// Trace of the targets, `[targets]`.
    #[var(shape = [connectivity.targets()], init = T::ZERO, finite)]
    y2: Var<T>,
    /// Trace of the targets, `[targets]`.
    #[var(shape = [connectivity.targets()], init = T::ZERO, finite)]
    y3: Var<T>,
    /// Impulse of x1; default: that of the rule, 0 where x1 takes the numbers of spikes.
    #[var(scalar, init = learning_rule.impulse(0, *graded_spike_cfg != GradedSpikeCfg::RegularImpulse), range = 0.0..f64::INFINITY)]
    x1_impulse: Var<f64>,
    /// Time constant of x1, in steps; infinite for a trace that does not decay; default: that of the
    /// rule.
    #[var(scalar, init = learning_rule.tau(0), range = 0.0..)]
    x1_tau: Var<f64>,
    /// Impulse of x2; default: that of the rule.
    #[var(scalar, init = learning_rule.impulse(1, false), range = 0.0..f64::INFINITY)]
    x2_impulse: Var<f64>,
    /// Time constant of x2, as `x1_tau`.
    #[var(scalar, init = learning_rule.tau(1), range = 0.0..)]
    x2_tau: Var<f64>,
    /// Impulse of y1; default: that of the rule.
    #[var(scalar, init = learning_rule.impulse(2, false), range = 0.0..f64::INFINITY)]
    y1_impulse: Var<f64>,
    /// Time constant of y1, as `x1_tau`.
    #[var(scalar, init = learning_rule.tau(2), range = 0.0..)]
    y1_tau: Var<f64>,
    /// Impulse of y2; default: that of the rule.
    #[var(scalar, init = learning_rule.impulse(3, false), range = 0.0..f64::INFINITY)]
    y2_impulse: Var<f64>,
    /// Time constant of y2, as `x1_tau`.
    #[var(scalar, init = learning_rule.tau(3), range = 0.0..)]
    y2_tau: Var<f64>,
    /// Impulse of y3; default: that of the rule.
    #[var(scalar, init = learning_rule.impulse(4, false), range = 0.0..f64::INFINITY)]
    y3_impulse: Var<f64>,
    /// Time constant of y3, as `x1_tau`.
    #[var(scalar, init = learning_rule.tau(4), range = 0.0..)]
    y3_tau: Var<f64>,
    /// Number of the rule: 0 for the one that the connection was built with, 1 for the first that
    /// was given to `set_rule`.
    #[var(scalar, init = 0, private)]
    rule: Var<u32>,
    /// Seed of stochastic rounding; default: that of the rule, or from the network's seed and the
    /// name of the process.
    #[var(scalar, init = learning_rule.seed())]
    seed: Var<u64>,
    /// The effect of the numbers that sources send on x1.
    #[param(default = GradedSpikeCfg::RegularImpulse)]
    graded_spike_cfg: Param<GradedSpikeCfg>,
    /// In fixed point, the exponent of sums, which are multiplied by `2^weight_exp`; default 0.
    #[param(default = 0)]
    weight_exp: Param<i32>,
    /// In fixed point, the bits of a weight, 0 to 8; default 8.
    #[param(default = 8)]
    num_weight_bits: Param<u32>,
    /// The signs that weights may have; default: both.
    #[param(default = SignMode::Mixed)]
    sign_mode: Param<SignMode>,
}

learning_connection!(LearningSparse<T: Weight, M: Message<_>>);

impl<T: Weight, M: Message<T>> LearningSparse<T, M> {
    /// Starts building a `LearningSparse` from a description: its synapses are drawn when the
    /// network is compiled, or when `weights` are read before.
    pub fn projection(
        projection: Projection,
    ) -> LearningSparseBuilder<T, M, Given, LearningSparseWithout_learning_rule> {
        LearningSparse::connectivity(projection.into())
    }

    /// Starts building a `LearningSparse` from synapses that are in memory.
    pub fn synapses(
        synapses: Synapses<T>,
    ) -> LearningSparseBuilder<T, M, Given, LearningSparseWithout_learning_rule> {
        LearningSparse::connectivity(synapses.into())
    }
}

/// Tags and delays of 0 for all synapses.
struct NoTags<T>(Connectivity<T, T>);

impl<T: Weight> SharedValues<T> for NoTags<T> {
    fn shape(&self) -> &[usize] {
        self.0.shape()
    }

    fn to_array(&self) -> ArrayD<T> {
        ArrayD::from_elem(self.0.shape(), T::ZERO)
    }

    fn added(&self, seed: SeedSource) {
        self.0.added(seed);
    }

    fn prepare(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.0.prepare()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Weight> IntoInit<T> for NoTags<T> {
    fn into_init(self) -> Values<T> {
        Values::Shared(Arc::new(self))
    }
}

/// The neurons of the synapses.
fn index<T: Weight>(connectivity: &Connectivity<T, T>) -> crate::Result<SynapseIndex> {
    let synapses = connectivity.synapses()?;
    let longest = *synapses.delays().end();
    if longest != 1 {
        return Err(LearningError::Delay(longest).into());
    }
    let pairs = synapses
        .iter()
        .map(|synapse| (synapse.source, synapse.target));
    Ok(SynapseIndex::new(
        [synapses.sources(), synapses.targets()],
        pairs,
    ))
}

/// A model of `LearningSparse` for some number types.
macro_rules! model {
    ($tag:ident $model:ident [$($generics:tt)*] [$($arguments:tt)*] $number:tt $message:tt) => {
        #[implements(proc = LearningSparse<$number, $message>, protocol = Loihi)]
        #[tag($tag)]
        struct $model<$($generics)*> {
            s_in: In<$message>,
            s_in_bap: In<Spike>,
            s_in_y1: In<$number>,
            s_in_y2: In<$number>,
            s_in_y3: In<$number>,
            a_out: Out<$number>,
            weights: Vec<$number>,
            connectivity: Param<Connectivity<$number, $number>>,
            learning_rule: LearningRules,
            tag_1: Vec<$number>,
            tag_2: Vec<$number>,
            a_buff: Vec<$number>,
            num_message_bits: i32,
            tx: Vec<i32>,
            x1: Vec<$number>,
            x2: Vec<$number>,
            ty: Vec<i32>,
            y1: Vec<$number>,
            y2: Vec<$number>,
            y3: Vec<$number>,
            x1_impulse: f64,
            x1_tau: f64,
            x2_impulse: f64,
            x2_tau: f64,
            y1_impulse: f64,
            y1_tau: f64,
            y2_impulse: f64,
            y2_tau: f64,
            y3_impulse: f64,
            y3_tau: f64,
            rule: u32,
            seed: u64,
            graded_spike_cfg: GradedSpikeCfg,
            weight_exp: i32,
            num_weight_bits: u32,
            sign_mode: SignMode,
            #[local(rebuilt)]
            engine: Option<LearningEngine<$number>>,
            #[local(rebuilt)]
            index: SynapseIndex,
            #[local(init = Pending::default(), rebuilt)]
            pending: Pending<$number>,
            #[local]
            context: Context,
        }

        impl<$($generics)*> LoihiModel for $model<$($arguments)*> {
            fn check(&self) -> crate::Result<()> {
                connection::check!(self)
            }

            fn start(&mut self) -> crate::Result<()> {
                self.index = index(&self.connectivity)?;
                let (mode, bits) = (self.sign_mode, self.num_weight_bits);
                let number = <$number as LearningNumber>::stored(mode, bits)?;
                self.weights.iter_mut().for_each(|weight| *weight = number(*weight));
                connection::start!(self)
            }

            fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
                connection::update!(self, var)
            }

            fn save_state(&self, to: &mut StateWriter) -> crate::Result<()> {
                connection::save!(self, to)
            }

            fn prepare_load(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
                connection::prepare_load!(self, from)
            }

            fn load_state(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
                connection::load!(self, from)
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let sums = self.a_buff.as_mut_slice();
                sums.fill(<$number as Value>::ZERO);
                let binary = self.num_message_bits == 0;
                for (input, factor) in <$message>::active(&mut self.s_in, binary) {
                    let synapses = self.index.of_source(input);
                    let targets = &self.index.targets()[synapses.clone()];
                    for (target, weight) in targets.iter().zip(&self.weights[synapses]) {
                        let sum = &mut sums[*target as usize];
                        *sum = sum.plus(factor.apply(*weight));
                    }
                }
                <$number as LearningNumber>::shift(sums, self.weight_exp);
                self.a_out.send_slice(sums)?;
                connection::receive!(self, $number, $message);
                Ok(())
            }

            fn lrn_guard(&self) -> bool {
                connection::guard!(self)
            }

            #[inline(always)]
            fn run_lrn(&mut self) -> crate::Result<()> {
                let step = self.context.time_step();
                let Some(engine) = &mut self.engine else {
                    return Ok(());
                };
                let mut neurons = connection::neurons!(self);
                let phase = engine.begin_phase(step, self.sign_mode, &mut neurons);
                let variables = [&mut self.weights, &mut self.tag_2, &mut self.tag_1];
                let variables = variables.map(Vec::as_mut_slice);
                let (index, pending) = (&self.index, &mut self.pending);
                let is_finite = engine.learn_list(phase, index, pending, neurons.tx, variables);
                engine.end_phase(&mut neurons);
                connection::finite(is_finite, step)
            }
        }
    };
}

model!(FloatingPt LearningSparseFloat [T: Real + FloatWeight, M: Message<T>] [T, M] T M);
model!(FixedPt LearningSparseFixed [M: Message<i32>] [M] i32 M);
