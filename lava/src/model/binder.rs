//! Binding: makes the fields of a model from the members of its process.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use lava_core::data::{AnyShape, Dims, Element, Init, Payload, Shard, VarField};
use lava_core::executor::ModelRequests;
use lava_core::transport::{
    Clock, Coordinator, ErasedQueue, ErasedRing, ParticipantId, QueueReader, QueueSet, Readiness,
    Route,
};

use super::async_port::{AsyncIn, AsyncOut};
use super::context::Context;
use super::field::ModelField;
use super::in_port::In;
use super::joint::Place;
use super::port::Out;
use super::var_ref::{ErasedVarLink, VarRef};
use crate::process::error::BuildError;
use crate::process::{InPort, NetworkTimeStep, OutPort, PortKey, RefPort, Var, VarInner, VarKey};

/// The members of a process, and the wiring of one of its tasks, from which a model is made.
#[doc(hidden)]
pub struct Binder<'a> {
    pub(crate) process: &'a str,
    /// The name of the model.
    pub(crate) model: &'static str,
    pub(crate) members: &'a [(&'static str, Box<dyn Any + Send + Sync>)],
    /// The message rings of the process's out-ports, in declaration order.
    pub(crate) rings: &'a [ErasedRing],
    /// The routes to each of its in-ports, in the order in which the connections were made.
    pub(crate) inbound: &'a [Vec<Route>],
    /// The steps by which messages arrive late at each of its in-ports.
    pub(crate) lags: &'a [usize],
    /// The link of each of its ref-ports.
    pub(crate) var_links: &'a [Option<ErasedVarLink<'a>>],
    pub(crate) clock: Arc<Clock>,
    /// The network runs on several ranks.
    pub(crate) is_on_ranks: bool,
    /// The time step of the network.
    pub(crate) time_step: Arc<NetworkTimeStep>,
    pub(crate) requests: Arc<ModelRequests>,
    /// The out-ports into which the model only adds.
    pub(crate) adds_to: &'a [&'static str],
    /// The place of the model among those that may deliver together.
    pub(crate) place: Option<Place>,
    /// The neurons that the model computes.
    pub(crate) shard: Shard,
    /// The members that are replicated in every shard.
    pub(crate) replicated: &'static [&'static str],
    /// The wiring of an asynchronous model.
    pub(crate) async_wiring: Option<AsyncWiring>,
    /// The sources outside the network that the model needs.
    pub(crate) readiness: Vec<Arc<dyn Readiness>>,
    /// Access to the model's fields, once it is known.
    pub(crate) fields: Option<FieldAccess>,
}

/// Returns the field of a model with an index.
pub(crate) type FieldAccess =
    Arc<dyn for<'m> Fn(&'m mut dyn Any, usize) -> &'m mut (dyn Any + 'static) + Send + Sync>;

/// The wiring of an asynchronous model.
pub(crate) struct AsyncWiring {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) participant: ParticipantId,
    /// The inputs of each of its in-ports.
    pub(crate) inputs: Vec<AsyncInput>,
    /// The queues that each of its out-ports sends to.
    pub(crate) queues: Vec<Vec<Arc<dyn ErasedQueue>>>,
}

/// The queues that lead to an in-port of an asynchronous model.
#[derive(Default)]
pub(crate) struct AsyncInput {
    pub(crate) readers: Vec<Box<dyn QueueReader>>,
    pub(crate) queues: QueueSet,
}

const OWN: &str = "a Var is bound to a field of its own model";
const DECLARED: &str = "#[implements] binds members that the process declares";
const ASYNC: &str = "a model under `Async` has asynchronous wiring";

impl Binder<'_> {
    /// Notes how the fields of a model are accessed, by their index.
    pub fn fields<M: 'static>(&mut self, access: fn(&mut M, usize) -> &mut dyn Any) {
        self.fields = Some(Arc::new(move |model, field| {
            access(model.downcast_mut().expect(OWN), field)
        }));
    }

    /// Attaches a Var to the field of the model with this index.
    pub(crate) fn attach<T: Element, S: AnyShape, F: VarField<T> + 'static>(
        &self,
        name: &str,
        field: usize,
    ) {
        let Some(access) = self.fields.clone() else {
            return;
        };
        self.var::<T, S>(name).bind(Arc::new(move |model| {
            access(model, field).downcast_mut::<F>().expect(OWN)
        }));
    }

    pub(crate) fn member<M: Any>(&self, name: &str) -> &M {
        self.members
            .iter()
            .find(|(member, _)| *member == name)
            .and_then(|(_, key)| key.downcast_ref())
            .expect(DECLARED)
    }

    pub(crate) fn in_port<T: Payload, S: 'static, R: 'static>(&self, name: &str) -> In<T> {
        self.in_port_at::<T, S, R>(name, &self.clock)
    }

    fn in_port_at<T: Payload, S: 'static, R: 'static>(
        &self,
        name: &str,
        clock: &Arc<Clock>,
    ) -> In<T> {
        let key = self.member::<PortKey<InPort<T, S, R>>>(name);
        let routes = self.inbound[key.port.index()]
            .iter()
            .map(Route::inbound::<T>);
        let dims = self.dims(name, &key.dims);
        let lag = self.lags.get(key.port.index()).copied().unwrap_or(0);
        In::new(routes.collect(), dims, Arc::clone(clock)).with_lag(lag)
    }

    pub(crate) fn out_port<T: Payload, S: 'static, L: 'static>(&self, name: &str) -> Out<T> {
        let key = self.member::<PortKey<OutPort<T, S, L>>>(name);
        let writer = self.rings[key.port.index()].writer::<T>();
        let label = format!("{}.{name}", self.process).into();
        let adds = key.ahead > 0 || self.adds_to.contains(&name);
        let dims = self.dims(name, &key.dims);
        Out::new(writer, dims, Arc::clone(&self.clock), label, adds).with_ahead(key.ahead)
    }

    pub(crate) fn async_in<T: Payload, S: 'static, R: 'static>(
        &mut self,
        name: &str,
    ) -> AsyncIn<T> {
        let index = self.member::<PortKey<InPort<T, S, R>>>(name).port.index();
        let clock = Arc::default();
        let port = self.in_port_at::<T, S, R>(name, &clock);
        let wiring = self.async_wiring.as_mut().expect(ASYNC);
        let input = std::mem::take(&mut wiring.inputs[index]);
        let (coordinator, participant) = (Arc::clone(&wiring.coordinator), wiring.participant);
        AsyncIn::new(port, clock, input, coordinator, participant)
    }

    pub(crate) fn async_out<T: Payload, S: 'static, L: 'static>(&self, name: &str) -> AsyncOut<T> {
        let key = self.member::<PortKey<OutPort<T, S, L>>>(name);
        let wiring = self.async_wiring.as_ref().expect(ASYNC);
        let queues = wiring.queues[key.port.index()].iter();
        let queues = queues.map(|queue| {
            let queue = Arc::clone(queue).as_any().downcast();
            queue.expect("a queue carries the payload of its out-port")
        });
        let label = format!("{}.{name}", self.process).into();
        AsyncOut::new(
            queues.collect(),
            key.dims.clone(),
            wiring.participant,
            label,
        )
    }

    pub(crate) fn ref_port<T: Element, S: 'static>(&self, name: &str) -> VarRef<T> {
        let key = self.member::<PortKey<RefPort<T, S>>>(name);
        let label = format!("{}.{name}", self.process).into();
        VarRef::new(
            self.var_links[key.port.index()].as_ref(),
            key.dims.clone(),
            label,
        )
    }

    /// The extents of the model's slice of a port of extents `whole`, in one sample if there is a batch.
    fn dims(&self, name: &str, whole: &Dims) -> Dims {
        match &self.shard.samples {
            Some(samples) if samples.is_single => whole.clone(),
            Some(samples) => [&[samples.range.len()], whole.as_slice()].concat().into(),
            None if self.replicated.contains(&name) => whole.clone(),
            None => self.shard.dims(whole),
        }
    }

    pub(crate) fn var<T: Element, S: AnyShape>(&self, name: &str) -> &Arc<VarInner<T>> {
        &self.member::<VarKey<Var<T, S>, T>>(name).core
    }

    /// The initial value of the model's slice of a Var, and the extents of that slice.
    pub(crate) fn init<T: Element, S: AnyShape>(&self, name: &str) -> (Init<T>, Dims) {
        let core = self.var::<T, S>(name);
        core.set_sharded(!self.replicated.contains(&name));
        core.init(&self.shard)
    }

    /// Fails unless the model's slice of a Var has the number of axes that the field has, if that is
    /// fixed.
    pub(crate) fn check_rank(
        &self,
        var: &'static str,
        dims: &Dims,
        rank: Option<usize>,
    ) -> Result<(), BuildError> {
        match rank {
            Some(rank) if rank != dims.rank() => Err(BuildError::FieldRank {
                process: self.process.to_owned(),
                var,
                model: self.model,
                rank,
                dims: dims.clone(),
            }),
            _ => Ok(()),
        }
    }

    pub(crate) fn context(&self) -> Context {
        let (clock, requests) = (Arc::clone(&self.clock), Arc::clone(&self.requests));
        let time_step = Arc::clone(&self.time_step);
        Context::new(clock, time_step, requests, self.shard.clone()).on_ranks(self.is_on_ranks)
    }
}

impl fmt::Debug for Binder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binder of `{}`", self.process)
    }
}

/// A witness of the type of a member of a process.
#[doc(hidden)]
pub struct MemberSlot<M>(PhantomData<fn() -> M>);

impl<M> Clone for MemberSlot<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for MemberSlot<M> {}

impl<M> fmt::Debug for MemberSlot<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberSlot")
    }
}

impl<M> MemberSlot<M> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> MemberSlot<M> {
        MemberSlot(PhantomData)
    }

    /// Makes the field of a model that keeps the member; `field` is its index.
    pub fn bind<F: ModelField<M, P>, P>(
        self,
        name: &'static str,
        field: usize,
        binder: &mut Binder<'_>,
    ) -> crate::Result<F> {
        let value = F::bind(name, binder)?;
        F::attach(name, field, binder);
        Ok(value)
    }
}

/// Stands for a value in an expression that is never evaluated.
#[doc(hidden)]
pub fn unreachable_value<T>() -> T {
    unreachable!("the expression is only type-checked")
}
