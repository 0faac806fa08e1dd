//! What the system and the processor are told about the memory that synapses take: it is large, and
//! which of it comes next is known to the delivery alone.
//!
//! Both are hints: they change how long a step takes, by a tenth on the full cortical microcircuit
//! (`cargo run --release --example microcircuit`), and nothing else.
//!
//! The only invariant of the `unsafe` in here: what is told is about memory that a slice holds.

#![allow(unsafe_code)]

/// Items in a line of the cache.
const LINE: usize = 64 / size_of::<u16>();

/// How many lines are fetched: the processor sees by itself that the next ones follow.
const LINES: usize = 8;

/// Has the beginning of memory that will be read soon brought near.
#[inline(always)]
pub(super) fn fetch(memory: &[u16]) {
    for line in memory.chunks(LINE).take(LINES) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: every processor of this kind has the instruction, and the address is of an item.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        std::hint::black_box(line[0]);
    }
}

/// Has a vector that nothing was written to yet lie in pages as large as the system grants: memory
/// that is read here and there waits for its page table otherwise.
pub(super) fn in_large_pages<T>(vector: Vec<T>) -> Vec<T> {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        /// Less lies in few pages anyway.
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
        for len in [0, 1, LINE, 3_000, 3 << 20] {
            let mut memory = in_large_pages(vec![7_u16; len]);
            fetch(&memory);
            fetch(&memory[len / 2..]);
            assert!(memory.iter().all(|item| *item == 7), "{len} items");
            memory.fill(1);
            memory.push(2);
            assert_eq!(memory.iter().filter(|item| **item == 2).count(), 1);
        }
        assert!(in_large_pages(Vec::<u32>::new()).is_empty());
    }
}
