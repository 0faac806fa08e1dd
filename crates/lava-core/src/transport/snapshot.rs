//! Messages in snapshots: those of a port, whatever its shards are.

use std::ops::Range;

use super::ring::{ErasedRing, no_message};
use crate::data::{Payload, Persist, PersistError, save_slice};

/// The ring of a shard, which holds a part of a message.
#[derive(Clone, Debug)]
pub struct RingPart<'a> {
    /// The ring.
    pub ring: &'a ErasedRing,
    /// The elements of the message that it holds.
    pub elements: Range<usize>,
    /// The tick in which the message is sent, by the clock of the shard.
    pub tick: u64,
}

/// Appends the message of `len` elements that rings hold. Returns `false` if none has a part of it, or all of it is
/// silent: whether a silent message was begun depends on the exchanges of ranks.
pub(super) fn save_message<T: Payload>(
    rings: &[RingPart<'_>],
    len: usize,
    bytes: &mut Vec<u8>,
) -> bool {
    let mut row = vec![T::Item::default(); len];
    let mut count = T::silence(&mut row);
    let mut silence = Vec::new();
    save_slice(&row[..count], &mut silence);
    for part in rings {
        let ring = part.ring.downcast::<T>();
        let Some(items) = ring.message(part.tick) else {
            continue;
        };
        let (elements, start) = (0..part.elements.len(), part.elements.start);
        // Spikes are counted from the first element of the shard.
        count = T::copy(items, elements, &mut row, start, count);
    }
    let start = bytes.len();
    save_slice(&row[..count], bytes);
    let is_sent = bytes[start..] != silence;
    if !is_sent {
        bytes.truncate(start);
    }
    is_sent
}

/// Writes a message of `len` elements to rings.
pub(super) fn load_message<T: Payload>(
    rings: &[RingPart<'_>],
    len: usize,
    bytes: &mut &[u8],
) -> Result<(), PersistError> {
    let items = Vec::<T::Item>::load(bytes)?;
    if !T::is_message(&items, len) {
        return Err(no_message(len));
    }
    for part in rings {
        let mut writer = part.ring.writer::<T>();
        writer.write(part.tick, |row| {
            T::copy(&items, part.elements.clone(), row, 0, 0)
        });
    }
    Ok(())
}
