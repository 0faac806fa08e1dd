//! The endpoints of connections: a port, a list of ports or a tuple.

use std::sync::Arc;

use lava_core::data::{AcceptsPayload, AcceptsShape, Converts, Payload};

use crate::Result;
use crate::graph::{ConnectError, InPortSelection, PortId, Sealed, VirtualPort};
use crate::process::{Immediate, InPort, Optional, OutPort, ProcessRef, TakesFrom};

/// An in-port whose types have been checked.
#[doc(hidden)]
#[derive(Debug)]
pub struct TargetRef<'a> {
    pub(super) process: &'a ProcessRef,
    pub(super) port: PortId,
    name: &'static str,
    /// The index in the port of each element that arrives, if neurons were chosen.
    selected: Option<&'a Result<Arc<[u32]>, Box<ConnectError>>>,
}

impl<'a> TargetRef<'a> {
    pub(super) fn of<T, S, R>(port: &'a InPort<T, S, R>) -> TargetRef<'a> {
        TargetRef {
            process: &port.process,
            port: PortId::of(&port.process, port.port),
            name: port.name,
            selected: None,
        }
    }

    pub(super) fn of_selection<T>(selection: &'a InPortSelection<T>) -> TargetRef<'a> {
        TargetRef {
            process: &selection.process,
            port: selection.port,
            name: selection.name,
            selected: Some(&selection.indices),
        }
    }

    /// The index in the port of each element that arrives, if neurons were chosen; fails if they
    /// were chosen wrongly.
    pub(super) fn selected(&self) -> Result<Option<&[u32]>, ConnectError> {
        match self.selected {
            None => Ok(None),
            Some(Ok(indices)) => Ok(Some(indices)),
            Some(Err(error)) => Err(ConnectError::clone(error)),
        }
    }

    pub(super) fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.name)
    }
}

/// The targets of an out-port of payload `T`, shape `S` and mark `L`: an in-port, a list of in-ports, or a
/// tuple of up to six. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference to an input port [E3203]",
    label = "not a reference to an input port",
    note = "connect an output to an input: `a.s_out.connect(&b.a_in)`; in `network!`, `a.s_out -> b.a_in;`",
    note = "a ref-port is connected to a Var: `reader.target.connect(&lif.v)`; in `network!`, `reader.target -> lif.v;`"
)]
pub trait ConnectTargets<T, S, L = Immediate>: Sealed {
    /// Visits each in-port.
    #[doc(hidden)]
    fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>));
}

impl<T, S, L, U: AcceptsPayload<T>, D: AcceptsShape<S>, R: TakesFrom<L>> ConnectTargets<T, S, L>
    for &InPort<U, D, R>
{
    fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>)) {
        visit(&TargetRef::of(self));
    }
}

#[diagnostic::do_not_recommend]
impl<T, S, L, U: AcceptsPayload<T>> ConnectTargets<T, S, L> for &InPortSelection<U> {
    fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>)) {
        visit(&TargetRef::of_selection(self));
    }
}

impl<T, S, L, I: ConnectTargets<T, S, L>, const N: usize> ConnectTargets<T, S, L> for [I; N] {
    fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>)) {
        self.iter().for_each(|target| target.each(visit));
    }
}

impl<T, S, L, I: ConnectTargets<T, S, L>> ConnectTargets<T, S, L> for &[I] {
    fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>)) {
        self.iter().for_each(|target| target.each(visit));
    }
}

impl<T, S, L, I: ConnectTargets<T, S, L>> ConnectTargets<T, S, L> for Vec<I> {
    fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>)) {
        self.as_slice().each(visit);
    }
}

/// The sources of an in-port of payload `T`, shape `S` and mark `R`: an out-port, a virtual port, a list of
/// them, or a tuple of up to six. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference to an output port [E3203]",
    label = "not a reference to an output port",
    note = "connect an input from an output: `b.a_in.connect_from(&a.s_out)`"
)]
pub trait ConnectSources<T, S, R = Optional>: Sealed {
    /// Connects each out-port to `target`.
    #[doc(hidden)]
    fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>));
}

impl<T, S, R, U, D, L> ConnectSources<T, S, R> for &OutPort<U, D, L>
where
    T: AcceptsPayload<U>,
    S: AcceptsShape<D>,
    R: TakesFrom<L>,
    U: Payload + Converts<U>,
{
    fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>)) {
        note(VirtualPort::of(self).connect_one(target));
    }
}

impl<T: AcceptsPayload<U>, S: AcceptsShape<D>, R, U: Payload, D, K> ConnectSources<T, S, R>
    for &VirtualPort<U, D, K>
{
    fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>)) {
        note(self.connect_one(target));
    }
}

impl<T, S, R, O: ConnectSources<T, S, R>, const N: usize> ConnectSources<T, S, R> for [O; N] {
    fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>)) {
        self.iter().for_each(|source| source.each(target, note));
    }
}

impl<T, S, R, O: ConnectSources<T, S, R>> ConnectSources<T, S, R> for &[O] {
    fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>)) {
        self.iter().for_each(|source| source.each(target, note));
    }
}

impl<T, S, R, O: ConnectSources<T, S, R>> ConnectSources<T, S, R> for Vec<O> {
    fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>)) {
        self.as_slice().each(target, note);
    }
}

macro_rules! tuple {
    ($($end:ident)+) => {
        impl<T, S, L, $($end: ConnectTargets<T, S, L>),+> ConnectTargets<T, S, L> for ($($end,)+) {
            #[allow(non_snake_case)]
            fn each(&self, visit: &mut dyn FnMut(&TargetRef<'_>)) {
                let ($($end,)+) = self;
                $($end.each(visit);)+
            }
        }

        impl<T, S, R, $($end: ConnectSources<T, S, R>),+> ConnectSources<T, S, R> for ($($end,)+) {
            #[allow(non_snake_case)]
            fn each(&self, target: &TargetRef<'_>, note: &mut dyn FnMut(Result<()>)) {
                let ($($end,)+) = self;
                $($end.each(target, note);)+
            }
        }
    };
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);

/// A port that sends. No in-port and no Var does: see [`InPort::connect`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` sends nothing: a connection leads from an output to an input, or from a ref-port to a Var [E3203]",
    label = "connects `{Self}`",
    note = "connect an output to an input: `a.s_out.connect(&b.a_in)`; in `network!`, `a.s_out -> b.a_in;`",
    note = "connect a ref-port to a Var: `reader.target.connect(&lif.v)`; in `network!`, `reader.target -> lif.v;`"
)]
pub trait IsOutput {}
