//! Declarations of a process: its ports, Vars and parameters, made from the values of its builder.

mod vars;

use std::any::{Any, TypeId};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use lava_core::data::{AnyShape, Dims, Element, Init, Payload, SeedSource, Shape};
use lava_core::transport::PayloadVTable;

use super::any_var::AnyVar;
use super::batch::{Extents, NetworkBatch};
use super::error::BuildError;
use super::owner::{Owner, ProcessId, ProcessRef};
use super::param::Param;
use super::port::{InPort, MAX_DELAY, OutPort, PortIndex};
use super::ref_port::{RefPort, VarPort};
use super::requirement::Requirement;
#[cfg(feature = "store")]
use super::values::GivenNames;
use super::values::GivenValues;
use super::var::Var;
pub(crate) use vars::VarKey;

/// The most elements of a port or Var: neurons are numbered in 32 bits.
const MAX_LEN: usize = u32::MAX as usize;

const GIVEN: &str = "the type of a finished builder says that it was given";

/// A process under construction: collects what its ports and Vars are.
#[doc(hidden)]
pub struct Declarations {
    process: ProcessRef,
    seed: SeedSource,
    batch: Arc<NetworkBatch>,
    origin: &'static Location<'static>,
    values: GivenValues,
    /// The builder's values as a file keeps them.
    #[cfg(feature = "store")]
    pub(crate) given: GivenNames,
    /// Options of the member that is declared next.
    next: MemberOptions,
    pub(crate) in_ports: Vec<InPortDecl>,
    pub(crate) out_ports: Vec<OutPortDecl>,
    pub(crate) ref_ports: Vec<RefPortDecl>,
    pub(crate) vars: Vec<Box<dyn AnyVar>>,
    pub(crate) members: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
}

/// Options of a member.
#[derive(Default)]
struct MemberOptions {
    dims: Option<Dims>,
    /// The extents are those of the default initial value.
    inferred: bool,
    required: bool,
    delay: Option<usize>,
    ahead: Option<usize>,
    slack: Option<usize>,
    private: bool,
    /// Each sample of a batch has its own.
    per_sample: bool,
}

pub(crate) struct InPortDecl {
    pub(crate) name: &'static str,
    pub(crate) extents: Extents,
    pub(crate) required: bool,
    /// The payload that it receives.
    pub(crate) payload: TypeId,
    /// The steps by which the model can receive messages late.
    pub(crate) slack: usize,
    /// The memory that assembling a message takes for each element.
    pub(crate) element_bytes: usize,
}

pub(crate) struct RefPortDecl {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    #[cfg(feature = "store")]
    pub(crate) dims: Dims,
    /// The elements that it reads and writes.
    #[cfg(feature = "store")]
    pub(crate) element: TypeId,
}

pub(crate) struct OutPortDecl {
    pub(crate) name: &'static str,
    pub(crate) extents: Extents,
    pub(crate) delay: usize,
    /// The payload that it sends.
    pub(crate) payload: TypeId,
    /// Steps to come whose messages can be written already.
    pub(crate) ahead: usize,
    pub(crate) vtable: PayloadVTable,
}

impl fmt::Debug for Declarations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declarations")
            .field("process", &self.process)
            .finish_non_exhaustive()
    }
}

impl Declarations {
    pub(crate) fn new(
        owner: Arc<dyn Owner>,
        seed: SeedSource,
        batch: Arc<NetworkBatch>,
        id: ProcessId,
        name: Arc<str>,
        origin: &'static Location<'static>,
        values: GivenValues,
    ) -> Self {
        Declarations {
            process: ProcessRef { owner, id, name },
            seed,
            batch,
            origin,
            #[cfg(feature = "store")]
            given: values.names(),
            values,
            next: MemberOptions::default(),
            in_ports: Vec::new(),
            out_ports: Vec::new(),
            ref_ports: Vec::new(),
            vars: Vec::new(),
            members: Vec::new(),
        }
    }

    pub fn process(&self) -> ProcessRef {
        self.process.clone()
    }

    /// The shape of the population.
    pub fn population(&self) -> Vec<usize> {
        let shape = self.values.shape();
        shape.map_or_else(Vec::new, |dims| dims.as_slice().to_vec())
    }

    /// The value of a Var that the builder must be given.
    pub fn given<T: Element>(&self, var: &str) -> Init<T> {
        self.values.get::<Init<T>>(var).expect(GIVEN).clone()
    }

    /// Sets the extents of the next member.
    pub fn shaped(&mut self, dims: Dims) -> &mut Self {
        self.next.dims = Some(dims);
        self
    }

    /// Gives the next Var the extents of its default initial value.
    pub fn inferred(&mut self) -> &mut Self {
        self.next.inferred = true;
        self
    }

    /// Gives the next member the extents of the population.
    pub fn of_population(&mut self) -> &mut Self {
        self.next.dims = self.values.shape().cloned();
        self.next.per_sample = true;
        self
    }

    /// The next in-port must be fed.
    pub fn required(&mut self) -> &mut Self {
        self.next.required = true;
        self
    }

    /// The next in-port must be fed if `R` says so.
    pub fn required_by<R: Requirement>(&mut self) -> &mut Self {
        self.next.required = R::IS_REQUIRED;
        self
    }

    /// The messages of the next out-port arrive `steps` later.
    pub fn delay(&mut self, steps: usize) -> &mut Self {
        self.next.delay = Some(steps);
        self
    }

    /// The model adds to the messages of `steps` steps to come of the next out-port.
    pub fn ahead(&mut self, steps: usize) -> &mut Self {
        self.next.ahead = Some(steps);
        self
    }

    /// The model can receive the messages of the next in-port up to `steps` steps late.
    pub fn slack(&mut self, steps: usize) -> &mut Self {
        self.next.slack = Some(steps);
        self
    }

    /// Each sample of a batch has its own value of the next Var.
    pub fn per_sample(&mut self) -> &mut Self {
        self.next.per_sample = true;
        self
    }

    /// No ref-port accesses the next Var.
    pub fn private(&mut self) -> &mut Self {
        self.next.private = true;
        self
    }

    /// The extents of a member whose type is `S` and whose declaration says `dims`, if anything;
    /// otherwise the population's.
    fn dims<S: AnyShape>(
        &self,
        member: &'static str,
        dims: Option<Dims>,
    ) -> Result<Dims, BuildError> {
        let literal = S::DIMS.map(Dims::from);
        let dims = match (literal, dims) {
            (Some(literal), Some(given)) if literal != given => {
                return Err(BuildError::Literal {
                    process: self.process.name.to_string(),
                    member,
                    literal,
                    given,
                });
            }
            (Some(literal), _) => literal,
            (None, Some(given)) => given,
            (None, None) => self.values.shape().cloned().unwrap_or_default(),
        };
        let process = || self.process.name.to_string();
        if dims.is_empty() {
            return Err(BuildError::Empty {
                process: process(),
                member,
                dims,
                origin: self.origin,
            });
        }
        if dims.len() > MAX_LEN {
            return Err(BuildError::Large {
                process: process(),
                member,
                dims,
                max: MAX_LEN,
                origin: self.origin,
            });
        }
        Ok(dims)
    }

    /// Fails unless the value of a Var that the builder was given has `rank` axes.
    pub fn rank<T: Element>(&self, var: &'static str, rank: usize) -> Result<(), BuildError> {
        let value = self.given::<T>(var);
        if value.shape().len() == rank {
            return Ok(());
        }
        Err(BuildError::Rank {
            process: self.process.name.to_string(),
            var,
            expected: rank,
            given: value.shape().into(),
        })
    }

    pub fn in_port<T: Payload, S: Shape, R: 'static>(
        &mut self,
        name: &'static str,
    ) -> Result<InPort<T, S, R>, BuildError> {
        let MemberOptions {
            dims,
            required,
            slack,
            ..
        } = std::mem::take(&mut self.next);
        let dims = self.dims::<S>(name, dims)?;
        let index = PortIndex(self.in_ports.len());
        self.add_port_key::<InPort<T, S, R>>(name, index, &dims, 0);
        let port = InPort::new(self.process(), index, name, dims.clone());
        self.in_ports.push(InPortDecl {
            name,
            extents: Extents::new(dims, Some(Arc::clone(&self.batch))),
            required,
            payload: TypeId::of::<T>(),
            slack: slack.unwrap_or(0),
            element_bytes: size_of::<T::Item>() + size_of::<T::Record>(),
        });
        Ok(port)
    }

    pub fn out_port<T: Payload, S: Shape, L: 'static>(
        &mut self,
        name: &'static str,
    ) -> Result<OutPort<T, S, L>, BuildError> {
        let MemberOptions {
            dims, delay, ahead, ..
        } = std::mem::take(&mut self.next);
        let dims = self.dims::<S>(name, dims)?;
        if let Some(given) = delay.filter(|delay| !(1..=MAX_DELAY).contains(delay)) {
            return Err(BuildError::Delay {
                process: self.process.name.to_string(),
                port: name,
                given,
                max: MAX_DELAY,
            });
        }
        if let Some(given) = ahead.filter(|ahead| *ahead > MAX_DELAY) {
            return Err(BuildError::Ahead {
                process: self.process.name.to_string(),
                port: name,
                given,
                max: MAX_DELAY,
            });
        }
        let ahead = ahead.unwrap_or(0);
        let index = PortIndex(self.out_ports.len());
        self.add_port_key::<OutPort<T, S, L>>(name, index, &dims, ahead);
        let port = OutPort::new(self.process(), index, name, dims.clone());
        self.out_ports.push(OutPortDecl {
            name,
            extents: Extents::new(dims, Some(Arc::clone(&self.batch))),
            delay: delay.unwrap_or(0),
            payload: TypeId::of::<T>(),
            ahead,
            vtable: PayloadVTable::of::<T>(),
        });
        Ok(port)
    }

    pub fn ref_port<T: Element, S: Shape>(
        &mut self,
        name: &'static str,
    ) -> Result<RefPort<T, S>, BuildError> {
        let MemberOptions { dims, required, .. } = std::mem::take(&mut self.next);
        let dims = self.dims::<S>(name, dims)?;
        let index = PortIndex(self.ref_ports.len());
        self.add_port_key::<RefPort<T, S>>(name, index, &dims, 0);
        self.ref_ports.push(RefPortDecl {
            name,
            required,
            #[cfg(feature = "store")]
            dims: dims.clone(),
            #[cfg(feature = "store")]
            element: TypeId::of::<T>(),
        });
        Ok(RefPort::new(self.process(), index, name, dims))
    }

    /// Adds the key of a port, whose handle is an `M`.
    fn add_port_key<M: 'static>(
        &mut self,
        name: &'static str,
        port: PortIndex,
        dims: &Dims,
        ahead: usize,
    ) {
        let key = PortKey::<M> {
            port,
            dims: dims.clone(),
            ahead,
            member: std::marker::PhantomData,
        };
        self.members.push((name, Box::new(key)));
    }

    pub fn var_port<T: Element, S: AnyShape>(
        &self,
        name: &'static str,
        var: &Var<T, S>,
    ) -> VarPort<T, S> {
        VarPort::new(var.clone(), name)
    }

    pub fn param<X: Send + Sync + 'static>(
        &mut self,
        name: &'static str,
        default: impl FnOnce() -> X,
    ) -> Param<X> {
        let value = self.values.take(name).unwrap_or_else(default);
        self.declare_param(name, value)
    }

    pub fn given_param<X: Send + Sync + 'static>(&mut self, name: &'static str) -> Param<X> {
        let value = self.values.take(name).expect(GIVEN);
        self.declare_param(name, value)
    }

    fn declare_param<X: Send + Sync + 'static>(
        &mut self,
        name: &'static str,
        value: X,
    ) -> Param<X> {
        let param = Param::new(value);
        self.members.push((name, Box::new(param.clone())));
        param
    }
}

/// The key by which a model finds a port of its process.
pub(crate) struct PortKey<M> {
    pub(crate) port: PortIndex,
    pub(crate) dims: Dims,
    pub(crate) ahead: usize,
    member: std::marker::PhantomData<fn() -> M>,
}

/// Returns the default of a Var that is a literal, for [`Declarations::var`].
#[doc(hidden)]
pub fn ready<T>(init: Init<T>) -> impl FnOnce() -> Init<T> {
    || init
}
