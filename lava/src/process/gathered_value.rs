//! The values of Vars whose parts are on several ranks.

use std::sync::Arc;

use lava_core::data::{AnyShape, Element, Persist, PersistError, VarError, take_bytes};

use super::saved_value::element_len;
use super::var::Var;

impl<T: Element, S: AnyShape> Var<T, S> {
    /// The present value, from all ranks, in row-major order; `None` if this rank has all that there is.
    ///
    /// A shard puts the first element of its slice, the number of elements, and these. What every shard has
    /// whole, the first rank of the process puts; of what every rank has a part, each puts all elements, of
    /// which those of other ranks are zero.
    pub(super) fn gathered(&self) -> Result<Option<Vec<T>>, VarError> {
        let Var { process, core, .. } = self;
        let len = core.dims().len();
        let call = format!("`get` of `{}`", self.label());
        let mut is_put = false;
        let all =
            process
                .owner
                .gather(process.id, &call, &mut |model, shard, is_first, bytes| {
                    core.read(Some((model, shard)), &mut |field, slice| {
                        let range = &slice.elements;
                        let is_whole = range.len() == len;
                        let puts = is_first || field.is_partial();
                        if is_whole && (!puts || std::mem::replace(&mut is_put, true)) {
                            return;
                        }
                        let mut values = vec![T::default(); range.len()];
                        field.copy_to(&mut values, &slice.dims);
                        (range.start, range.len()).save(bytes);
                        values.iter().for_each(|value| value.save(bytes));
                    });
                })?;
        let Some(all) = all else {
            return Ok(None);
        };
        let unreadable = |error: PersistError| VarError::Ranks(Arc::new(error));
        let mut whole = vec![0; len * element_len::<T>()];
        for bytes in &all {
            add_slices(bytes, element_len::<T>(), &mut whole).map_err(unreadable)?;
        }
        let mut bytes = whole.as_slice();
        let values = (0..len).map(|_| T::load(&mut bytes));
        let values: Result<Vec<T>, _> = values.collect();
        Ok(Some(values.map_err(unreadable)?))
    }
}

/// Adds slices to the bytes of the whole: no two ranks have other than zero bytes at the same element.
fn add_slices(mut bytes: &[u8], element: usize, whole: &mut [u8]) -> Result<(), PersistError> {
    let unfit = || PersistError::Unfit("a slice is no part of the Var".to_owned());
    while !bytes.is_empty() {
        let (start, len) = <(usize, usize)>::load(&mut bytes)?;
        let len = len.checked_mul(element).ok_or_else(unfit)?;
        let start = start.checked_mul(element).ok_or_else(unfit)?;
        let slice = take_bytes(&mut bytes, len)?;
        let place = whole.get_mut(start..start + len).ok_or_else(unfit)?;
        for (byte, new) in place.iter_mut().zip(slice) {
            *byte |= new;
        }
    }
    Ok(())
}
