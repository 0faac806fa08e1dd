//! The interface of plasticities.

use super::error::PlasticityError;
use super::factors::RuleFactors;
use super::present::TraceBlock;
use crate::model::Persist;

/// A rule by which spikes change the weights of a projection; a user's own implements it as those of
/// the library do.
///
/// # Variables
///
/// A rule keeps variables of each synapse beside its weight, of each source and of each target. Those of
/// a neuron change when it fires and are read at other times through [`Past`], which says how many steps
/// have passed: a trace that decays is its value at the last spike times [`Decay::over`](super::Decay).
///
/// # Events
///
/// At a synapse spikes of its source arrive after the axonal part of the delay, and spikes of its target
/// after the dendritic part. The rule sees them in the order of their arrival. Neurons as a rule sees
/// them at an event have the variables that spikes *before* it have left; of two spikes that arrive in
/// one step, [`post`](Plasticity::post) comes first, and neither sees the other.
///
/// | event | is called | |
/// |---|---|---|
/// | the source fires | [`source_fires`](Plasticity::source_fires) | returns its new variables |
/// | the target fires | [`target_fires`](Plasticity::target_fires) | returns its new variables |
/// | a post-spike arrives at the synapse | [`post`](Plasticity::post) | changes the synapse |
/// | a pre-spike arrives at the synapse | [`pre`](Plasticity::pre) | changes the synapse |
/// | … and is transmitted | [`transmitted`](Plasticity::transmitted) | returns what the target receives |
/// | [`MoveDelays`](super::SynapticUpdate::MoveDelays) | [`delay`](Plasticity::delay) | returns the new delay of the synapse |
///
/// A rule with [`ThreeFactors`](super::ThreeFactors) changes synapses between these events, too, see
/// [`ThirdFactor`](super::ThirdFactor).
///
/// Calls for a target are made in the order of time; those of `post` are made late, when the source fires
/// next or a weight is read, and are the same whenever they are made. A rule has no other state, so
/// results do not depend on the number of workers.
///
/// # Example
///
/// A rule of two lines: a spike of the source subtracts 0.01, one of the target adds 0.02 times a trace.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::plasticity::{
///     Decay, Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, TwoFactors,
/// };
/// use lava::proc::synapse::Projection;
/// use lava::proc::{PlasticSparse, Source};
///
/// #[derive(Clone)]
/// struct Own {
///     decay: Decay,
/// }
///
/// impl Plasticity for Own {
///     type Factors = TwoFactors;
///     type Synapse = ();
///     type Source = f32;
///     type Target = ();
///
///     fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
///         self.decay = Decay::new(20.0, dt);
///         Ok(())
///     }
///
///     fn source_fires(&self, source: Past<f32>) -> f32 {
///         source.state * self.decay.over(source.steps) + 1.0
///     }
///
///     fn target_fires(&self, _: Past<()>) {}
///
///     fn pre(&self, synapse: &mut SynapseState<()>, _: PreSpike<Self>) {
///         synapse.weight -= 0.01;
///     }
///
///     fn post(&self, synapse: &mut SynapseState<()>, spike: PostSpike<Self>) {
///         synapse.weight += 0.02 * spike.source.state * self.decay.over(spike.source.steps);
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let own = Own { decay: Decay::new(20.0, 1.0) };
/// let net = network! { Loihi1SimCfg;
///     pre:  Source<Spike>      = Source::data([[true], [false]]);
///     post: Source<Spike>      = Source::data([[false], [true]]);
///     syn:  PlasticSparse<Own> = Projection::new(1, 1).plastic(own);
///     pre.s_out  -> syn.s_in;
///     post.s_out -> syn.s_in_bap;
/// }?;
/// net.run(RunSteps(4))?; // twice the rows; the last post-spike arrives one step later
/// let weight = net.syn.weights.get()?[0];
/// let trace = (-2.0_f32 / 20.0).exp(); // a step is 1 ms where nobody says otherwise
/// assert!((weight - (1.0 - 2.0 * 0.01 + 0.02 * trace)).abs() < 1e-6);
/// # net.stop()
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a rule by which synapses learn [E3209]",
    label = "not a `Plasticity`",
    note = "give a rule of `lava::proc::plasticity`, as `PairStdp::new()`, or implement `Plasticity` for one of your own"
)]
pub trait Plasticity: Clone + Send + Sync + 'static {
    /// The spikes and the signal on which the rule depends: [`TwoFactors`](super::TwoFactors) for the spikes
    /// of sources and targets.
    type Factors: RuleFactors<Self>;
    /// Variables of a synapse beside its weight; `()` for none. They begin with their default.
    type Synapse: Copy + Default + Persist + Send + Sync + 'static;
    /// Variables of a source.
    type Source: Copy + Default + Persist + Send + Sync + 'static;
    /// Variables of a target.
    type Target: Copy + Default + Persist + Send + Sync + 'static;

    /// Checks the parameters and prepares the rule for steps of `dt` ms.
    ///
    /// # Errors
    /// [`PlasticityError`] if a parameter is out of its range.
    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError>;

    /// Returns the variables of a source that fires.
    fn source_fires(&self, source: Past<Self::Source>) -> Self::Source;

    /// Returns the variables of a target that fires.
    fn target_fires(&self, target: Past<Self::Target>) -> Self::Target;

    /// Changes a synapse at which a spike of its source arrives, before it is transmitted.
    fn pre(&self, synapse: &mut SynapseState<Self::Synapse>, spike: PreSpike<Self>);

    /// Changes a synapse at which a spike of its target arrives.
    fn post(&self, synapse: &mut SynapseState<Self::Synapse>, spike: PostSpike<Self>);

    /// Returns the delay of a synapse in steps from an update [`MoveDelays`](super::SynapticUpdate::MoveDelays)
    /// on; it is called in that update only, and by default returns the present delay. The variables of the
    /// synapse can be changed.
    ///
    /// A rule by which a synapse becomes a step slower for each spike of its target:
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::plasticity::{
    ///     Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, SynapticUpdate,
    ///     TwoFactors,
    /// };
    /// use lava::proc::synapse::Projection;
    /// use lava::proc::{PlasticSparse, Source};
    ///
    /// #[derive(Clone)]
    /// struct Slower;
    ///
    /// impl Plasticity for Slower {
    ///     type Factors = TwoFactors;
    ///     type Synapse = u16;
    ///     // …
    /// #   type Source = ();
    /// #   type Target = ();
    /// #   fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
    /// #       Ok(())
    /// #   }
    /// #   fn source_fires(&self, _: Past<()>) {}
    /// #   fn target_fires(&self, _: Past<()>) {}
    /// #   fn pre(&self, _: &mut SynapseState<u16>, _: PreSpike<Self>) {}
    ///     fn post(&self, synapse: &mut SynapseState<u16>, _: PostSpike<Self>) {
    ///         synapse.variables += 1;
    ///     }
    ///
    ///     fn delay(&self, synapse: &mut SynapseState<u16>, steps: u16) -> u16 {
    ///         steps + std::mem::take(&mut synapse.variables)
    ///     }
    /// }
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     post: Source<Spike>         = Source::data([[true], [true], [true], [false]]);
    ///     syn:  PlasticSparse<Slower> = Projection::new(1, 1)
    ///         .plastic(Slower)
    ///         .updates([SynapticUpdate::MoveDelays(20).every(4)]);
    ///     post.s_out -> syn.s_in_bap;
    /// }?;
    /// net.run(RunSteps(4))?;
    /// let synapses = net.syn.present_synapses()?;
    /// assert_eq!(synapses[0].map(|synapse| synapse.delay), Some(4)); // 1 at first
    /// # net.stop()
    /// # }
    /// ```
    fn delay(&self, synapse: &mut SynapseState<Self::Synapse>, steps: u16) -> u16 {
        let _ = synapse;
        steps
    }

    /// Returns `true` if all that [`post`](Plasticity::post) and [`pre`](Plasticity::pre) do is what
    /// [`learn_traces`](Plasticity::learn_traces) does with the traces of the source and of the target.
    #[doc(hidden)]
    #[inline(always)]
    fn has_traces(&self) -> bool {
        false
    }

    /// Fills `traces` with the trace of a source 0, 1, 2, … steps after a spike.
    #[doc(hidden)]
    #[inline(always)]
    fn source_traces(&self, source: Self::Source, traces: &mut [f32]) {
        let _ = (source, traces);
    }

    /// Fills `traces` with those of targets some steps after their last spikes. The trace of variables that are the
    /// default is the same after any number of steps.
    #[doc(hidden)]
    #[inline(always)]
    fn target_traces(&self, targets: &[Self::Target], steps: &[u16], traces: &mut [f32]) {
        let _ = (targets, steps, traces);
    }

    /// The trace of one target.
    #[doc(hidden)]
    fn target_trace(&self, target: Past<Self::Target>) -> f32 {
        let _ = target;
        0.0
    }

    /// Changes some synapses by traces.
    #[doc(hidden)]
    #[inline(always)]
    fn learn_traces(&self, block: &mut TraceBlock) {
        let _ = block;
    }

    /// Returns what the target receives of a spike; `source` is as the spike has left it. By default it is
    /// the weight.
    #[inline(always)]
    fn transmitted(&self, weight: f32, source: &Self::Source) -> f32 {
        let _ = source;
        weight
    }
}

/// The variables of a synapse.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SynapseState<S> {
    /// Its weight.
    pub weight: f32,
    /// The variables of the rule.
    pub variables: S,
}

/// The variables that a neuron's last spike has left, and the steps that have passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past<S> {
    /// The variables; the default if the neuron has not fired.
    pub state: S,
    /// Steps since the last spike; `u32::MAX` if the neuron has not fired.
    pub steps: u32,
}

impl<S> Past<S> {
    /// The past with other variables.
    #[inline(always)]
    pub(super) fn map<T>(self, other: impl FnOnce(S) -> T) -> Past<T> {
        Past {
            state: other(self.state),
            steps: self.steps,
        }
    }

    #[inline(always)]
    pub(super) fn new(state: S, steps: i64) -> Past<S> {
        Past {
            state,
            steps: u32::try_from(steps).unwrap_or(u32::MAX),
        }
    }
}

/// A spike of the source, as it arrives at a synapse.
#[derive(Debug)]
pub struct PreSpike<P: Plasticity> {
    /// The source before the spike.
    pub source: Past<P::Source>,
    /// The target.
    pub target: Past<P::Target>,
    /// `true` if a spike of the target has arrived since the last one of the source.
    pub follows_post: bool,
    /// `true` if a spike of the target arrives in the same step, and has changed the synapse.
    pub with_post: bool,
}

impl<P: Plasticity> PreSpike<P> {
    /// The steps since a spike has changed the synapse last; `u32::MAX` if none has.
    #[inline(always)]
    pub fn since_last(&self) -> u32 {
        match self.with_post {
            true => 0,
            false => self.source.steps.min(self.target.steps),
        }
    }
}

/// A spike of the target, as it arrives at a synapse.
#[derive(Debug)]
pub struct PostSpike<P: Plasticity> {
    /// The source.
    pub source: Past<P::Source>,
    /// The target before the spike.
    pub target: Past<P::Target>,
    /// `true` if no other spike of the target has arrived since the last one of the source.
    pub follows_pre: bool,
}

impl<P: Plasticity> PostSpike<P> {
    /// The steps since a spike has changed the synapse last; `u32::MAX` if none has.
    #[inline(always)]
    pub fn since_last(&self) -> u32 {
        self.source.steps.min(self.target.steps)
    }
}
