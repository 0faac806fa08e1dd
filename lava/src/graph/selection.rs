//! Selection of models: tags, resources and run configurations.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use lava_core::executor::{ModelRequests, Task};

use super::composite::ExpandFn;
use crate::Result;
use crate::model::{Binder, Drives, Locals, Loihi, Protocol, Seal, SumsMessages, Timing};
use crate::process::Process;

/// No tag: the model of a process without regard to its arithmetic.
#[derive(Clone, Copy, Debug)]
pub enum AnyTag {}

/// The tag of models that compute in floating point.
#[derive(Clone, Copy, Debug)]
pub enum FloatingPt {}

/// The tag of models that compute in fixed point, as Loihi does.
#[derive(Clone, Copy, Debug)]
pub enum FixedPt {}

/// The resource of every machine: its processor.
#[derive(Clone, Copy, Debug)]
pub enum Cpu {}

/// The process `Self` has a model for protocol `P`, tag `Tag` and resource `R`: written by
/// `#[implements]`.
#[diagnostic::on_unimplemented(
    message = "process `{Self}` has no model for protocol `{P}`, tag `{Tag}` and resource `{R}` [E3105]",
    label = "no model that this network's run configuration could choose",
    note = "write one: `#[implements(proc = …, protocol = {P})] struct MyModel {{ … }}`",
    note = "or choose a run configuration whose protocol, tag and resource `{Self}` supports"
)]
pub trait HasModel<P, Tag, R> {
    /// The specification of the model.
    #[doc(hidden)]
    fn spec() -> ModelSpec;
}

impl<X, P, Tag, R> HasModel<P, Tag, R> for X
where
    X: OnlyModelUnlessTaggedOrAlternative<P, Tag, R>,
{
    fn spec() -> ModelSpec {
        X::only()
    }
}

/// The process `Self` has one model for protocol `P`, tag `Tag` and resource `R`: written by
/// `#[implements]`, and so it [has a model](HasModel), the bound to be used. The compiler names the
/// trait where a process has a second one: others have tags, or are `alternative`.
pub trait OnlyModelUnlessTaggedOrAlternative<P, Tag, R> {
    /// The specification of the model.
    #[doc(hidden)]
    fn only() -> ModelSpec;
}

/// `Self` is a model of the process `P`: written by `#[implements]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of the process `{P}` [E3104]",
    label = "not a model of `{P}`",
    note = "annotate it with `#[implements(proc = …, protocol = …)]`"
)]
pub trait ModelOf<P>: 'static {
    /// The protocol of the model.
    type Protocol: 'static;
    /// The specification of the model.
    #[doc(hidden)]
    fn spec() -> ModelSpec;
}

/// The specification of a model: its name, timing and options, and the function that makes it.
#[doc(hidden)]
#[derive(Clone)]
pub struct ModelSpec {
    pub(crate) model: &'static str,
    /// The type of the model.
    pub(crate) type_id: TypeId,
    /// The out-ports whose messages the model only adds to.
    pub(crate) adds_to: Vec<&'static str>,
    /// The replicated members, which every shard has whole, if the model can be sharded.
    pub(crate) sharding: Option<&'static [&'static str]>,
    /// The way in which the model takes a batch, if it says one.
    pub(crate) batching: Option<Batching>,
    /// The timing of the model.
    pub(crate) timing: Timing,
    pub(crate) make: Factory,
}

/// The way in which a model takes a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Batching {
    /// One model computes several samples: what each of them has, has an axis of samples.
    Batch,
    /// Each sample has a model of its own.
    PerSample,
}

/// The function that makes a model.
#[derive(Clone)]
pub(crate) enum Factory {
    /// A model.
    Task(Arc<TaskFactory>),
    /// The processes inside a composite process.
    Composite(Arc<ExpandFn>),
}

impl fmt::Debug for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelSpec")
            .field("model", &self.model)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}

pub(crate) type TaskFactory =
    dyn Fn(&mut Binder<'_>, Arc<ModelRequests>) -> Result<Box<dyn Task>> + Send + Sync;

impl ModelSpec {
    /// The specification of a model of type `M` named `name`.
    pub fn new<P: Drives<M>, M: 'static>(
        name: &'static str,
        make: fn(&mut Binder<'_>) -> Result<M>,
        locals: Locals<M>,
    ) -> ModelSpec {
        ModelSpec {
            model: name,
            type_id: TypeId::of::<M>(),
            adds_to: Vec::new(),
            sharding: None,
            batching: None,
            timing: P::TIMING,
            make: Factory::Task(Arc::new(move |binder, requests| {
                Ok(P::task(make(binder)?, locals, requests, Seal))
            })),
        }
    }

    /// The same model, detached.
    pub(crate) fn detached(mut self) -> ModelSpec {
        self.timing = Timing::Detached;
        self
    }

    /// The same model, shardable; the members that are `replicated` are whole in every shard.
    #[must_use]
    pub fn shardable(mut self, replicated: &'static [&'static str]) -> ModelSpec {
        self.sharding = Some(replicated);
        self
    }

    /// The same model, which computes several samples of a batch.
    #[must_use]
    pub fn batch(mut self) -> ModelSpec {
        self.batching = Some(Batching::Batch);
        self
    }

    /// The same model, of which each sample of a batch has its own.
    #[must_use]
    pub fn per_sample(mut self) -> ModelSpec {
        self.batching = Some(Batching::PerSample);
        self
    }

    /// The same model, which only adds to the messages of `port`, kept in a field of type `F`.
    #[must_use]
    pub fn adds_to<F: SumsMessages>(mut self, port: &'static str) -> ModelSpec {
        self.adds_to.push(port);
        self
    }
}

/// A model without fields. If its process has members it is none, which `check_members` reports, and
/// need not be one under its protocol.
#[doc(hidden)]
#[derive(Debug)]
pub struct WithoutFields<const HAS_MEMBERS: bool>;

impl WithoutFields<false> {
    /// [`ModelSpec::new`].
    pub fn spec<P: Drives<M>, M: 'static>(
        name: &'static str,
        make: fn(&mut Binder<'_>) -> Result<M>,
        locals: Locals<M>,
    ) -> ModelSpec {
        ModelSpec::new::<P, M>(name, make, locals)
    }
}

impl WithoutFields<true> {
    pub fn spec<P, M: 'static>(
        _: &'static str,
        _: fn(&mut Binder<'_>) -> Result<M>,
        _: Locals<M>,
    ) -> ModelSpec {
        unreachable!("a model without the fields of its process does not compile")
    }
}

/// A run configuration: the protocol, tag and resource of a network's models, and the models that
/// replace the ones selected by these.
///
/// A configuration of your own overrides the models of single processes:
///
/// ```
/// # use lava::prelude::*;
/// # use lava::network::{AnyTag, Cpu, Overrides};
/// # #[process]
/// # pub struct Noise { a_out: OutPort<f32> }
/// # #[implements(proc = Noise, protocol = Loihi)]
/// # struct NoiseModel { a_out: Out<f32> }
/// # impl LoihiModel for NoiseModel {}
/// /// A model that is only used where a configuration asks for it.
/// #[implements(proc = Noise, protocol = Loihi, alternative)]
/// struct Silence { a_out: Out<f32> }
/// # impl LoihiModel for Silence {}
///
/// struct QuietCfg;
///
/// impl RunConfig for QuietCfg {
///     type Protocol = Loihi;
///     type Tag = AnyTag;
///     type Resource = Cpu;
///     fn overrides(models: &mut Overrides<Self>) {
///         models.replace::<Noise, Silence>();
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<QuietCfg>::new();
/// net.add(Noise::shape([3]))?;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a run configuration [E3207]",
    label = "not a run configuration",
    note = "use `Loihi1SimCfg`, or implement `RunConfig` for a type of your own"
)]
pub trait RunConfig: Sized + 'static {
    /// The protocol of the network's models.
    type Protocol: Protocol;
    /// The tag of the network's models; [`AnyTag`] selects the untagged one.
    type Tag;
    /// The resource of the network's models.
    type Resource;
    /// The configuration of the library that it is: its models are for one chip.
    #[doc(hidden)]
    const CHIP: Option<&'static str> = None;
    /// Replaces the models of single processes.
    fn overrides(models: &mut Overrides<Self>) {
        let _ = models;
    }
}

/// Simulates Loihi 1 on the CPU. `Loihi1SimCfg<FixedPt>` selects models tagged `FixedPt`.
#[derive(Debug)]
pub struct Loihi1SimCfg<Tag = AnyTag>(PhantomData<Tag>);

/// Simulates Loihi 2 on the CPU.
#[derive(Debug)]
pub struct Loihi2SimCfg<Tag = AnyTag>(PhantomData<Tag>);

impl<Tag: 'static> RunConfig for Loihi1SimCfg<Tag> {
    type Protocol = Loihi;
    type Tag = Tag;
    type Resource = Cpu;
    const CHIP: Option<&'static str> = Some("Loihi1SimCfg");
}

impl<Tag: 'static> RunConfig for Loihi2SimCfg<Tag> {
    type Protocol = Loihi;
    type Tag = Tag;
    type Resource = Cpu;
    const CHIP: Option<&'static str> = Some("Loihi2SimCfg");
}

/// The models of a configuration that replace the ones selected by protocol, tag and resource.
pub struct Overrides<C> {
    table: OverrideTable,
    config: PhantomData<fn() -> C>,
}

/// The specifications of the models by the type of the process and the protocol.
pub(crate) type OverrideTable = HashMap<(TypeId, TypeId), fn() -> ModelSpec>;

impl<C> fmt::Debug for Overrides<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("models", &self.table.len())
            .finish()
    }
}

impl<C: RunConfig> Overrides<C> {
    /// The overrides of the configuration.
    pub(crate) fn of_config() -> Overrides<C> {
        let mut overrides = Overrides {
            table: HashMap::new(),
            config: PhantomData,
        };
        C::overrides(&mut overrides);
        overrides
    }

    /// The overrides of the configuration of a composite process, and those of the network around
    /// it, `outer`, which take precedence.
    pub(crate) fn inside(outer: &OverrideTable) -> Overrides<C> {
        let mut overrides = Overrides::of_config();
        overrides
            .table
            .extend(outer.iter().map(|(key, spec)| (*key, *spec)));
        overrides
    }

    pub(crate) fn table(&self) -> &OverrideTable {
        &self.table
    }

    /// Gives the model `M` to every process of type `P` that runs under the protocol of `M`.
    pub fn replace<P: Process, M: ModelOf<P>>(&mut self) {
        let key = (TypeId::of::<P>(), TypeId::of::<M::Protocol>());
        self.table.insert(key, M::spec);
    }

    /// The model of a process of type `P`, by a protocol or as the builder has chosen it.
    pub(crate) fn choose<P, R: 'static>(&self) -> ModelSpec
    where
        P: Process + HasModel<R, C::Tag, C::Resource>,
    {
        let key = (TypeId::of::<P>(), TypeId::of::<R>());
        match self.table.get(&key) {
            Some(spec) => spec(),
            None => P::spec(),
        }
    }
}
