//! What can stand at either end of a connection: a port, a list of ports or a tuple.

use super::connect::{Converted, Plain, VirtualPort};
use crate::Result;
use crate::model::Converts;
use crate::process::{Fits, InPort, OutPort, Payload, ProcessRef, Takes};

/// An in-port whose types have been checked.
#[doc(hidden)]
pub struct Target<'a> {
    pub(super) process: &'a ProcessRef,
    pub(super) port: usize,
    name: &'static str,
}

impl<'a> Target<'a> {
    pub(super) fn of<T, S, R>(port: &'a InPort<T, S, R>) -> Target<'a> {
        Target {
            process: &port.process,
            port: port.port,
            name: port.name,
        }
    }

    pub(super) fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.name)
    }
}

/// What an out-port of payload `T` and shape `S` can be connected to: an in-port, a list, or a
/// tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference to an input port",
    label = "not a reference to an input port",
    note = "connect an output to an input: `a.s_out.connect(&b.a_in)`"
)]
pub trait Targets<T, S> {
    /// Visits each in-port.
    #[doc(hidden)]
    fn each(&self, visit: &mut dyn FnMut(&Target<'_>));
}

impl<T, S, U: Takes<T>, D: Fits<S>, R> Targets<T, S> for &InPort<U, D, R> {
    fn each(&self, visit: &mut dyn FnMut(&Target<'_>)) {
        visit(&Target::of(self));
    }
}

impl<T, S, I: Targets<T, S>, const N: usize> Targets<T, S> for [I; N] {
    fn each(&self, visit: &mut dyn FnMut(&Target<'_>)) {
        self.iter().for_each(|target| target.each(visit));
    }
}

impl<T, S, I: Targets<T, S>> Targets<T, S> for &[I] {
    fn each(&self, visit: &mut dyn FnMut(&Target<'_>)) {
        self.iter().for_each(|target| target.each(visit));
    }
}

impl<T, S, I: Targets<T, S>> Targets<T, S> for Vec<I> {
    fn each(&self, visit: &mut dyn FnMut(&Target<'_>)) {
        self.as_slice().each(visit);
    }
}

/// What an in-port of payload `T` and shape `S` can be connected from: an out-port, a virtual
/// port, a list, or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference to an output port",
    label = "not a reference to an output port",
    note = "connect an input from an output: `b.a_in.connect_from(&a.s_out)`"
)]
pub trait Sources<T, S> {
    /// Connects each out-port to `target`.
    #[doc(hidden)]
    fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>));
}

impl<T: Takes<U>, S: Fits<D>, U: Payload + Converts<U>, D, L> Sources<T, S> for &OutPort<U, D, L> {
    fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>)) {
        note(VirtualPort::of(self).connect_one(target));
    }
}

impl<T: Takes<U>, S: Fits<D>, U: Payload, D, K> Sources<T, S> for &VirtualPort<U, D, K> {
    fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>)) {
        note(self.connect_one(target));
    }
}

impl<T, S, O: Sources<T, S>, const N: usize> Sources<T, S> for [O; N] {
    fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>)) {
        self.iter().for_each(|source| source.each(target, note));
    }
}

impl<T, S, O: Sources<T, S>> Sources<T, S> for &[O] {
    fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>)) {
        self.iter().for_each(|source| source.each(target, note));
    }
}

impl<T, S, O: Sources<T, S>> Sources<T, S> for Vec<O> {
    fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>)) {
        self.as_slice().each(target, note);
    }
}

/// What can be joined with a port of `T`: out-ports and virtual ports, a list of either, or a tuple
/// of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined with an output of `{T}`",
    label = "neither outputs of `{T}` nor a list of them",
    note = "give references to outputs of the same type: `a.s_out.concat_with([&b.s_out, &c.s_out], 0)`",
    note = "convert those of other types first: `b.s_out.cast::<{T}>()`"
)]
pub trait Joins<T> {
    /// Whether all of them are [`Plain`](super::Plain).
    #[doc(hidden)]
    type Kind;
    /// Visits each port.
    #[doc(hidden)]
    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>));
}

impl<T: Payload + Converts<T>, S, L> Joins<T> for &OutPort<T, S, L> {
    type Kind = Plain;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        visit(VirtualPort::of(self).retype_dyn());
    }
}

impl<T, S, K> Joins<T> for &VirtualPort<T, S, K> {
    type Kind = K;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        visit(VirtualPort::clone(self).retype_dyn());
    }
}

impl<T, J: Joins<T>, const N: usize> Joins<T> for [J; N] {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.iter().for_each(|port| port.each(visit));
    }
}

impl<T, J: Joins<T>> Joins<T> for &[J] {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.iter().for_each(|port| port.each(visit));
    }
}

impl<T, J: Joins<T>> Joins<T> for Vec<J> {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.as_slice().each(visit);
    }
}

macro_rules! tuple {
    ($($end:ident)+) => {
        impl<T, S, $($end: Targets<T, S>),+> Targets<T, S> for ($($end,)+) {
            #[allow(non_snake_case)]
            fn each(&self, visit: &mut dyn FnMut(&Target<'_>)) {
                let ($($end,)+) = self;
                $($end.each(visit);)+
            }
        }

        impl<T, S, $($end: Sources<T, S>),+> Sources<T, S> for ($($end,)+) {
            #[allow(non_snake_case)]
            fn each(&self, target: &Target<'_>, note: &mut dyn FnMut(Result<()>)) {
                let ($($end,)+) = self;
                $($end.each(target, note);)+
            }
        }

        impl<T, $($end: Joins<T>),+> Joins<T> for ($($end,)+) {
            // Whether each of them is plain is more than a tuple says.
            type Kind = Converted;

            #[allow(non_snake_case)]
            fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
                let ($($end,)+) = self;
                $($end.each(visit);)+
            }
        }
    };
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);

/// What has something to send. No in-port does: see [`InPort::connect`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an input sends nothing: a connection leads from an output to an input",
    label = "connects an input",
    note = "connect an output to an input: `a.s_out.connect(&b.a_in)`; in `network!`, `a.s_out -> b.a_in;`"
)]
pub trait Sends {}
