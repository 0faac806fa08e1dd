//! Loops over a population in blocks, and the list of the neurons that fired.

use crate::model::BLOCK;

/// Splits a population into blocks, `(start, len)`.
#[inline(always)]
pub fn blocks(population: usize) -> impl Iterator<Item = (usize, usize)> {
    let starts = (0..population).step_by(BLOCK);
    starts.map(move |start| (start, BLOCK.min(population - start)))
}

/// Indices of the neurons that fired in this step, ascending.
#[derive(Debug, Default)]
pub struct Fired {
    /// The list.
    pub neurons: Vec<u32>,
}

impl Fired {
    /// Returns `true` if neurons of a block whose first is `start`, the last one that was computed, have
    /// fired.
    #[inline]
    pub fn has_fired_from(&self, start: usize) -> bool {
        self.neurons
            .last()
            .is_some_and(|last| *last as usize >= start)
    }

    /// Empties the list.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.neurons.clear();
    }

    /// Runs a kernel over the `len` neurons of the block at `start`. `fires(i)` computes neuron `i`
    /// of the block and returns `true` if it fires.
    #[inline(always)]
    pub(in crate::proc) fn block(
        &mut self,
        start: usize,
        len: usize,
        mut fires: impl FnMut(usize) -> bool,
    ) {
        let (mut fired, mut any) = ([false; BLOCK], false);
        let fired = &mut fired[..len];
        for (i, fired) in fired.iter_mut().enumerate() {
            *fired = fires(i);
            any |= *fired;
        }
        self.collect_if(any, start, fired);
    }

    /// Appends the neurons that fired in the block at `start`.
    #[inline(always)]
    pub fn collect(&mut self, start: usize, fired: &[bool]) {
        let any = fired.iter().fold(false, |any, fired| any | fired);
        self.collect_if(any, start, fired);
    }

    /// Appends the neurons that fired in the block at `start`, of which `any` has. A kernel that knows it when it has
    /// written the values need not wait for them to be read again.
    #[inline(always)]
    pub(in crate::proc) fn collect_if(&mut self, any: bool, start: usize, fired: &[bool]) {
        if !any {
            return;
        }
        for (first, fired) in (start..).step_by(64).zip(fired.chunks(64)) {
            let mut left = bits(fired);
            while left != 0 {
                self.neurons.push(first as u32 + left.trailing_zeros());
                left &= left - 1;
            }
        }
    }
}

/// Packs up to 64 truth values into bits, the first into the lowest.
#[inline(always)]
fn bits(values: &[bool]) -> u64 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut last = [false; 8];
    last[..rest.len()].copy_from_slice(rest);
    let eights = eights.iter().chain((!rest.is_empty()).then_some(&last));
    (0..)
        .step_by(8)
        .zip(eights)
        .fold(0, |bits, (place, eight)| {
            // Moves the lowest bits of the bytes next to each other, into the highest byte.
            let bytes = u64::from_le_bytes(eight.map(u8::from));
            bits | bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56 << place
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn those_that_fired_are_listed(fired: [bool; BLOCK], len in 0..=BLOCK, start in 0_usize..1 << 20) {
            let mut list = Fired::default();
            list.block(start, len, |i| fired[i]);
            let expected = (0..len).filter(|i| fired[*i]).map(|i| (start + i) as u32);
            prop_assert_eq!(list.neurons, expected.collect::<Vec<_>>());
        }
    }
}
