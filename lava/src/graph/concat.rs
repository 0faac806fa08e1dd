//! The ports of a concatenation: out-ports, virtual ports, lists and tuples of them.

use lava_core::data::{Converts, Payload};

use super::sealed::Sealed;
use super::virtual_port::{Converted, Unconverted, VirtualPort};
use crate::process::OutPort;

/// The kind of a concatenation: [`Unconverted`] if all of its ports are.
#[doc(hidden)]
pub trait ConcatKind<K> {
    type Kind;
}

impl ConcatKind<Unconverted> for Unconverted {
    type Kind = Unconverted;
}

impl ConcatKind<Converted> for Unconverted {
    type Kind = Converted;
}

impl<K> ConcatKind<K> for Converted {
    type Kind = Converted;
}

/// The ports that can be concatenated with a port of `T`: out-ports and virtual ports, a list of
/// either, or a tuple of up to six. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be concatenated with an output of `{T}` [E3203]",
    label = "neither outputs of `{T}` nor a list of them",
    note = "give references to outputs of the same type: `a.s_out.concat_with([&b.s_out, &c.s_out], 0)`",
    note = "convert those of other types first: `b.s_out.cast::<{T}>()`"
)]
pub trait ConcatSources<T>: Sealed {
    /// [`Unconverted`] if all of them are.
    #[doc(hidden)]
    type Kind;
    /// Visits each port.
    #[doc(hidden)]
    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>));
}

impl<T: Payload + Converts<T>, S, L> ConcatSources<T> for &OutPort<T, S, L> {
    type Kind = Unconverted;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        visit(VirtualPort::of(self).with_type_dyn());
    }
}

impl<T, S, K> ConcatSources<T> for &VirtualPort<T, S, K> {
    type Kind = K;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        visit(VirtualPort::clone(self).with_type_dyn());
    }
}

impl<T, J: ConcatSources<T>, const N: usize> ConcatSources<T> for [J; N] {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.iter().for_each(|port| port.each(visit));
    }
}

impl<T, J: ConcatSources<T>> ConcatSources<T> for &[J] {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.iter().for_each(|port| port.each(visit));
    }
}

impl<T, J: ConcatSources<T>> ConcatSources<T> for Vec<J> {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.as_slice().each(visit);
    }
}

macro_rules! tuple {
    ($($end:ident)+) => {
        impl<T, $($end: ConcatSources<T>),+> ConcatSources<T> for ($($end,)+) {
            // The kinds of a tuple's ports are not compared.
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
