//! Messages of rings as bytes, for other ranks.

use super::ErasedRing;
use crate::data::{Payload, Persist, PersistError};

/// Appends a message for another rank: the number of its items and one, then the items; or 0.
pub(super) fn put_message<T: Payload>(message: Option<&[T::Item]>, bytes: &mut Vec<u8>) {
    match message {
        None => 0_u32.save(bytes),
        Some(items) => {
            (items.len() as u32 + 1).save(bytes);
            items.iter().for_each(|item| item.save(bytes));
        }
    }
}

/// Takes a message of another rank, if there is one.
pub(super) fn take_message<T: Payload>(
    ring: &ErasedRing,
    step: u64,
    bytes: &mut &[u8],
) -> Result<(), PersistError> {
    let Some(count) = u32::load(bytes)?.checked_sub(1) else {
        return Ok(());
    };
    let mut writer = ring.writer::<T>();
    let mut result = Ok(());
    writer.write(step, |row| {
        let len = row.len();
        result = load_items::<T>(row, count as usize, bytes);
        if result.is_err() {
            T::silence(row)
        } else {
            (count as usize).min(len)
        }
    });
    result
}

fn load_items<T: Payload>(
    row: &mut [T::Item],
    count: usize,
    bytes: &mut &[u8],
) -> Result<(), PersistError> {
    let len = row.len();
    let items = row.get_mut(..count).ok_or_else(|| no_message(len))?;
    for item in &mut *items {
        *item = Persist::load(bytes)?;
    }
    if T::is_message(items, len) {
        Ok(())
    } else {
        Err(no_message(len))
    }
}

/// The error of items that are no message of a port.
pub(in crate::transport) fn no_message(len: usize) -> PersistError {
    PersistError::Unfit(format!("it is no message of {len} elements"))
}
