//! Composite processes: the inner ports and Vars that they export as their own.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use lava_core::data::{AnyShape, Converts, Dims, Element, Payload};

use super::edge::{PortId, SourceRef};
use super::error::ConnectError;
use super::selection::OverrideTable;
use super::virtual_port::VirtualPort;
use crate::Result;
use crate::model::members::{Text, contains};
use crate::process::{
    Declaration, InPort, Member, MemberKind, OutPort, Process, ProcessRef, RefPort, Var,
};

/// The export of a member `M` of a composite process `P`: made by [`export`] or [`unexported`].
pub struct Export<M, P> {
    put: ExportFn<M>,
    process: PhantomData<fn() -> P>,
}

impl<M, P> fmt::Debug for Export<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export").finish_non_exhaustive()
    }
}

/// Records the export of a member.
#[doc(hidden)]
pub(crate) type ExportFn<M> = Box<dyn FnOnce(&M, &mut ExportBinder) -> Result<(), ConnectError>>;

/// Exports a port or Var of an inner process as a member of the composite process: one in-port, or
/// an array of several, as an in-port; an out-port or virtual port as an out-port; a ref-port as a
/// ref-port; a Var as a Var.
pub fn export<M: CanExport<I>, P, I>(inner: I) -> Export<M, P> {
    Export {
        put: M::export(inner),
        process: PhantomData,
    }
}

/// Exports the in-ports of both exports: messages arrive at all of them.
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

/// Leaves a port or Var without an export: the in-port drops its messages, the out-port sends none,
/// and the Var keeps the value that it is given.
pub fn unexported<M, P>() -> Export<M, P> {
    Export {
        put: Box::new(|_, _| Ok(())),
        process: PhantomData,
    }
}

/// Fails to compile if a port or Var of the process is not among the members that `network!` exports
/// of `outer`. With a name that is no member it checks nothing: that is reported.
#[doc(hidden)]
#[track_caller]
pub const fn check_exports(process: &Declaration, outer: &str, exported: &[&str]) {
    let members = process.members;
    let (mut index, mut known) = (0, 0);
    while index < members.len() {
        known += contains(exported, members[index].name) as usize;
        index += 1;
    }
    if known < exported.len() {
        return;
    }
    index = 0;
    let mut missing = 0;
    let (mut text, mut fix, mut none) = (Text::new(), Text::new(), Text::new());
    while index < members.len() {
        let Member { name, kind, .. } = members[index];
        index += 1;
        let is_exported = !matches!(kind, MemberKind::VarPort | MemberKind::Param);
        if !is_exported || contains(exported, name) {
            continue;
        }
        let separator = if missing == 0 { "`" } else { ", `" };
        missing += 1;
        text = text.with(separator).with(name).with("`");
        let member = Text::new().with(outer).with(".").with(name);
        let member = member.as_str();
        fix = fix.with(separator);
        fix = match kind {
            MemberKind::InPort => fix.with(member).with(" -> inner.a_in;`"),
            MemberKind::OutPort => fix.with("inner.s_out -> ").with(member).with(";`"),
            _ => fix.with(member).with(" = inner.").with(name).with(";`"),
        };
        if missing == 1 {
            let is_port = matches!(kind, MemberKind::InPort | MemberKind::OutPort);
            let end = if is_port { " -> _;`" } else { " = _;`" };
            none = none.with("`").with(member).with(end);
        }
    }
    if missing > 0 {
        let text = Text::new()
            .with("nothing inside `")
            .with(outer)
            .with("` stands for ")
            .with(text.as_str())
            .with(" of `")
            .with(process.name)
            .with("`; write ")
            .with(fix.as_str())
            .with(", or ")
            .with(none.as_str())
            .with(" if nothing does");
        panic!("{}", text.with(" [E3110]").as_str())
    }
}

/// A port or Var that can export an `I`: see [`export`].
#[diagnostic::on_unimplemented(
    message = "`{I}` cannot be exported as a `{Self}` [E3110]",
    label = "cannot be exported as a `{Self}`",
    note = "an in-port exports in-ports of the same payload, an out-port an out-port of the same payload (`cast` it outside), a Var a Var of the same element type"
)]
pub trait CanExport<I>: Sized {
    #[doc(hidden)]
    fn export(inner: I) -> ExportFn<Self>;
}

/// A process that can have a hierarchical model: every `#[process]` is one.
pub trait Composite: Process {
    /// The exports of its ports and Vars: a struct with a field for each.
    type Exports;
    /// No exports.
    #[doc(hidden)]
    fn unexported() -> Self::Exports;
    #[doc(hidden)]
    fn bind(&self, exports: Self::Exports, binder: &mut ExportBinder);
}

/// Collects the exports of a composite process.
#[doc(hidden)]
pub struct ExportBinder {
    process: ProcessRef,
    exports: Exports,
    /// The first export that does not fit.
    error: Option<ConnectError>,
}

impl fmt::Debug for ExportBinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportBinder")
            .field("process", &self.process)
            .finish_non_exhaustive()
    }
}

/// The ports that each port of a composite process exports.
pub(crate) struct Exports {
    pub(crate) in_ports: Vec<Vec<PortId>>,
    pub(crate) out_ports: Vec<Vec<SourceRef>>,
    pub(crate) ref_ports: Vec<Vec<PortId>>,
}

impl Exports {
    /// No exports, for these numbers of ports.
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
        ExportBinder {
            process,
            exports,
            error: None,
        }
    }

    /// Exports a member.
    pub fn export<M, P>(&mut self, member: &M, export: Export<M, P>) {
        if self.error.is_none() {
            self.error = (export.put)(member, self).err();
        }
    }

    /// Returns the exports, or the error of the first that does not fit.
    pub(crate) fn finish(self) -> Result<Exports, ConnectError> {
        match self.error {
            None => Ok(self.exports),
            Some(error) => Err(error),
        }
    }

    /// Fails unless the member `name` belongs to a process inside, and its extents are those of the
    /// outer member.
    fn check(
        &self,
        outer: (&str, &Dims),
        process: &ProcessRef,
        (name, dims): (&str, &Dims),
    ) -> Result<(), ConnectError> {
        let outer_label = format!("{}.{}", self.process.name, outer.0);
        let inner_label = format!("{}.{name}", process.name);
        let composite = &self.process;
        let is_inside =
            process.same_network(composite) && composite.owner.is_inside(process.id, composite.id);
        if !is_inside {
            return Err(ConnectError::ExportOutside {
                outer: outer_label,
                inner: inner_label,
            });
        }
        if outer.1 != dims {
            return Err(ConnectError::ExportShape {
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
    fn export(inner: &InPort<T, D, Q>) -> ExportFn<Self> {
        let port = inner.clone();
        Box::new(move |outer, binder| {
            let inner = (port.name, &port.dims);
            binder.check((outer.name, &outer.dims), &port.process, inner)?;
            binder.exports.in_ports[outer.port.index()].push(PortId::of(&port.process, port.port));
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T, S, R, I, const N: usize> CanExport<[I; N]> for InPort<T, S, R>
where
    InPort<T, S, R>: CanExport<I> + 'static,
{
    fn export(inner: [I; N]) -> ExportFn<Self> {
        let all = inner.map(<InPort<T, S, R> as CanExport<I>>::export);
        Box::new(|outer, binder| all.into_iter().try_for_each(|export| export(outer, binder)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload + Converts<T>, S, L, D: 'static, K> CanExport<&OutPort<T, D, K>>
    for OutPort<T, S, L>
{
    fn export(inner: &OutPort<T, D, K>) -> ExportFn<Self> {
        <Self as CanExport<&VirtualPort<T, D>>>::export(&VirtualPort::of(inner))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S, L, D: 'static> CanExport<&VirtualPort<T, D>> for OutPort<T, S, L> {
    fn export(inner: &VirtualPort<T, D>) -> ExportFn<Self> {
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
    fn export(inner: &RefPort<T, D>) -> ExportFn<Self> {
        let port = inner.clone();
        Box::new(move |outer, binder| {
            let inner = (port.name, &port.dims);
            binder.check((outer.name, &outer.dims), &port.process, inner)?;
            binder.exports.ref_ports[outer.port.index()].push(PortId::of(&port.process, port.port));
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape> CanExport<&Var<T, D>> for Var<T, S> {
    fn export(inner: &Var<T, D>) -> ExportFn<Self> {
        let var = inner.clone();
        Box::new(move |outer, binder| {
            let inner = (var.core.name, var.core.sample_dims());
            binder.check(
                (outer.core.name, outer.core.sample_dims()),
                &var.process,
                inner,
            )?;
            let core = Arc::clone(&var.core);
            outer.core.set_alias(var.process.id, core);
            Ok(())
        })
    }
}

/// Makes the processes inside a composite process. Returns its exports.
pub(crate) type ExpandFn = dyn Fn(&dyn Any, CompositeScope) -> Result<Exports> + Send + Sync;

/// The scope of the processes inside a composite process.
pub(crate) struct CompositeScope {
    /// The composite process, whose owner is the network.
    pub(crate) process: ProcessRef,
    /// Its exports, still empty.
    pub(crate) exports: Exports,
    /// The run configuration of the network around it, if it is one of the library.
    pub(crate) chip: Option<&'static str>,
    /// The overrides of the network around it.
    pub(crate) overrides: OverrideTable,
}
