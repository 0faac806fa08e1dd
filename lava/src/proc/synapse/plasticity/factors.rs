//! The factors of a rule: the spikes and the signal that change its synapses.

use super::rule::{Past, Plasticity, SynapseState};
use crate::model::Persist;
use crate::process::{NotRequired, Required, Requirement};

/// The factors of a [`Plasticity`]: [`OneFactor`], [`TwoFactors`] or [`ThreeFactors`]. A projection
/// requires the inputs that its rule needs: `s_in_bap` for two factors, `s_in_third` for three.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the factors of a rule [E3209]",
    label = "not the factors of a rule",
    note = "write `type Factors = TwoFactors;` for the spikes of sources and targets, `OneFactor` for those of sources alone, `ThreeFactors` for a rule with a `ThirdFactor`"
)]
pub trait RuleFactors<P>: sealed::Sealed + 'static {
    /// [`Required`] if the rule depends on the spikes of the targets.
    type PostSpikes: Requirement;
    /// [`Required`] if the rule has a third factor.
    type Third: Requirement;
    #[doc(hidden)]
    type Signal: Copy + Default + Persist + Send + Sync + 'static;
    #[doc(hidden)]
    type Interval: Send + Sync + 'static;
    #[doc(hidden)]
    fn period(rule: &P) -> u32;
    #[doc(hidden)]
    fn begin_period(rule: &P, signal: Past<Self::Signal>) -> Self::Signal;
    #[doc(hidden)]
    fn receive(rule: &P, signal: Past<Self::Signal>, received: f32) -> Option<Self::Signal>;
    #[doc(hidden)]
    fn interval(rule: &P, span: SignalSpan<Self::Signal>) -> Self::Interval;
    #[doc(hidden)]
    fn elapse(rule: &P, synapse: &mut SynapseState<P::Synapse>, interval: &Self::Interval)
    where
        P: Plasticity;
}

/// The spikes of the sources: targets need not be connected to `s_in_bap`, and neither
/// [`post`](Plasticity::post) nor [`target_fires`](Plasticity::target_fires) is called.
#[derive(Clone, Copy, Debug)]
pub enum OneFactor {}

/// The spikes of the sources and of the targets.
#[derive(Clone, Copy, Debug)]
pub enum TwoFactors {}

/// The spikes of the sources and of the targets, and the signal of a [`ThirdFactor`].
#[derive(Clone, Copy, Debug)]
pub enum ThreeFactors {}

/// A rule with a third factor: a signal that all synapses of the projection receive, as dopamine or a
/// reward, at `s_in_third`.
///
/// # Time
///
/// Synapses change continuously between the spikes that arrive at them. This is evaluated late, for the
/// interval from one spike to the next, and may not depend on when. Intervals so end where a spike arrives at
/// the synapse, and at multiples of [`period`](ThirdFactor::period) steps.
///
/// The signal has variables of its own, `Signal`, which are kept for each step in which they change. An
/// interval is evaluated from those at its ends, so variables that add up from the beginning of the period are
/// what makes it cost the same however often the signal has changed.
///
/// # Example
///
/// A rule by which a pre-spike tags a synapse, and a reward changes the weight by the tag:
/// dw = tag · reward.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::plasticity::{
///     Past, Plasticity, PlasticityError, PostSpike, PreSpike, SignalSpan, SynapseState, ThirdFactor,
///     ThreeFactors,
/// };
/// use lava::proc::synapse::Projection;
/// use lava::proc::{PlasticSparse, Source};
///
/// #[derive(Clone)]
/// struct Rewarded;
///
/// impl Plasticity for Rewarded {
///     type Factors = ThreeFactors;
///     type Synapse = f32;
///     type Source = ();
///     type Target = ();
///
///     fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
///         Ok(())
///     }
///     fn source_fires(&self, _: Past<()>) {}
///     fn target_fires(&self, _: Past<()>) {}
///     fn pre(&self, synapse: &mut SynapseState<f32>, _: PreSpike<Self>) {
///         synapse.variables += 1.0;
///     }
///     fn post(&self, synapse: &mut SynapseState<f32>, _: PostSpike<Self>) {
///         synapse.variables = 0.0;
///     }
/// }
///
/// /// The rewards of the period up to a step, and of them those before the last step with a reward.
/// type Rewards = (f32, f32);
///
/// impl ThirdFactor for Rewarded {
///     type Signal = Rewards;
///     type Interval = f32; // the rewards from the first step of an interval to the one before its end
///
///     fn period(&self) -> u32 {
///         1000
///     }
///     fn begin_period(&self, _: Past<Rewards>) -> Rewards {
///         (0.0, 0.0)
///     }
///     fn receive(&self, signal: Past<Rewards>, reward: f32) -> Option<Rewards> {
///         let (sum, _) = signal.state;
///         (reward != 0.0).then(|| (sum + reward, sum))
///     }
///     fn interval(&self, span: SignalSpan<Rewards>) -> f32 {
///         // A reward in the first step of the interval is in `from`, and acts from that step on.
///         let (sum, before) = span.from.state;
///         let begin = if span.from.steps == 0 { before } else { sum };
///         span.to.state.0 - begin
///     }
///     fn elapse(&self, synapse: &mut SynapseState<f32>, reward: &f32) {
///         synapse.weight += synapse.variables * reward;
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     pre:    Source<Spike>           = Source::data([[true], [false], [true], [false]]);
///     post:   Source<Spike>           = Source::data([[false]]);
///     reward: Source                  = Source::data([[0.0], [0.5], [0.25], [0.0]]);
///     syn:    PlasticSparse<Rewarded> = Projection::new(1, 1).plastic(Rewarded);
///     pre.s_out    -> syn.s_in;
///     post.s_out   -> syn.s_in_bap;
///     reward.s_out -> syn.s_in_third;
/// }?;
/// net.run(RunSteps(4))?;
/// // The first reward finds one tag, the second, which comes with the second spike, two.
/// assert_eq!(net.syn.weights.get()?[0], 1.0 + 0.5 + 2.0 * 0.25);
/// # net.stop()
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` says that it has three factors, and is no `ThirdFactor` [E3209]",
    label = "the third factor is missing",
    note = "implement `ThirdFactor` for `{Self}`, or write `type Factors = TwoFactors;`"
)]
pub trait ThirdFactor: Plasticity {
    /// Variables of the signal. They begin with their default.
    type Signal: Copy + Default + Persist + Send + Sync + 'static;
    /// The effect of the signal in an interval, for all synapses.
    type Interval: Send + Sync + 'static;

    /// Returns the number of steps of a period, at least 1; called after
    /// [`prepare`](Plasticity::prepare).
    fn period(&self) -> u32;

    /// Returns the variables at the beginning of a period.
    fn begin_period(&self, signal: Past<Self::Signal>) -> Self::Signal;

    /// Returns the variables after a message; `None` if they go on as before. It is called in each step, with
    /// 0 where nothing is received.
    fn receive(&self, signal: Past<Self::Signal>, received: f32) -> Option<Self::Signal>;

    /// Returns the effect of an interval, which is within a period.
    fn interval(&self, span: SignalSpan<Self::Signal>) -> Self::Interval;

    /// Changes a synapse by an interval in which no spike arrives at it.
    fn elapse(&self, synapse: &mut SynapseState<Self::Synapse>, interval: &Self::Interval);
}

/// The signal of a [`ThirdFactor`] at the ends of an interval. What is received in a step acts from that step
/// on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalSpan<S> {
    /// At the beginning, with what is received in that step.
    pub from: Past<S>,
    /// At the end, without what is received in that step.
    pub to: Past<S>,
    /// The number of steps.
    pub steps: u32,
}

/// The factors that have no signal.
macro_rules! without_signal {
    ($factors:ident, $post_spikes:ident) => {
        impl<P> RuleFactors<P> for $factors {
            type PostSpikes = $post_spikes;
            type Third = NotRequired;
            type Signal = ();
            type Interval = ();

            fn period(_: &P) -> u32 {
                u32::MAX
            }

            fn begin_period(_: &P, _: Past<()>) {}

            fn receive(_: &P, _: Past<()>, _: f32) -> Option<()> {
                None
            }

            fn interval(_: &P, _: SignalSpan<()>) {}

            #[inline(always)]
            fn elapse(_: &P, _: &mut SynapseState<P::Synapse>, (): &())
            where
                P: Plasticity,
            {
            }
        }
    };
}

without_signal!(OneFactor, NotRequired);
without_signal!(TwoFactors, Required);

impl<P: ThirdFactor> RuleFactors<P> for ThreeFactors {
    type PostSpikes = Required;
    type Third = Required;
    type Signal = P::Signal;
    type Interval = P::Interval;

    fn period(rule: &P) -> u32 {
        rule.period()
    }

    fn begin_period(rule: &P, signal: Past<P::Signal>) -> P::Signal {
        rule.begin_period(signal)
    }

    #[inline(always)]
    fn receive(rule: &P, signal: Past<P::Signal>, received: f32) -> Option<P::Signal> {
        rule.receive(signal, received)
    }

    #[inline(always)]
    fn interval(rule: &P, span: SignalSpan<P::Signal>) -> P::Interval {
        rule.interval(span)
    }

    #[inline(always)]
    fn elapse(rule: &P, synapse: &mut SynapseState<P::Synapse>, interval: &P::Interval) {
        rule.elapse(synapse, interval);
    }
}

/// The variables of the signal of a rule.
pub(super) type SignalOf<P> = <<P as Plasticity>::Factors as RuleFactors<P>>::Signal;

/// The effect of the signal of a rule.
pub(super) type IntervalOf<P> = <<P as Plasticity>::Factors as RuleFactors<P>>::Interval;

/// `true` if a rule depends on the spikes of the targets.
pub(super) const fn has_post_spikes<P: Plasticity>() -> bool {
    <<P::Factors as RuleFactors<P>>::PostSpikes as Requirement>::IS_REQUIRED
}

/// `true` if a rule has a third factor.
pub(super) const fn has_third_factor<P: Plasticity>() -> bool {
    <<P::Factors as RuleFactors<P>>::Third as Requirement>::IS_REQUIRED
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::OneFactor {}
    impl Sealed for super::TwoFactors {}
    impl Sealed for super::ThreeFactors {}
}
