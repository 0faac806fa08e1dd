//! The numbers that a port receives in a step, and where something arrived.

use std::ops::{Deref, Range};

use lava_core::data::{BLOCK, Value};
use lava_core::transport::{Arrivals, PART};

use super::sleep::Arrive;

/// This step's numbers of a port, in row-major order, and the places in which something arrived: all
/// others are zeros.
///
/// ```
/// # use lava::prelude::*;
/// /// Counts the steps in which something arrives at a neuron.
/// #[process]
/// pub struct Counter {
///     a_in: InPort<f32>,
///     #[var(init = 0)]
///     count: Var<u64>,
/// }
///
/// #[implements(proc = Counter, protocol = Loihi, shardable)]
/// struct CounterModel { a_in: In<f32>, count: Vec<u64> }
///
/// impl LoihiModel for CounterModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         let a_in = self.a_in.recv_sums();
///         a_in.for_each_part(|part| {
///             for neuron in part {
///                 self.count[neuron] += u64::from(a_in[neuron] != 0.0);
///             }
///         });
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sums<'a, T> {
    values: &'a [T],
    arrivals: Arrivals<'a>,
}

impl<'a, T: Value> Sums<'a, T> {
    pub(super) fn new(values: &'a [T], arrivals: Arrivals<'a>) -> Sums<'a, T> {
        Sums { values, arrivals }
    }

    /// Returns `true` if something may have arrived in this range of elements; if `false`, they are
    /// zeros.
    #[inline(always)]
    pub fn arrive_in(&self, elements: Range<usize>) -> bool {
        self.arrivals.are_in(elements)
    }

    /// Returns `true` if nothing arrived at all.
    #[inline(always)]
    pub fn are_silent(&self) -> bool {
        self.arrivals.is_none()
    }

    /// Calls `act` with the ranges of elements in which something may have arrived, ascending.
    #[inline(always)]
    pub fn for_each_part(&self, act: impl FnMut(Range<usize>)) {
        self.arrivals.for_each_part(self.values.len(), act);
    }

    /// The marks of the parts, where they are known.
    fn marks(&self) -> Option<&'a [u8]> {
        match self.arrivals {
            Arrivals::Parts(marks) => Some(marks),
            Arrivals::None | Arrivals::All => None,
        }
    }

    /// The values of the `len` elements from `start` on. If nothing arrived at all, these zeros are the same for
    /// each block, and stay in the cache.
    #[inline(always)]
    pub fn block(&self, start: usize, len: usize) -> &'a [T] {
        let start = if self.are_silent() { 0 } else { start };
        &self.values[start..][..len]
    }

    /// The values.
    #[inline(always)]
    pub fn as_slice(&self) -> &'a [T] {
        self.values
    }
}

impl<T> Deref for Sums<'_, T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        self.values
    }
}

impl<T: Value> Arrive for Sums<'_, T> {
    fn add_blocks(&self, blocks: &mut [u64]) {
        const PARTS: usize = BLOCK / PART;
        match self.marks() {
            None if self.are_silent() => {}
            None => blocks.fill(u64::MAX),
            Some(marks) => {
                for (block, marks) in marks.chunks(PARTS).enumerate() {
                    let arrives = marks.iter().fold(0, |any, mark| any | mark) != 0;
                    blocks[block / 64] |= u64::from(arrives) << (block % 64);
                }
            }
        }
    }
}

/// This step's numbers of a port, for a model that reads each [`BLOCK`] once: see
/// [`In::recv_blocks`](super::In::recv_blocks).
///
/// ```
/// # use lava::prelude::*;
/// use lava::model::{BLOCK, Sleep};
///
/// /// Integrates what arrives.
/// #[process]
/// pub struct Integrator {
///     a_in: InPort<f32>,
///     #[var(init = 0.0)]
///     sum: Var<f32>,
/// }
///
/// #[implements(proc = Integrator, protocol = Loihi, shardable)]
/// struct IntegratorModel {
///     a_in: In<f32>,
///     sum: Vec<f32>,
///     #[local]
///     context: Context,
///     #[local]
///     sleep: Sleep,
/// }
///
/// impl LoihiModel for IntegratorModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         let (mut a_in, step) = (self.a_in.recv_blocks(), self.context.time_step());
///         let mut blocks = self.sleep.blocks(self.sum.len(), step, &[&a_in]);
///         while let Some((start, len)) = blocks.next() {
///             assert!(len <= BLOCK);
///             for (sum, a_in) in self.sum[start..].iter_mut().zip(a_in.block(start, len)) {
///                 *sum += a_in;
///             }
///         }
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug)]
pub struct SumBlocks<'a, T> {
    sums: Sums<'a, T>,
    /// A message that is still to be added, and room for the sum of a block.
    second: Option<(&'a [T], &'a mut [T])>,
}

impl<'a, T: Value> SumBlocks<'a, T> {
    pub(super) fn new(
        sums: Sums<'a, T>,
        second: Option<(&'a [T], &'a mut [T])>,
    ) -> SumBlocks<'a, T> {
        SumBlocks { sums, second }
    }

    /// Returns `true` if nothing arrived at all.
    #[inline(always)]
    pub fn are_silent(&self) -> bool {
        self.sums.are_silent()
    }

    /// The values of the `len` ≤ [`BLOCK`] elements from `start` on.
    ///
    /// # Panics
    /// If the range leaves the port.
    #[inline(always)]
    pub fn block(&mut self, start: usize, len: usize) -> &[T] {
        let first = self.sums.block(start, len);
        let Some((second, block)) = &mut self.second else {
            return first;
        };
        let block = &mut block[..len];
        T::record_sum([first, &second[start..][..len]], block);
        block
    }
}

impl<T: Value> Arrive for SumBlocks<'_, T> {
    fn add_blocks(&self, blocks: &mut [u64]) {
        self.sums.add_blocks(blocks);
    }
}
