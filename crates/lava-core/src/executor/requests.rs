//! Requests: a set of flags that tasks, callbacks and users raise in a step.

use std::ops::{BitOr, BitOrAssign};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};

/// A set of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests(u8);

impl Requests {
    /// No request.
    pub const NONE: Requests = Requests(0);
    /// Enter the pre-management phase.
    pub const PRE_MANAGEMENT: Requests = Requests(1);
    /// Enter the learning phase.
    pub const LEARNING: Requests = Requests(1 << 1);
    /// Enter the post-management phase.
    pub const POST_MANAGEMENT: Requests = Requests(1 << 2);
    /// End the run after this step; the next continues.
    pub const PAUSE: Requests = Requests(1 << 3);
    /// End the network after this step.
    pub const STOP: Requests = Requests(1 << 4);
    /// End the run at once: a task has failed.
    pub const ABORT: Requests = Requests(1 << 5);
    /// Interrupt the run after this step, to change something; the run then goes on.
    pub const SUSPEND: Requests = Requests(1 << 6);
    /// The requests that end the run are those that all ranks know of.
    pub const AGREED: Requests = Requests(1 << 7);

    /// The requests that end a run, or interrupt it, after its step.
    pub const END: Requests = Requests(Requests::PAUSE.0 | Requests::STOP.0 | Requests::SUSPEND.0);

    /// Returns `true` if there is no request.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns `true` if any of `requests` is in the set.
    #[inline(always)]
    pub fn intersects(self, requests: Requests) -> bool {
        self.0 & requests.0 != 0
    }

    /// The requests that are in both sets.
    #[inline(always)]
    #[must_use]
    pub fn and(self, requests: Requests) -> Requests {
        Requests(self.0 & requests.0)
    }

    /// The requests that are in this set but not in the other.
    #[inline(always)]
    #[must_use]
    pub fn without(self, requests: Requests) -> Requests {
        Requests(self.0 & !requests.0)
    }

    /// `self` if `condition` holds, otherwise none.
    #[inline(always)]
    #[must_use]
    pub fn when(self, condition: bool) -> Requests {
        if condition { self } else { Requests::NONE }
    }

    /// The set as bits.
    #[inline(always)]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits.
    #[inline(always)]
    pub const fn from_bits(bits: u8) -> Requests {
        Requests(bits)
    }
}

impl BitOr for Requests {
    type Output = Requests;

    #[inline(always)]
    fn bitor(self, other: Requests) -> Requests {
        Requests(self.0 | other.0)
    }
}

impl BitOrAssign for Requests {
    #[inline(always)]
    fn bitor_assign(&mut self, other: Requests) {
        self.0 |= other.0;
    }
}

/// The requests that one model has raised and the executor has not yet taken, and the news that it has not
/// yet taken of its Vars.
#[derive(Debug, Default)]
pub struct ModelRequests {
    requests: AtomicU8,
    is_updated: AtomicBool,
}

impl ModelRequests {
    /// Raises requests.
    pub fn raise(&self, requests: Requests) {
        self.requests.fetch_or(requests.bits(), Relaxed);
    }

    /// Takes the requests.
    #[inline(always)]
    pub fn take(&self) -> Requests {
        match self.requests.load(Relaxed) {
            0 => Requests::NONE,
            _ => Requests(self.requests.swap(0, Relaxed)),
        }
    }

    /// Notes that a Var was set.
    pub fn note_update(&self) {
        self.is_updated.store(true, Relaxed);
    }

    /// Returns `true` if a Var was set since the last call.
    #[inline(always)]
    pub fn take_update(&self) -> bool {
        // A swap costs as much as a small step.
        self.is_updated.load(Relaxed) && self.is_updated.swap(false, Relaxed)
    }
}
