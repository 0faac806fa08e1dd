//! Composite processes: the ports and Vars inside that their own stand for.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use lava_core::data::{AnyShape, Converts, Dims, Element, Payload};

use super::edge::{PortId, SourceRef};
use super::error::ConnectError;
use super::selection::OverrideTable;
use super::virtual_port::VirtualPort;
use crate::Result;
use crate::process::{InPort, OutPort, Process, ProcessRef, RefPort, Var};

/// What stands behind the member `M` of a process `P`; made by [`export`].
pub struct Export<M, P> {
    put: ExportFn<M>,
    process: PhantomData<fn() -> P>,
}

/// Notes what stands behind a member.
#[doc(hidden)]
pub(crate) type ExportFn<M> = Box<dyn FnOnce(&M, &mut ExportBinder) -> Result<(), ConnectError>>;

/// Says what stands behind a port or Var of a hierarchical process: an in-port, or several, behind
/// an in-port; an out-port or virtual port behind an out-port; a ref-port behind a ref-port; a Var
/// behind a Var.
pub fn export<M: CanExport<I>, P, I>(inner: I) -> Export<M, P> {
    Export {
        put: M::put(inner),
        process: PhantomData,
    }
}

/// What the process receives goes to both.
#[doc(hidden)]
pub fn export_both<T, S, R, P>(
    first: Export<InPort<T, S, R>, P>,
    second: Export<InPort<T, S, R>, P>,
) -> Export<InPort<T, S, R>, P>
where
    InPort<T, S, R>: 'static,
{
    Export {
        put: Box::new(|outer, binder| {
            (first.put)(outer, binder)?;
            (second.put)(outer, binder)
        }),
        process: PhantomData,
    }
}

/// Says that nothing stands behind a port or Var: what it receives is lost, it sends nothing, and
/// the Var keeps the value that it is given.
pub fn unexported<M, P>() -> Export<M, P> {
    Export {
        put: Box::new(|_, _| Ok(())),
        process: PhantomData,
    }
}

/// An `I` can stand behind a port or Var of type `Self`: see [`export`].
#[diagnostic::on_unimplemented(
    message = "`{I}` cannot stand behind a `{Self}`",
    label = "cannot stand behind a `{Self}`",
    note = "behind an in-port stand in-ports of the same payload, behind an out-port an out-port of the same payload (`cast` it outside), behind a Var a Var of the same element type"
)]
pub trait CanExport<I>: Sized {
    #[doc(hidden)]
    fn put(inner: I) -> ExportFn<Self>;
}

/// A process that can have a hierarchical model, as every `#[process]` can.
pub trait Composite: Process {
    /// What stands behind each of its ports and Vars: a struct with a field for each.
    type Exports;
    #[doc(hidden)]
    fn bind(&self, exports: Self::Exports, binder: &mut ExportBinder) -> Result<()>;
}

/// What is exports about a hierarchical process.
#[doc(hidden)]
pub struct ExportBinder {
    pub(crate) process: ProcessRef,
    pub(crate) exports: Exports,
}

/// What stands behind the ports of a hierarchical process, in the order of its ports.
pub(crate) struct Exports {
    pub(crate) in_ports: Vec<Vec<PortId>>,
    pub(crate) out_ports: Vec<Vec<SourceRef>>,
    pub(crate) ref_ports: Vec<Vec<PortId>>,
}

impl Exports {
    /// No exports for this many ports of each kind.
    pub(crate) fn none(in_ports: usize, out_ports: usize, ref_ports: usize) -> Exports {
        Exports {
            in_ports: vec![Vec::new(); in_ports],
            out_ports: vec![Vec::new(); out_ports],
            ref_ports: vec![Vec::new(); ref_ports],
        }
    }
}

impl ExportBinder {
    /// Collects the exports of a process, which begin as `exports`.
    pub(crate) fn new(process: ProcessRef, exports: Exports) -> ExportBinder {
        ExportBinder { process, exports }
    }

    /// Takes what stands behind a member.
    pub fn put<M, P>(&mut self, member: &M, within: Export<M, P>) -> Result<()> {
        Ok((within.put)(member, self)?)
    }

    /// Fails unless a process is inside the one that this is about, and of extents that fit.
    fn check(
        &self,
        outer: (&str, &Dims),
        process: &ProcessRef,
        (name, dims): (&str, &Dims),
    ) -> Result<(), ConnectError> {
        let outer_label = format!("{}.{}", self.process.name, outer.0);
        let inner_label = format!("{}.{name}", process.name);
        let inside = process.name.strip_prefix(&*self.process.name);
        let inside = inside.is_some_and(|rest| rest.starts_with('.'));
        if !inside || !process.same_network(&self.process) {
            return Err(ConnectError::Outside {
                outer: outer_label,
                inner: inner_label,
            });
        }
        if outer.1 != dims {
            return Err(ConnectError::Inside {
                outer: outer_label,
                outer_dims: outer.1.clone(),
                inner: inner_label,
                inner_dims: dims.clone(),
            });
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T, S, R, D, Q> CanExport<&InPort<T, D, Q>> for InPort<T, S, R>
where
    T: 'static,
    D: 'static,
    Q: 'static,
{
    fn put(inner: &InPort<T, D, Q>) -> ExportFn<Self> {
        let port = inner.clone();
        Box::new(move |outer, binder| {
            let inner = (port.name, &port.dims);
            binder.check((outer.name, &outer.dims), &port.process, inner)?;
            binder.exports.in_ports[outer.port.index()].push(PortId {
                process: port.process.id,
                port: port.port,
            });
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T, S, R, I, const N: usize> CanExport<[I; N]> for InPort<T, S, R>
where
    InPort<T, S, R>: CanExport<I> + 'static,
{
    fn put(inner: [I; N]) -> ExportFn<Self> {
        let all = inner.map(<InPort<T, S, R> as CanExport<I>>::put);
        Box::new(|outer, binder| all.into_iter().try_for_each(|put| put(outer, binder)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload + Converts<T>, S, L, D: 'static, K> CanExport<&OutPort<T, D, K>>
    for OutPort<T, S, L>
{
    fn put(inner: &OutPort<T, D, K>) -> ExportFn<Self> {
        <Self as CanExport<&VirtualPort<T, D>>>::put(&VirtualPort::of(inner))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S, L, D: 'static> CanExport<&VirtualPort<T, D>> for OutPort<T, S, L> {
    fn put(inner: &VirtualPort<T, D>) -> ExportFn<Self> {
        let port = inner.clone();
        Box::new(move |outer, binder| {
            port.result()?;
            for source in port.sources() {
                let (name, dims) = (source.name(), port.dims());
                binder.check((outer.name, &outer.dims), &source.process, (name, dims))?;
                binder.exports.out_ports[outer.port.index()].push(source.source.clone());
            }
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static, S, D: 'static> CanExport<&RefPort<T, D>> for RefPort<T, S> {
    fn put(inner: &RefPort<T, D>) -> ExportFn<Self> {
        let port = inner.clone();
        Box::new(move |outer, binder| {
            let inner = (port.name, &port.dims);
            binder.check((outer.name, &outer.dims), &port.process, inner)?;
            binder.exports.ref_ports[outer.port.index()].push(PortId {
                process: port.process.id,
                port: port.port,
            });
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape> CanExport<&Var<T, D>> for Var<T, S> {
    fn put(inner: &Var<T, D>) -> ExportFn<Self> {
        let var = inner.clone();
        Box::new(move |outer, binder| {
            let inner = (var.core.name, &var.core.dims);
            binder.check((outer.core.name, &outer.core.dims), &var.process, inner)?;
            let core = Arc::clone(&var.core);
            outer.core.set_alias(var.process.id, core);
            Ok(())
        })
    }
}

/// How the network makes what is inside a process.
pub(crate) type ExpandFn = dyn Fn(&dyn Any, CompositeScope) -> Result<Exports> + Send + Sync;

/// Where a hierarchical process is: what a [`Network`] of its inside is made from.
pub(crate) struct CompositeScope {
    /// The process itself, whose owner is the network.
    pub(crate) process: ProcessRef,
    /// Its exports, none so far.
    pub(crate) exports: Exports,
    pub(crate) overrides: OverrideTable,
}
