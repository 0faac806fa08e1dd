//! The values of Vars whose parts are on several ranks.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{AnyShape, Element, Persist, PersistError, Shard, VarError, take_bytes};

use super::saved_value::element_len;
use super::var::{Var, VarInner};

impl<T: Element, S: AnyShape> Var<T, S> {
    /// The present value, from all ranks, in row-major order; `None` if this rank has all that there is.
    pub(super) fn gathered(&self) -> Result<Option<Vec<T>>, VarError> {
        let Var { process, core, .. } = self;
        let len = core.dims().len();
        let mut is_put = false;
        let all = process.owner.gather(
            process.id,
            core.name,
            &mut |model, shard, is_first, bytes| {
                core.put_slices(model, shard, is_first, &mut is_put, bytes);
            },
        )?;
        let Some(all) = all else {
            return Ok(None);
        };
        let unreadable = |error: PersistError| VarError::Ranks(Arc::new(error));
        let whole = core.united(&mut all.iter().map(Vec::as_slice));
        let whole = whole.map_err(unreadable)?;
        let mut bytes = whole.as_slice();
        let values = (0..len).map(|_| T::load(&mut bytes));
        let values: Result<Vec<T>, _> = values.collect();
        Ok(Some(values.map_err(unreadable)?))
    }
}

impl<T: Element> VarInner<T> {
    /// Puts what the model of a shard has of the value: the first element of its slice, the number of elements,
    /// and these. What every shard has whole, the first rank of the process puts, once; of what every rank has a
    /// part, each puts all elements, of which those of other ranks are zero.
    pub(super) fn put_slices(
        &self,
        model: &mut dyn Any,
        shard: &Shard,
        is_first: bool,
        is_put: &mut bool,
        bytes: &mut Vec<u8>,
    ) {
        let len = self.dims().len();
        self.with_field(model, shard, &mut |field, slice| {
            let range = &slice.elements;
            let puts = is_first || field.is_partial();
            if range.len() == len && (!puts || std::mem::replace(is_put, true)) {
                return;
            }
            let mut values = vec![T::default(); range.len()];
            field.copy_to(&mut values, &slice.dims);
            (range.start, range.len()).save(bytes);
            values.iter().for_each(|value| value.save(bytes));
        });
    }

    /// The bytes of the whole value, from what all ranks have put.
    pub(super) fn united(
        &self,
        all: &mut dyn Iterator<Item = &[u8]>,
    ) -> Result<Vec<u8>, PersistError> {
        let element = element_len::<T>();
        let mut whole = vec![0; self.dims().len() * element];
        for bytes in all {
            add_slices(bytes, element, &mut whole)?;
        }
        Ok(whole)
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
