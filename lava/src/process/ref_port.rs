//! Ports to the Vars of other processes.

use std::fmt;
use std::marker::PhantomData;

use super::owner::ProcessRef;
use super::port::PortIndex;
use super::var::Var;
use lava_core::data::{AnyShape, Dims, Dyn, Element};

/// A reference to a Var of another process, which the model reads and writes in the management
/// phases: declared as a field `target: RefPort<f32>` of a `#[process]`.
///
/// It is connected to one Var by [`connect_var`](RefPort::connect_var), or by
/// [`connect`](RefPort::connect) to the [`VarPort`] that exposes the Var. A Var may have any number of
/// RefPorts. In a phase they access it in the order in which their processes were added to the
/// network; each reads what the one before it has written.
///
/// Without a connection it reads zeros, and writing has no effect; a network with one that is
/// `#[port(required)]` does not run then.
pub struct RefPort<T, S = Dyn> {
    pub(crate) process: ProcessRef,
    pub(crate) port: PortIndex,
    pub(crate) name: &'static str,
    pub(crate) dims: Dims,
    types: PhantomData<fn() -> (T, S)>,
}

/// A Var that a process exposes to the [`RefPort`]s of others: declared as a field of a `#[process]`,
/// `#[port(var = v)] v_port: VarPort<f32>`.
///
/// It documents that the Var is meant to be read and written from outside. A RefPort can also be
/// connected to a Var without a VarPort.
pub struct VarPort<T, S = Dyn> {
    pub(crate) var: Var<T, S>,
    pub(crate) name: &'static str,
}

impl<T, S> RefPort<T, S> {
    pub(crate) fn new(
        process: ProcessRef,
        port: PortIndex,
        name: &'static str,
        dims: Dims,
    ) -> Self {
        RefPort {
            process,
            port,
            name,
            dims,
            types: PhantomData,
        }
    }

    /// The shape of the values that are read and written.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }
}

impl<T: Element, S: AnyShape> VarPort<T, S> {
    pub(crate) fn new(var: Var<T, S>, name: &'static str) -> Self {
        VarPort { var, name }
    }

    /// The shape of the Var.
    pub fn shape(&self) -> &[usize] {
        self.var.shape()
    }
}

impl<T, S> Clone for RefPort<T, S> {
    fn clone(&self) -> Self {
        let (process, dims) = (self.process.clone(), self.dims.clone());
        RefPort::new(process, self.port, self.name, dims)
    }
}

impl<T, S> Clone for VarPort<T, S> {
    fn clone(&self) -> Self {
        VarPort {
            var: self.var.clone(),
            name: self.name,
        }
    }
}

impl<T, S> fmt::Debug for RefPort<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.dims)
    }
}

impl<T, S> fmt::Display for RefPort<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.process.name, self.name)
    }
}

impl<T, S> fmt::Debug for VarPort<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.var.core.dims_text())
    }
}

impl<T, S> fmt::Display for VarPort<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.var.process.name, self.name)
    }
}
