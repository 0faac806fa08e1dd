//! A limit of memory, and panics that are none of the readers'.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Counts the memory that Rust's code has in use, and ends the program beyond a limit.
struct Limiter;

static USED: AtomicUsize = AtomicUsize::new(0);
static ALLOWED: AtomicUsize = AtomicUsize::new(usize::MAX);
static EXCEEDED: AtomicBool = AtomicBool::new(false);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Limiter {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        // The report takes memory itself.
        if used > ALLOWED.load(Ordering::Relaxed) && !EXCEEDED.swap(true, Ordering::Relaxed) {
            eprintln!("{} bytes more, which are {used} in all", layout.size());
            std::process::abort();
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Limiter = Limiter;

/// Calls `read`, which may take `most` bytes of memory.
pub(crate) fn within(most: usize, read: impl FnOnce()) {
    let before = USED.load(Ordering::Relaxed);
    ALLOWED.store(before + most, Ordering::Relaxed);
    read();
    ALLOWED.store(usize::MAX, Ordering::Relaxed);
}

/// Panics end the program, except for those of the parser of HDF5, which its reader catches.
pub(crate) fn tolerate_caught_panics() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_caught = panic
            .location()
            .is_some_and(|place| place.file().contains("hdf5-pure"));
        if !is_caught {
            end(panic);
        }
    }));
}
