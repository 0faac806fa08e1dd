//! Two rules at once.

use super::error::PlasticityError;
use super::factors::{OneFactor, RuleFactors, SignalSpan, ThirdFactor, ThreeFactors};
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// A rule, and one of the sources alone: both change the synapses, the first one first, and the second one
/// transmits what the first one would.
///
/// ```
/// use lava::proc::plasticity::{PairStdp, TsodyksMarkram};
/// use lava::proc::synapse::Projection;
///
/// let rules = (PairStdp::new().multiplicative(), TsodyksMarkram::new().depression(500.0));
/// let learn = Projection::new(80, 20).plastic(rules);
/// # let _ = learn;
/// ```
impl<A, B> Plasticity for (A, B)
where
    A: Plasticity,
    B: Plasticity<Factors = OneFactor>,
    A::Factors: RuleFactors<(A, B)>,
{
    type Factors = A::Factors;
    type Synapse = (A::Synapse, B::Synapse);
    type Source = (A::Source, B::Source);
    type Target = A::Target;

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        self.0.prepare(dt)?;
        self.1.prepare(dt)
    }

    #[inline(always)]
    fn source_fires(&self, source: Past<Self::Source>) -> Self::Source {
        let first = self.0.source_fires(source.map(|state| state.0));
        (first, self.1.source_fires(source.map(|state| state.1)))
    }

    #[inline(always)]
    fn target_fires(&self, target: Past<A::Target>) -> A::Target {
        self.0.target_fires(target)
    }

    #[inline(always)]
    fn pre(&self, synapse: &mut SynapseState<Self::Synapse>, spike: PreSpike<Self>) {
        let first = PreSpike {
            source: spike.source.map(|state| state.0),
            target: spike.target,
            follows_post: spike.follows_post,
            with_post: spike.with_post,
        };
        on_first(synapse, |synapse| self.0.pre(synapse, first));
        let second = PreSpike {
            source: spike.source.map(|state| state.1),
            target: Past::new(B::Target::default(), i64::MAX),
            follows_post: false,
            with_post: false,
        };
        let mut own = SynapseState {
            weight: synapse.weight,
            variables: synapse.variables.1,
        };
        self.1.pre(&mut own, second);
        (synapse.weight, synapse.variables.1) = (own.weight, own.variables);
    }

    #[inline(always)]
    fn post(&self, synapse: &mut SynapseState<Self::Synapse>, spike: PostSpike<Self>) {
        let first = PostSpike {
            source: spike.source.map(|state| state.0),
            target: spike.target,
            follows_pre: spike.follows_pre,
        };
        on_first(synapse, |synapse| self.0.post(synapse, first));
    }

    fn delay(&self, synapse: &mut SynapseState<Self::Synapse>, steps: u16) -> u16 {
        let mut delay = steps;
        on_first(synapse, |synapse| delay = self.0.delay(synapse, steps));
        let mut own = SynapseState {
            weight: synapse.weight,
            variables: synapse.variables.1,
        };
        delay = self.1.delay(&mut own, delay);
        (synapse.weight, synapse.variables.1) = (own.weight, own.variables);
        delay
    }

    #[inline(always)]
    fn transmitted(&self, weight: f32, source: &Self::Source) -> f32 {
        self.1
            .transmitted(self.0.transmitted(weight, &source.0), &source.1)
    }
}

impl<A, B> ThirdFactor for (A, B)
where
    A: ThirdFactor + Plasticity<Factors = ThreeFactors>,
    B: Plasticity<Factors = OneFactor>,
{
    type Signal = A::Signal;
    type Interval = A::Interval;

    fn period(&self) -> u32 {
        self.0.period()
    }

    fn begin_period(&self, signal: Past<A::Signal>) -> A::Signal {
        self.0.begin_period(signal)
    }

    fn receive(&self, signal: Past<A::Signal>, received: f32) -> Option<A::Signal> {
        self.0.receive(signal, received)
    }

    fn interval(&self, span: SignalSpan<A::Signal>) -> A::Interval {
        self.0.interval(span)
    }

    #[inline(always)]
    fn elapse(&self, synapse: &mut SynapseState<Self::Synapse>, interval: &A::Interval) {
        on_first(synapse, |synapse| self.0.elapse(synapse, interval));
    }
}

/// Changes the weight and the variables of the first of two rules.
#[inline(always)]
fn on_first<A: Copy, B>(
    synapse: &mut SynapseState<(A, B)>,
    change: impl FnOnce(&mut SynapseState<A>),
) {
    let mut own = SynapseState {
        weight: synapse.weight,
        variables: synapse.variables.0,
    };
    change(&mut own);
    (synapse.weight, synapse.variables.0) = (own.weight, own.variables);
}
