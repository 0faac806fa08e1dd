//! The supertrait of traits that users cannot implement.

use super::{InPortSelection, VirtualPort};
use crate::process::{InPort, OutPort, Var, VarPort};

/// A type of this crate, or a list of such types.
pub trait Sealed {}

impl<T, S, L> Sealed for OutPort<T, S, L> {}
impl<T, S> Sealed for Var<T, S> {}
impl<T, S, K> Sealed for VirtualPort<T, S, K> {}
impl<T, S, R> Sealed for &InPort<T, S, R> {}
impl<T> Sealed for &InPortSelection<T> {}
impl<T, S, L> Sealed for &OutPort<T, S, L> {}
impl<T, S, K> Sealed for &VirtualPort<T, S, K> {}
impl<T, S> Sealed for &Var<T, S> {}
impl<T, S> Sealed for &VarPort<T, S> {}
impl<E: Sealed, const N: usize> Sealed for [E; N] {}
impl<E: Sealed> Sealed for &[E] {}
impl<E: Sealed> Sealed for Vec<E> {}

macro_rules! tuple {
    ($($element:ident)+) => {
        impl<$($element: Sealed),+> Sealed for ($($element,)+) {}
    };
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
