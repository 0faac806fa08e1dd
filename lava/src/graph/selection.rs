//! Which model a process gets: tags, resources and run configurations.

use std::any::TypeId;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use lava_core::executor::{ModelRequests, Task};

use super::composite::ExpandFn;
use crate::Result;
use crate::model::{Binder, Drives, Loihi, Protocol, Seal, Shardable, Timing};
use crate::process::Process;

/// Selects no tag: the model that serves every configuration.
#[derive(Clone, Copy, Debug)]
pub enum AnyTag {}

/// The tag of models that compute in floating point.
#[derive(Clone, Copy, Debug)]
pub enum FloatingPt {}

/// The tag of models that compute in fixed point, as Loihi does.
#[derive(Clone, Copy, Debug)]
pub enum FixedPt {}

/// The resource that every machine has.
#[derive(Clone, Copy, Debug)]
pub enum Cpu {}

/// The process `Self` has a model for protocol `P`, tag `Tag` and resource `R`: written by
/// `#[implements]`.
#[diagnostic::on_unimplemented(
    message = "process `{Self}` has no model for protocol `{P}`, tag `{Tag}` and resource `{R}`",
    label = "no model that this network's run configuration could choose",
    note = "write one: `#[implements(proc = …, protocol = {P})] struct MyModel {{ … }}`",
    note = "or choose a run configuration whose protocol, tag and resource `{Self}` supports"
)]
pub trait HasModel<P, Tag, R> {
    /// How to make the model.
    #[doc(hidden)]
    fn spec() -> ModelSpec;
}

/// `Self` is a model of the process `P`: written by `#[implements]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of the process `{P}`",
    label = "not a model of `{P}`",
    note = "annotate it with `#[implements(proc = …, protocol = …)]`"
)]
pub trait ModelOf<P>: 'static {
    /// The protocol it runs under.
    type Protocol: 'static;
    /// How to make the model.
    #[doc(hidden)]
    fn spec() -> ModelSpec;
}

/// How to make a model and wrap it for the runtime.
#[doc(hidden)]
#[derive(Clone)]
pub struct ModelSpec {
    pub(crate) model: &'static str,
    /// The out-ports into which the model only adds.
    pub(crate) adds_to: &'static [&'static str],
    /// The members that every shard has whole, if the model can be cut into shards.
    pub(crate) sharding: Option<&'static [&'static str]>,
    /// How the model keeps time.
    pub(crate) timing: Timing,
    pub(crate) make: Factory,
}

/// What a spec makes.
#[derive(Clone)]
pub(crate) enum Factory {
    /// A model.
    Task(Arc<TaskFactory>),
    /// The processes inside a composite process.
    Composite(Arc<ExpandFn>),
}

pub(crate) type TaskFactory =
    dyn Fn(&mut Binder<'_>, Arc<ModelRequests>) -> Result<Box<dyn Task>> + Send + Sync;

impl ModelSpec {
    /// `reset` gives the model's local fields their first values again.
    pub fn new<P: Drives<M>, M: 'static>(
        name: &'static str,
        make: fn(&mut Binder<'_>) -> Result<M>,
        reset: fn(&mut M),
    ) -> ModelSpec {
        ModelSpec {
            model: name,
            adds_to: P::adds_to(Seal),
            sharding: None,
            timing: P::TIMING,
            make: Factory::Task(Arc::new(move |binder, requests| {
                Ok(P::task(make(binder)?, reset, requests, Seal))
            })),
        }
    }

    /// The same for a model that takes steps of its own.
    pub(crate) fn detached(mut self) -> ModelSpec {
        self.timing = Timing::Detached;
        self
    }

    /// The same for a model that can be cut into shards.
    #[must_use]
    pub fn shardable<M: Shardable>(mut self) -> ModelSpec {
        self.sharding = Some(M::REPLICATED);
        self
    }
}

/// What a network runs on: which protocol, tag and resource its models must have, and which
/// models replace the ones that would be chosen.
///
/// A configuration of your own overrides single processes:
///
/// ```
/// # use lava::prelude::*;
/// # use lava::model::{AnyTag, Cpu, Overrides};
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
    message = "`{Self}` is not a run configuration",
    label = "not a run configuration",
    note = "use `Loihi1SimCfg`, or implement `RunConfig` for a type of your own"
)]
pub trait RunConfig: Sized + 'static {
    /// The protocol of the network's models.
    type Protocol: Protocol;
    /// The tag that a model must have: [`AnyTag`] takes whatever there is.
    type Tag;
    /// What models may run on.
    type Resource;
    /// Replaces the models of single processes.
    fn overrides(models: &mut Overrides<Self>) {
        let _ = models;
    }
}

/// Simulates Loihi 1 on the CPU. `Loihi1SimCfg<FixedPt>` takes models tagged `FixedPt` only.
#[derive(Debug)]
pub struct Loihi1SimCfg<Tag = AnyTag>(PhantomData<Tag>);

/// Simulates Loihi 2 on the CPU.
#[derive(Debug)]
pub struct Loihi2SimCfg<Tag = AnyTag>(PhantomData<Tag>);

impl<Tag: 'static> RunConfig for Loihi1SimCfg<Tag> {
    type Protocol = Loihi;
    type Tag = Tag;
    type Resource = Cpu;
}

impl<Tag: 'static> RunConfig for Loihi2SimCfg<Tag> {
    type Protocol = Loihi;
    type Tag = Tag;
    type Resource = Cpu;
}

/// The models that a configuration prefers to the ones that the type system would choose.
pub struct Overrides<C> {
    table: OverrideTable,
    config: PhantomData<fn() -> C>,
}

/// The blueprints that are preferred, by the type of the process and the protocol.
pub(crate) type OverrideTable = HashMap<(TypeId, TypeId), fn() -> ModelSpec>;

impl<C: RunConfig> Overrides<C> {
    pub(crate) fn of_config() -> Overrides<C> {
        let mut overrides = Overrides {
            table: HashMap::new(),
            config: PhantomData,
        };
        C::overrides(&mut overrides);
        overrides
    }

    /// The configuration's own, and those of the network around, which come first.
    pub(crate) fn within(outer: &OverrideTable) -> Overrides<C> {
        let mut overrides = Overrides::of_config();
        let table: &mut OverrideTable = &mut overrides.table;
        table.extend(outer.iter().map(|(process, spec)| (*process, *spec)));
        overrides
    }

    pub(crate) fn table(&self) -> &OverrideTable {
        &self.table
    }

    /// Gives every process of type `P` that runs under the protocol of the model `M` this model.
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
