//! Arrivals: the parts of a message of numbers that something was added to.

use std::ops::Range;

/// The elements of a part of a message. A part is marked as a whole: 16 numbers of 32 bits are a line of
/// the cache.
pub const PART: usize = 16;

/// The parts of a message that can be other than zero.
#[derive(Clone, Copy, Debug)]
pub enum Arrivals<'a> {
    /// No part: there is no message.
    None,
    /// Any part.
    All,
    /// The parts whose byte is 1; that of others is 0.
    Parts(&'a [u8]),
}

impl Arrivals<'_> {
    /// Returns `true` if there is no message.
    #[inline(always)]
    pub fn is_none(self) -> bool {
        matches!(self, Arrivals::None)
    }

    /// Returns `true` if an element of the range can be other than zero.
    #[inline(always)]
    pub fn are_in(self, elements: Range<usize>) -> bool {
        match self {
            Arrivals::None => false,
            Arrivals::All => true,
            Arrivals::Parts(marks) => {
                let parts = &marks[elements.start / PART..elements.end.div_ceil(PART)];
                parts.iter().fold(0, |any, mark| any | mark) != 0
            }
        }
    }

    /// Calls `act` with the elements of each part of a message of `len` elements that can be other than
    /// zero.
    #[inline(always)]
    pub fn for_each_part(self, len: usize, mut act: impl FnMut(Range<usize>)) {
        match self {
            Arrivals::None => {}
            Arrivals::All => act(0..len),
            Arrivals::Parts(marks) => for_each_marked(marks, |part| {
                act(part * PART..len.min((part + 1) * PART));
            }),
        }
    }
}

/// Calls `act` with the number of each part that is marked: of which the byte is 1.
#[inline(always)]
pub(super) fn for_each_marked(marks: &[u8], mut act: impl FnMut(usize)) {
    let (eights, rest) = marks.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let last = (!rest.is_empty()).then_some(&last);
    for (first, eight) in (0..).step_by(8).zip(eights.iter().chain(last)) {
        let mut left = u64::from_le_bytes(*eight);
        while left != 0 {
            act(first + left.trailing_zeros() as usize / 8);
            left &= left - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_parts_are_found_in_their_ranges() {
        let mut marks = vec![0; 200];
        [0, 7, 64, 199].into_iter().for_each(|part| marks[part] = 1);
        let arrivals = Arrivals::Parts(&marks);
        let mut parts = Vec::new();
        arrivals.for_each_part(200 * PART - 3, |part| parts.push(part));
        assert_eq!(parts, [0..16, 112..128, 1024..1040, 3184..3197]);
        assert!(arrivals.are_in(15..17) && !arrivals.are_in(16..112));
        assert!(arrivals.are_in(100..113));
        assert!(!Arrivals::None.are_in(0..1) && Arrivals::All.are_in(0..1));
    }
}
