//! Puts a model together: looks up the members of its process by name.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use super::async_port::{AsyncIn, AsyncOut};
use super::context::{Context, Wishes};
use super::feed::Connection;
use super::field::ModelField;
use super::port::{In, Out};
use super::remote::{AnyLink, Ref};
use super::shard::Shard;
use crate::process::{
    AnyShape, Dims, Element, InPort, Init, OutPort, Payload, PortKey, RefPort, Var, VarCore, VarKey,
};
use crate::runtime::{AnyOutlet, AnyQueue, Clock, Door, Feeds, Hub, Inlet};

/// What a model is made from.
#[doc(hidden)]
pub struct Binder<'a> {
    pub(crate) process: &'a str,
    pub(crate) members: &'a [(&'static str, Box<dyn Any + Send + Sync>)],
    /// The outlets of the process's out-ports, in declaration order.
    pub(crate) outlets: &'a [AnyOutlet],
    /// What feeds each of its in-ports, in the order in which the connections were made.
    pub(crate) feeds: &'a [Vec<Connection>],
    /// What each of its ref-ports is connected to.
    pub(crate) links: &'a [Option<AnyLink<'a>>],
    pub(crate) clock: Arc<Clock>,
    pub(crate) wishes: Arc<Wishes>,
    /// The out-ports into which the model only adds.
    pub(crate) adds_to: &'static [&'static str],
    /// The neurons that the model computes.
    pub(crate) shard: Shard,
    /// The members that every shard has whole.
    pub(crate) whole: &'static [&'static str],
    /// What a model that runs by itself is connected with.
    pub(crate) alone: Option<Alone>,
    /// What the model needs from outside.
    pub(crate) doors: Vec<Arc<dyn Door>>,
}

/// What a model that runs by itself is connected with.
pub(crate) struct Alone {
    pub(crate) hub: Arc<Hub>,
    pub(crate) party: usize,
    /// What brings messages to each of its in-ports, and by which queues.
    pub(crate) inlets: Vec<(Vec<Box<dyn Inlet>>, Feeds)>,
    /// Where the messages of each of its out-ports go.
    pub(crate) queues: Vec<Vec<Arc<dyn AnyQueue>>>,
}

const DECLARED: &str = "#[implements] binds members that the process declares";
const ALONE: &str = "a model under `Async` runs by itself";

impl Binder<'_> {
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
        let feeds = self.feeds[key.port].iter().map(Connection::feed::<T>);
        let dims = self.dims(name, &key.dims);
        In::new(feeds.collect(), dims, Arc::clone(clock))
    }

    pub(crate) fn out_port<T: Payload, S: 'static, L: 'static>(&self, name: &str) -> Out<T> {
        let key = self.member::<PortKey<OutPort<T, S, L>>>(name);
        let writer = self.outlets[key.port].writer::<T>();
        let label = format!("{}.{name}", self.process).into();
        let adds = key.ahead > 0 || self.adds_to.contains(&name);
        let dims = self.dims(name, &key.dims);
        Out::new(writer, dims, Arc::clone(&self.clock), label, adds).ahead(key.ahead)
    }

    pub(crate) fn async_in<T: Payload, S: 'static, R: 'static>(
        &mut self,
        name: &str,
    ) -> AsyncIn<T> {
        let index = self.member::<PortKey<InPort<T, S, R>>>(name).port;
        let clock = Arc::default();
        let port = self.in_port_at::<T, S, R>(name, &clock);
        let alone = self.alone.as_mut().expect(ALONE);
        let inlets = std::mem::take(&mut alone.inlets[index]);
        let hub = (Arc::clone(&alone.hub), alone.party);
        AsyncIn::new(port, clock, inlets, hub)
    }

    pub(crate) fn async_out<T: Payload, S: 'static, L: 'static>(&self, name: &str) -> AsyncOut<T> {
        let key = self.member::<PortKey<OutPort<T, S, L>>>(name);
        let alone = self.alone.as_ref().expect(ALONE);
        let queues = alone.queues[key.port].iter();
        let queues = queues.map(|queue| {
            let queue = Arc::clone(queue).as_any().downcast();
            queue.expect("a queue carries the payload of its out-port")
        });
        let label = format!("{}.{name}", self.process).into();
        AsyncOut::new(queues.collect(), key.dims.clone(), alone.party, label)
    }

    pub(crate) fn ref_port<T: Element, S: 'static>(&self, name: &str) -> Ref<T> {
        let key = self.member::<PortKey<RefPort<T, S>>>(name);
        let label = format!("{}.{name}", self.process).into();
        Ref::new(self.links[key.port].as_ref(), key.dims.clone(), label)
    }

    /// The model's piece of a member of these extents.
    fn dims(&self, name: &str, whole: &Dims) -> Dims {
        match self.whole.contains(&name) {
            true => whole.clone(),
            false => self.shard.dims(whole),
        }
    }

    pub(crate) fn var<T: Element, S: AnyShape>(&self, name: &str) -> &Arc<VarCore<T>> {
        &self.member::<VarKey<Var<T, S>, T>>(name).core
    }

    /// The initial value of the model's piece of a Var, and the extents of that piece.
    pub(crate) fn init<T: Element, S: AnyShape>(&self, name: &str) -> (Init<T>, Dims) {
        let core = self.var::<T, S>(name);
        core.cut(!self.whole.contains(&name));
        core.init(&self.shard)
    }

    pub(crate) fn context(&self) -> Context {
        let (clock, wishes) = (Arc::clone(&self.clock), Arc::clone(&self.wishes));
        Context::new(clock, wishes, self.shard.clone())
    }
}

/// A member of a process that a model will bind: its type is inferred from the process's own
/// struct literal, which `#[implements]` writes to check that no member was forgotten.
#[doc(hidden)]
pub struct Hole<M>(PhantomData<fn() -> M>);

impl<M> Clone for Hole<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Hole<M> {}

impl<M> Hole<M> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Hole<M> {
        Hole(PhantomData)
    }

    /// Stands for the member in a struct literal that is never evaluated.
    pub fn fill(self) -> M {
        unreachable!("the literal is only type-checked")
    }

    /// Makes the field of a model that keeps the member, which `field` locates.
    pub fn bind<F: ModelField<M, P>, P, Model: 'static>(
        self,
        name: &'static str,
        binder: &mut Binder<'_>,
        field: fn(&mut Model) -> &mut F,
    ) -> crate::Result<F> {
        let value = F::bind(name, binder)?;
        F::attach(name, binder, field);
        Ok(value)
    }
}

/// Stands for a hidden field in a struct literal that is never evaluated.
#[doc(hidden)]
pub fn absent<T>() -> T {
    unreachable!("the literal is only type-checked")
}
