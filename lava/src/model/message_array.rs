//! The arrays that out-ports send.

use std::slice::from_ref;

use lava_core::data::{Payload, RecordOf};
use ndarray::{ArrayBase, Data, Dimension};

/// An array that a port of `T` sends as a message: an ndarray array of any rank, owned or borrowed,
/// of numbers `T`, or of `bool` if `T` is [`Spike`](crate::Spike).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an array that a port of `{T}` can send [E3103]",
    label = "not an ndarray array",
    note = "a `Vec` or slice is sent by `send_slice(&values)`, spikes by their indices by `send_indices(&[0, 2])`"
)]
pub trait MessageArray<T: Payload> {
    /// The shape.
    #[doc(hidden)]
    fn extents(&self) -> &[usize];
    /// Writes the elements into the `row` of a message. Returns the number of items.
    #[doc(hidden)]
    fn write(&self, row: &mut [T::Item]) -> usize;
}

impl<T, S, D> MessageArray<T> for ArrayBase<S, D>
where
    T: Payload,
    S: Data<Elem: RecordOf<T>>,
    D: Dimension,
{
    fn extents(&self) -> &[usize] {
        self.shape()
    }

    #[inline]
    fn write(&self, row: &mut [T::Item]) -> usize {
        match self.as_slice() {
            Some(values) => T::write(row, RecordOf::records(values).iter()),
            None => {
                let values = self
                    .iter()
                    .flat_map(|value| RecordOf::records(from_ref(value)));
                T::write(row, values)
            }
        }
    }
}
