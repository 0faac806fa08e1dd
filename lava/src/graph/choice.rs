//! Choice of timing and model: methods of every builder, and what a network takes from them.

use super::selection::{HasModel, ModelOf, ModelSpec, Overrides, RunConfig};
use crate::model::{Async, Loihi};
use crate::process::Process;
use crate::process::values::{
    Asynchronous, ByConfiguration, Choice, ChosenModel, Configured, Detached, IsChoice,
    ProcessBuilder,
};

/// Methods of every builder that has what its process must be given: the name of the process, its
/// timing and its model. [`Network::add`](crate::Network::add) takes the builder.
///
/// Timing and model are chosen last: what these methods return has no methods for parameters.
/// Every `#[process]` has a builder; nothing else implements the trait.
pub trait Build: ProcessBuilder {
    /// Names the process; the default is its type and a number, `Lif_0`.
    #[must_use]
    fn name(mut self, name: impl Into<String>) -> Self {
        self.values().set_name(name.into());
        self
    }

    /// Lets the process run detached: on a thread of its own, in steps of its own. Its model is one
    /// under the [`Loihi`] protocol. It takes a step whenever there is a message on every connection
    /// that leads to it, and as often as the lockstep processes do where there is none. In a run it
    /// takes as many steps as the run has at most. What connections carry is said at [`Async`].
    ///
    /// A loop of detached processes that nothing else feeds stands still: there is never a first
    /// message. A hierarchical model cannot be detached.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Lif, Sink, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let input: Source = net.add(Source::data([[1.0], [2.0], [3.0]]))?;
    /// let lif: Lif = net.add(Lif::shape([1]).du(1.0).vth(100.0).detached())?;
    /// input.s_out.connect(&lif.a_in)?;
    /// net.run(RunSteps(3))?;
    /// assert_eq!(lif.v.get()?[0], 6.0);
    /// # net.stop()
    /// # }
    /// ```
    fn detached(self) -> Configured<Self, Choice<Detached, ModelIn<Self>>>
    where
        ModelIn<Self>: Suits<Self::Process, Detached>,
    {
        Configured::new(self)
    }

    /// Lets the process run asynchronously: on a thread of its own, without steps. Its model is one
    /// under the [`Async`] protocol, where it is said what connections carry.
    fn asynchronous(self) -> Configured<Self, Choice<Asynchronous, ModelIn<Self>>>
    where
        ModelIn<Self>: Suits<Self::Process, Asynchronous>,
    {
        Configured::new(self)
    }

    /// Gives the process the model `M`, whatever the run configuration would choose. It runs under
    /// the protocol of the model.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # #[process]
    /// # pub struct Noise { a_out: OutPort<f32> }
    /// # #[implements(proc = Noise, protocol = Loihi)]
    /// # struct NoiseModel { a_out: Out<f32> }
    /// # impl LoihiModel for NoiseModel {}
    /// #[implements(proc = Noise, protocol = Loihi, alternative)]
    /// struct Silence { a_out: Out<f32> }
    /// # impl LoihiModel for Silence {}
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let quiet = net.add(Noise::shape([3]).with_model::<Silence>())?;
    /// # Ok(())
    /// # }
    /// ```
    fn with_model<M>(self) -> Configured<Self, Choice<TimingIn<Self>, ChosenModel<M>>>
    where
        M: ModelOf<Self::Process>,
        ChosenModel<M>: Suits<Self::Process, TimingIn<Self>>,
    {
        Configured::new(self)
    }
}

impl<B: ProcessBuilder> Build for B {}

/// The timing that a builder has chosen.
#[doc(hidden)]
pub(crate) type TimingIn<B> = <<B as ProcessBuilder>::Choice as IsChoice>::Timing;

/// The model that a builder has chosen.
#[doc(hidden)]
pub(crate) type ModelIn<B> = <<B as ProcessBuilder>::Choice as IsChoice>::Model;

/// A choice of model for a process `P` that suits a timing.
#[doc(hidden)]
pub trait Suits<P, Timing> {}

impl<P, T> Suits<P, T> for ByConfiguration {}

impl<P, T, M: ModelOf<P>> Suits<P, T> for ChosenModel<M> where M::Protocol: RunsIn<T> {}

/// A protocol whose models can run with a timing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a model under the protocol `{Self}` cannot run `{Timing}` [E3104]",
    label = "the model is one under `{Self}`",
    note = "`.detached()` needs a model under `Loihi`, which has steps; `.asynchronous()` one under `Async`"
)]
pub trait RunsIn<Timing> {}

impl<P> RunsIn<ByConfiguration> for P {}
#[diagnostic::do_not_recommend]
impl RunsIn<Detached> for Loihi {}
#[diagnostic::do_not_recommend]
impl RunsIn<Asynchronous> for Async {}

/// A finished builder of the process `P`, whose timing and model are chosen by `Choice`. Every
/// builder of a process is one once it has every required parameter; nothing else implements the
/// trait.
///
/// A function that adds any process is bounded as [`Network::add`](crate::Network::add) is:
///
/// ```
/// use lava::network::{Builds, HasChosenModel};
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// fn add_ten<P, B, M, C>(net: &Network<C>, builder: impl Fn() -> B) -> lava::Result<Vec<P>>
/// where
///     C: RunConfig,
///     B: Builds<P, M>,
///     P: Process + HasChosenModel<M, C>,
/// {
///     (0..10).map(|_| net.add(builder())).collect()
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let neurons: Vec<Lif> = add_ten(&net, || Lif::shape([3]))?;
/// # assert_eq!(neurons.len(), 10);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a builder of the process that is added [E3206]",
    label = "not a builder of that process",
    note = "a builder begins with the process: `net.add(Lif::shape([3]))`",
    note = "what `add` has returned is in its network already"
)]
pub trait Builds<P, Choice>: ProcessBuilder<Process = P, Choice = Choice> {}

impl<P: Process, C: IsChoice, B: ProcessBuilder<Process = P, Choice = C>> Builds<P, C> for B {}

/// A process with a model for the timing and model that `Choice` says, in networks under the
/// configuration `C`: it has the model that was chosen, or a model of the protocol that goes with
/// the timing.
#[diagnostic::on_unimplemented(
    message = "process `{Self}` has no model for the run configuration `{C}` and the timing that its builder chooses [E3105]",
    label = "no model that this network's run configuration could choose",
    note = "a model under `Async` is chosen by `.asynchronous()` behind the builder, one under `Loihi` without it",
    note = "a run configuration supports one protocol, tag and resource: choose another configuration",
    note = "or write a model: `#[implements(proc = …, protocol = …)] struct MyModel {{ … }}`"
)]
pub trait HasChosenModel<Choice, C> {
    /// The protocol that the process runs under, or [`Detached`].
    #[doc(hidden)]
    type Pace;
    /// The model, by the preferences of a network.
    #[doc(hidden)]
    fn chosen(overrides: &Overrides<C>) -> ModelSpec;
}

impl<P, C: RunConfig> HasChosenModel<Choice, C> for P
where
    P: Process + HasModel<C::Protocol, C::Tag, C::Resource>,
{
    type Pace = C::Protocol;

    fn chosen(overrides: &Overrides<C>) -> ModelSpec {
        overrides.choose::<P, C::Protocol>()
    }
}

impl<P, C: RunConfig> HasChosenModel<Choice<Asynchronous>, C> for P
where
    P: Process + HasModel<Async, C::Tag, C::Resource>,
{
    type Pace = Async;

    fn chosen(overrides: &Overrides<C>) -> ModelSpec {
        overrides.choose::<P, Async>()
    }
}

impl<P, C: RunConfig> HasChosenModel<Choice<Detached>, C> for P
where
    P: Process + HasModel<Loihi, C::Tag, C::Resource>,
{
    type Pace = Detached;

    fn chosen(overrides: &Overrides<C>) -> ModelSpec {
        overrides.choose::<P, Loihi>().detached()
    }
}

impl<P, C, M: ModelOf<P>> HasChosenModel<Choice<ByConfiguration, ChosenModel<M>>, C> for P {
    type Pace = M::Protocol;

    fn chosen(_: &Overrides<C>) -> ModelSpec {
        M::spec()
    }
}

impl<P, C, M: ModelOf<P>> HasChosenModel<Choice<Asynchronous, ChosenModel<M>>, C> for P {
    type Pace = Async;

    fn chosen(_: &Overrides<C>) -> ModelSpec {
        M::spec()
    }
}

impl<P, C, M: ModelOf<P>> HasChosenModel<Choice<Detached, ChosenModel<M>>, C> for P {
    type Pace = Detached;

    fn chosen(_: &Overrides<C>) -> ModelSpec {
        M::spec().detached()
    }
}
