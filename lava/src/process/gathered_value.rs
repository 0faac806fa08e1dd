//! The values of Vars whose parts are on several ranks.

use std::sync::Arc;

use lava_core::data::{AnyShape, Element, PersistError, VarError};

use super::var::Var;

impl<T: Element, S: AnyShape> Var<T, S> {
    /// The present value, from all ranks, in row-major order; `None` if this rank has all that there is.
    ///
    /// A shard puts the first element of its slice, the number of elements, and these. What every shard has
    /// whole, the first rank of the process puts.
    pub(super) fn gathered(&self) -> Result<Option<Vec<T>>, VarError> {
        let Var { process, core, .. } = self;
        let len = core.dims().len();
        let call = format!("`get` of `{}`", self.label());
        let mut is_put = false;
        let all = process
            .owner
            .gather(process.id, &call, &mut |model, shard, is_first, bytes| {
                core.read(Some((model, shard)), &mut |field, slice| {
                    let range = &slice.elements;
                    if range.len() == len && (!is_first || std::mem::replace(&mut is_put, true)) {
                        return;
                    }
                    let mut values = vec![T::default(); range.len()];
                    field.copy_to(&mut values, &slice.dims);
                    bytes.extend((range.start as u64).to_le_bytes());
                    bytes.extend((range.len() as u64).to_le_bytes());
                    values.iter().for_each(|value| value.save(bytes));
                });
            })?;
        let Some(all) = all else {
            return Ok(None);
        };
        let mut values = vec![T::default(); len];
        for bytes in &all {
            take_slices(bytes, &mut values).map_err(|error| VarError::Ranks(Arc::new(error)))?;
        }
        Ok(Some(values))
    }
}

fn take_slices<T: Element>(mut bytes: &[u8], values: &mut [T]) -> Result<(), PersistError> {
    let unfit = || PersistError::Unfit("a slice is no part of the Var".to_owned());
    while !bytes.is_empty() {
        let mut number = || -> Result<usize, PersistError> {
            let (taken, rest) = bytes.split_first_chunk().ok_or(PersistError::Short)?;
            bytes = rest;
            Ok(u64::from_le_bytes(*taken) as usize)
        };
        let (start, len) = (number()?, number()?);
        let end = start.checked_add(len).ok_or_else(unfit)?;
        let slice = values.get_mut(start..end).ok_or_else(unfit)?;
        for value in slice {
            *value = T::load(&mut bytes)?;
        }
    }
    Ok(())
}
