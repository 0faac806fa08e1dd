//! All-to-all synapses that learn.

use super::connection::{self, learning_connection};
use super::engine::LearningEngine;
use super::graded::GradedSpikeCfg;
use super::number::LearningNumber;
use super::rule::{IntoLearningRules, LearningRule, LearningRules};
use crate::model::ColumnMajor;
use crate::model::{StateReader, StateWriter};
use crate::prelude::*;
use crate::proc::kernel::real::Real;
use crate::proc::synapse::dense::add;
use crate::proc::synapse::weights::{FloatWeight, Message, SignMode, Weight};

/// Synapses from every input to every output, which learn: a [`Dense`](crate::proc::Dense) with a
/// [`LearningRule`].
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/learning_dense.svg"))]
///
/// ```text
/// a_out(t + 1) = weights · s_in(t)
/// ```
///
/// A learning phase at the end of each epoch evaluates the rule, in the columns and rows of the
/// neurons that have fired in it: the time that it takes follows their number, and results are the
/// same as if all synapses were evaluated. Weights that change act on the messages of the next step.
///
/// In fixed point, `LearningDense<i32>`, weights are truncated to `num_weight_bits` before the first
/// step, with mixed signs unless `sign_mode` is given. The first learning phase after a start or a
/// `set` clips all variables that an equation changes: weights to 8 bits and their signs, delays to
/// 0 … 255, tags to −257 … 255. Traces are 0 … 127. Stochastic rounding draws from `seed`.
///
/// Taus, impulses and variables can be set between runs, and the rule by
/// [`set_rule`](LearningDense::set_rule).
///
/// Source: Davies et al. (2018), *Loihi: A Neuromorphic Manycore Processor with On-Chip
/// Learning*, IEEE Micro 38(1); arithmetic as in Intel's Lava (`PyLearningDenseModelFloat`,
/// `PyLearningDenseModelBitApproximate`).
///
/// ```
/// use lava::learning_rule;
/// use lava::prelude::*;
/// use lava::proc::{LearningDense, Source};
///
/// # fn main() -> lava::Result<()> {
/// let rule = learning_rule! { dw = x1 * y0; x1: impulse 2, tau 10; };
/// let net = network! { Loihi1SimCfg;
///     pre:  Source<Spike> = Source::data([[true, false]]);
///     post: Source<Spike> = Source::data([[true]]);
///     syn:  LearningDense = LearningDense::weights([[0.5, 0.5]]).learning_rule(rule);
///     pre.s_out  -> syn.s_in;
///     post.s_out -> syn.s_in_bap;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.syn.weights.get()?, ndarray::arr2(&[[2.5, 0.5]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LearningDense<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the inputs, `[inputs]`.
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<M>,
    /// Spikes of the outputs (back-propagating action potentials), `[outputs]`.
    #[port(shape = [weights.shape()[0]])]
    s_in_bap: InPort<Spike>,
    /// The trace y1, if it is a third factor, `[outputs]`.
    #[port(shape = [weights.shape()[0]])]
    s_in_y1: InPort<T>,
    /// The trace y2, if it is a third factor, `[outputs]`.
    #[port(shape = [weights.shape()[0]])]
    s_in_y2: InPort<T>,
    /// The trace y3, if it is a third factor, `[outputs]`.
    #[port(shape = [weights.shape()[0]])]
    s_in_y3: InPort<T>,
    /// Weighted sums, one step later, `[outputs]`.
    #[port(shape = [weights.shape()[0]], delay = 1)]
    a_out: OutPort<T>,
    /// Weights, `[outputs, inputs]`, finite; in the unit of the port that `a_out` feeds.
    #[var(rank = 2, finite)]
    weights: Var<T>,
    /// Equations and traces.
    #[param(into = IntoLearningRules)]
    learning_rule: Param<LearningRules>,
    /// Tags, `[outputs, inputs]`: the variable t; default 0.
    #[var(shape = weights.shape().to_vec(), init = T::ZERO, finite)]
    tag_1: Var<T>,
    /// Delays, `[outputs, inputs]`: the variable d; default 0. Messages are not delayed by them.
    #[var(shape = weights.shape().to_vec(), init = T::ZERO, finite)]
    tag_2: Var<T>,
    /// Sums that leave in the next step, `[outputs]`; initially 0.
    #[var(shape = [weights.shape()[0]], init = T::ZERO)]
    a_buff: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// Times of the inputs' last spikes within the epoch, `[inputs]`; 0 without one.
    #[var(shape = [weights.shape()[1]], init = 0, range = 0..)]
    tx: Var<i32>,
    /// Trace of the inputs, `[inputs]`.
    #[var(shape = [weights.shape()[1]], init = T::ZERO, finite)]
    x1: Var<T>,
    /// Trace of the inputs, `[inputs]`.
    #[var(shape = [weights.shape()[1]], init = T::ZERO, finite)]
    x2: Var<T>,
    /// Times of the outputs' last spikes within the epoch, `[outputs]`; 0 without one.
    #[var(shape = [weights.shape()[0]], init = 0, range = 0..)]
    ty: Var<i32>,
    /// Trace of the outputs, `[outputs]`.
    #[var(shape = [weights.shape()[0]], init = T::ZERO, finite)]
    y1: Var<T>,
    /// Trace of the outputs, `[outputs]`.
    #[var(shape = [weights.shape()[0]], init = T::ZERO, finite)]
    y2: Var<T>,
    /// Trace of the outputs, `[outputs]`.
    #[var(shape = [weights.shape()[0]], init = T::ZERO, finite)]
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
    /// The effect of the numbers that inputs send on x1.
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

learning_connection!(LearningDense<T: Weight, M: Message<_>>);

/// A model of `LearningDense` for some number types.
macro_rules! model {
    ($tag:ident $model:ident [$($generics:tt)*] [$($arguments:tt)*] $number:tt $message:tt) => {
        #[implements(proc = LearningDense<$number, $message>, protocol = Loihi, shardable, replicated(s_in, tx, x1, x2))]
        #[tag($tag)]
        struct $model<$($generics)*> {
            s_in: In<$message>,
            s_in_bap: In<Spike>,
            s_in_y1: In<$number>,
            s_in_y2: In<$number>,
            s_in_y3: In<$number>,
            a_out: Out<$number>,
            weights: ColumnMajor<$number>,
            learning_rule: LearningRules,
            tag_1: ColumnMajor<$number>,
            tag_2: ColumnMajor<$number>,
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
            #[local]
            context: Context,
        }

        impl<$($generics)*> LoihiModel for $model<$($arguments)*> {
            fn check(&self) -> crate::Result<()> {
                connection::check!(self)
            }

            fn start(&mut self) -> crate::Result<()> {
                let (mode, bits) = (self.sign_mode, self.num_weight_bits);
                let number = <$number as LearningNumber>::stored(mode, bits)?;
                self.weights.map(number);
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
                    add(sums, self.weights.column(input), factor);
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
                let is_finite = engine.learn_matrix(phase, neurons.tx, variables);
                engine.end_phase(&mut neurons);
                connection::finite(is_finite, step)
            }
        }
    };
}

model!(FloatingPt LearningDenseFloat [T: Real + FloatWeight, M: Message<T>] [T, M] T M);
model!(FixedPt LearningDenseFixed [M: Message<i32>] [M] i32 M);
