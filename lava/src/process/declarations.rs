//! What the builders that `#[process]` writes are made of.

use std::any::{Any, TypeId};
use std::panic::Location;
use std::sync::Arc;

use lava_core::data::{
    AnyShape, Constraint, Dims, Element, Init, NetworkSeed, Payload, SeedSource, Shape, Shard,
    VarError,
};
use lava_core::transport::PayloadVTable;

use super::Process;
use super::error::BuildError;
use super::owner::{Owner, ProcessId, ProcessRef};
use super::param::Param;
use super::port::{InPort, MAX_DELAY, OutPort, PortIndex};
use super::ref_port::{RefPort, VarPort};
use super::var::{Var, VarInner};

/// The most elements of a port or Var: neurons are numbered in 32 bits.
const MAX_LEN: usize = u32::MAX as usize;

/// A finished builder: what [`Network::add`](crate::Network::add) takes.
pub trait Build: Sized {
    /// The process that is built.
    type Process: Process;
    /// Names the process; the default is its type and a number, `Lif_0`.
    #[must_use]
    fn name(self, name: impl Into<String>) -> Self;
    /// The name that was given.
    #[doc(hidden)]
    fn given_name(&self) -> Option<&str>;
    /// Makes the handle, declaring every port and Var on the way.
    #[doc(hidden)]
    fn build(self, declarations: &mut Declarations) -> Result<Self::Process, BuildError>;
}

/// A [`Build`] of the process `P`. Bounds name this trait, whose message does not list the builders
/// that there are.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a finished builder of the process that is added",
    label = "not a finished builder of that process",
    note = "start with the process's first required parameter, `Lif::shape([3])`, and give the other required ones next: a `…Without…` needs the one that its name says",
    note = "what `add` has returned is in its network already"
)]
pub trait Builds<P>: Build<Process = P> {}

#[diagnostic::do_not_recommend]
impl<P: Process, B: Build<Process = P>> Builds<P> for B {}

/// A process under construction: collects what its ports and Vars are.
#[doc(hidden)]
pub struct Declarations {
    process: ProcessRef,
    seed: SeedSource,
    origin: &'static Location<'static>,
    pub(crate) in_ports: Vec<InPortDecl>,
    pub(crate) out_ports: Vec<OutPortDecl>,
    pub(crate) ref_ports: Vec<RefPortDecl>,
    pub(crate) vars: Vec<Box<dyn AnyVar>>,
    pub(crate) members: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
}

pub(crate) struct InPortDecl {
    pub(crate) name: &'static str,
    pub(crate) dims: Dims,
    pub(crate) required: bool,
    /// What it receives.
    pub(crate) payload: TypeId,
}

pub(crate) struct RefPortDecl {
    pub(crate) name: &'static str,
}

pub(crate) struct OutPortDecl {
    pub(crate) name: &'static str,
    pub(crate) dims: Dims,
    pub(crate) delay: usize,
    /// What it sends.
    pub(crate) payload: TypeId,
    /// Steps to come whose messages can be written already.
    pub(crate) ahead: usize,
    pub(crate) vtable: PayloadVTable,
}

/// A [`VarInner`] whose element type is forgotten.
pub(crate) trait AnyVar: Send + Sync {
    fn name(&self) -> &'static str;
    fn dims(&self) -> &Dims;
    fn reset(&self, model: &mut dyn Any, shard: &Shard);
    /// The `Arc<VarInner<T>>` itself.
    fn core(&self) -> &dyn Any;
}

impl<T: Element> AnyVar for Arc<VarInner<T>> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn dims(&self) -> &Dims {
        VarInner::dims(self)
    }

    fn reset(&self, model: &mut dyn Any, shard: &Shard) {
        VarInner::reset(self, model, shard);
    }

    fn core(&self) -> &dyn Any {
        self
    }
}

impl Declarations {
    pub(crate) fn new(
        owner: Arc<dyn Owner>,
        seed: &Arc<NetworkSeed>,
        id: ProcessId,
        name: Arc<str>,
        origin: &'static Location<'static>,
    ) -> Self {
        Declarations {
            seed: SeedSource::new(seed, &name),
            process: ProcessRef { owner, id, name },
            origin,
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

    /// The extents of a member whose type is `S` and whose declaration says `dims`, if anything.
    pub fn dims<S: AnyShape>(
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
            (None, None) => Dims::default(),
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

    /// Fails unless `value` has `rank` axes.
    pub fn rank<T: Element>(
        &self,
        var: &'static str,
        value: &Init<T>,
        rank: usize,
    ) -> Result<(), BuildError> {
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
        dims: Option<Dims>,
        required: bool,
    ) -> Result<InPort<T, S, R>, BuildError> {
        let dims = self.dims::<S>(name, dims)?;
        let port = InPort::new(
            self.process(),
            PortIndex(self.in_ports.len()),
            name,
            dims.clone(),
        );
        self.members.push((
            name,
            Box::new(PortKey::<InPort<T, S, R>>::new(
                PortIndex(self.in_ports.len()),
                &dims,
                0,
            )),
        ));
        self.in_ports.push(InPortDecl {
            name,
            dims,
            required,
            payload: TypeId::of::<T>(),
        });
        Ok(port)
    }

    /// `delay` and `ahead` are `None` for a port that declares none.
    pub fn out_port<T: Payload, S: Shape, L: 'static>(
        &mut self,
        name: &'static str,
        dims: Option<Dims>,
        delay: Option<usize>,
        ahead: Option<usize>,
    ) -> Result<OutPort<T, S, L>, BuildError> {
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
        let port = OutPort::new(
            self.process(),
            PortIndex(self.out_ports.len()),
            name,
            dims.clone(),
        );
        self.members.push((
            name,
            Box::new(PortKey::<OutPort<T, S, L>>::new(
                PortIndex(self.out_ports.len()),
                &dims,
                ahead,
            )),
        ));
        self.out_ports.push(OutPortDecl {
            name,
            dims,
            delay: delay.unwrap_or(0),
            payload: TypeId::of::<T>(),
            ahead,
            vtable: PayloadVTable::of::<T>(),
        });
        Ok(port)
    }

    pub fn var<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        dims: Option<Dims>,
        init: Init<T>,
        valid: Constraint<T>,
        shared: bool,
    ) -> Result<Var<T, S>, BuildError> {
        let dims = self.dims::<S>(name, dims)?;
        init.check(&dims, &valid)
            .map_err(|cause| self.init_error(name, cause))?;
        init.added(self.seed.clone());
        Ok(self.add_var(VarInner::new(name, dims, init, valid, shared)))
    }

    /// A Var with the shape of `default`, its initial value unless another is given. If that is
    /// made later, so is the shape.
    pub fn inferred_var<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        default: Init<T>,
        given: Option<Init<T>>,
        valid: Constraint<T>,
        shared: bool,
    ) -> Result<Var<T, S>, BuildError> {
        default.added(self.seed.clone());
        let fits_any_shape = given.as_ref().is_none_or(|given| given.uniform().is_some());
        if S::DIMS.is_some() || !default.is_deferred() || !fits_any_shape {
            let dims = Some(Dims::from(default.shape()));
            let init = given.unwrap_or(default);
            return self.var(name, dims, init, valid, shared);
        }
        if let Some(given) = &given {
            given
                .check_values(&valid)
                .map_err(|cause| self.init_error(name, cause))?;
        }
        let core = VarInner::deferred(name, default, given, valid, shared);
        Ok(self.add_var(core))
    }

    fn init_error(&self, var: &'static str, cause: VarError) -> BuildError {
        BuildError::Init {
            process: self.process.name.to_string(),
            var,
            cause,
        }
    }

    fn add_var<T: Element, S: AnyShape>(&mut self, core: VarInner<T>) -> Var<T, S> {
        let name = core.name;
        let core = Arc::new(core);
        self.vars.push(Box::new(Arc::clone(&core)));
        self.members
            .push((name, Box::new(VarKey::<Var<T, S>, T>::new(&core))));
        Var::new(self.process(), core)
    }

    pub fn ref_port<T: Element, S: Shape>(
        &mut self,
        name: &'static str,
        dims: Option<Dims>,
    ) -> Result<RefPort<T, S>, BuildError> {
        let dims = self.dims::<S>(name, dims)?;
        let number = PortIndex(self.ref_ports.len());
        let key = PortKey::<RefPort<T, S>>::new(number, &dims, 0);
        self.members.push((name, Box::new(key)));
        let port = RefPort::new(self.process(), number, name, dims.clone());
        self.ref_ports.push(RefPortDecl { name });
        Ok(port)
    }

    pub fn var_port<T: Element, S: AnyShape>(
        &self,
        name: &'static str,
        var: &Var<T, S>,
    ) -> VarPort<T, S> {
        VarPort::new(var.clone(), name)
    }

    pub fn param<X: Send + Sync + 'static>(&mut self, name: &'static str, value: X) -> Param<X> {
        let param = Param::new(value);
        self.members.push((name, Box::new(param.clone())));
        param
    }
}

/// How a model finds a port of its process.
pub(crate) struct PortKey<M> {
    pub(crate) port: PortIndex,
    pub(crate) dims: Dims,
    pub(crate) ahead: usize,
    member: std::marker::PhantomData<fn() -> M>,
}

impl<M> PortKey<M> {
    fn new(port: PortIndex, dims: &Dims, ahead: usize) -> PortKey<M> {
        PortKey {
            port,
            dims: dims.clone(),
            ahead,
            member: std::marker::PhantomData,
        }
    }
}

/// How a model finds a Var of its process.
pub(crate) struct VarKey<M, T> {
    pub(crate) core: Arc<VarInner<T>>,
    member: std::marker::PhantomData<fn() -> M>,
}

impl<M, T> VarKey<M, T> {
    fn new(core: &Arc<VarInner<T>>) -> VarKey<M, T> {
        VarKey {
            core: Arc::clone(core),
            member: std::marker::PhantomData,
        }
    }
}
