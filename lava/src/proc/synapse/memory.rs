//! Hints to the operating system and the processor: large pages and prefetching.
//!
//! Synapses take much memory, and only the delivery knows which of it is read next. Hints shorten a
//! step, by a tenth on the full cortical microcircuit, and change nothing else.
//!
//! The invariants of the `unsafe` here: advice concerns memory that a vector holds; a prefetch reads nothing, whatever
//! its address.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{_MM_HINT_T0 as FIRST, _MM_HINT_T1 as SECOND};
use std::sync::LazyLock;

use super::error::SynapseError;

#[cfg(not(target_arch = "x86_64"))]
const FIRST: i32 = 0;
#[cfg(not(target_arch = "x86_64"))]
const SECOND: i32 = 1;

/// Bytes in a cache line.
const LINE: usize = 64;

/// Lines that are prefetched: the processor detects that the next ones follow, and its first cache has room for some
/// hundred.
const LINES: usize = 48;

/// The cache that is prefetched to.
#[derive(Clone, Copy)]
pub(super) enum Prefetch {
    First,
    Second,
}

impl Prefetch {
    /// The cache that pays. The first of Intel's processors has few places for lines on their way, and sums are waited
    /// for there. Zen 4 at times drops what is to go to the second (Wang et al. 2024, arXiv:2411.02814).
    #[inline(always)]
    pub(super) fn of_processor() -> Prefetch {
        static OF_PROCESSOR: LazyLock<Prefetch> = LazyLock::new(|| match is_of_intel() {
            true => Prefetch::Second,
            false => Prefetch::First,
        });
        *OF_PROCESSOR
    }
}

/// Returns `true` for a processor of Intel.
fn is_of_intel() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        let leaf = std::arch::x86_64::__cpuid(0);
        let vendor = [leaf.ebx, leaf.edx, leaf.ecx].map(u32::to_le_bytes);
        vendor.as_flattened() == b"GenuineIntel"
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Prefetches memory that will be read soon, the first `items` of it.
#[inline(always)]
pub(super) fn fetch<T>(to: Prefetch, memory: &[T], items: usize) {
    let in_line = LINE / size_of::<T>();
    let lines = memory
        .chunks(in_line)
        .take((1 + items / in_line).min(LINES));
    // One decision for all lines.
    match to {
        Prefetch::First => lines.for_each(|line| hint::<FIRST, _>(&line[0])),
        Prefetch::Second => lines.for_each(|line| hint::<SECOND, _>(&line[0])),
    }
}

/// Prefetches an item that will be read and written soon, if there is one at the address.
#[inline(always)]
pub(super) fn fetch_item<T>(item: *const T) {
    hint::<FIRST, _>(item);
}

/// A hint to fetch the line of an item to a cache.
#[inline(always)]
fn hint<const CACHE: i32, T>(item: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every processor of this kind has the instruction, which ignores an address that nothing is at.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<CACHE>(item.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::hint::black_box(item);
}

/// Zeros for synapses or their index. Pages that are not written to take no memory.
///
/// Fails if the length is no number, or there is no such memory.
pub(super) fn zeros<T: Copy + Default>(len: Option<usize>) -> Result<Vec<T>, SynapseError> {
    let len = len.ok_or(SynapseError::Memory(usize::MAX))?;
    // Zeroed memory cannot be asked for in a way that may fail: other memory is, and is given back at once.
    drop(grown(Vec::<T>::new(), len, len)?);
    Ok(vec![T::default(); len])
}

/// The vector with room for `likely` items in all, or at least for those that are `needed`. Pages that are not written
/// to take no memory.
///
/// Fails if there is no such memory.
pub(super) fn grown<T>(
    mut vector: Vec<T>,
    likely: usize,
    needed: usize,
) -> Result<Vec<T>, SynapseError> {
    let len = vector.len();
    let mut reserve = |all: usize| vector.try_reserve_exact(all.saturating_sub(len));
    if reserve(likely.max(needed)).is_err() && reserve(needed).is_err() {
        return Err(SynapseError::Memory(needed.saturating_mul(size_of::<T>())));
    }
    Ok(vector)
}

/// Appends `len` zeros, and returns them.
///
/// Fails if there is no such memory.
pub(super) fn appended<T: Copy + Default>(
    vector: &mut Vec<T>,
    len: usize,
) -> Result<&mut [T], SynapseError> {
    let before = vector.len();
    let all = before.saturating_add(len);
    if vector.try_reserve(len).is_err() {
        return Err(SynapseError::Memory(all.saturating_mul(size_of::<T>())));
    }
    vector.resize(all, T::default());
    Ok(&mut vector[before..])
}

/// Asks for large pages for what is not written of a vector yet. In small ones, memory that is read at random waits
/// for the page table.
pub(super) fn in_large_pages<T>(vector: Vec<T>) -> Vec<T> {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        /// Less than this lies in few pages anyway.
        const LARGE: usize = 4 << 20;
        let bytes = vector.capacity() * size_of::<T>();
        let before = vector.as_ptr().cast::<u8>().align_offset(PAGE);
        if bytes >= LARGE {
            // SAFETY: the whole pages of the vector; the advice leaves what is in them as it is.
            unsafe {
                let start = vector.as_ptr().byte_add(before).cast_mut().cast();
                libc::madvise(start, (bytes - before) / PAGE * PAGE, libc::MADV_HUGEPAGE);
            }
        }
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_leave_memory_as_it_is() {
        for len in [0, 1, LINE / 2, 3_000, 3 << 20] {
            let mut memory = in_large_pages(vec![7_u16; len]);
            for to in [Prefetch::First, Prefetch::Second] {
                fetch(to, &memory, len);
                fetch(to, &memory[len / 2..], 1);
            }
            assert!(memory.iter().all(|item| *item == 7), "{len} items");
            memory.fill(1);
            memory.push(2);
            assert_eq!(memory.iter().filter(|item| **item == 2).count(), 1);
        }
        assert!(in_large_pages(Vec::<u32>::new()).is_empty());
    }
}
