//! What `network!` proves with types: every required input is fed, no loop is without delay.

use crate::process::{Delayed, Immediate, InPort, Optional, OutPort, Process};

/// A required input that something feeds.
#[doc(hidden)]
pub enum Fed {}

/// A required input that nothing feeds yet.
#[doc(hidden)]
pub enum Unfed {}

/// Keeps track of which required inputs are fed; `R` is the mark of one port.
#[doc(hidden)]
pub trait Feed<R> {
    type Next;
    fn next(self) -> Self::Next;
}

/// All required inputs are fed.
#[doc(hidden)]
pub trait Complete {}

/// The bookkeeping of processes that require nothing.
#[doc(hidden)]
pub struct NoRequired;

impl Feed<Optional> for NoRequired {
    type Next = NoRequired;
    fn next(self) -> NoRequired {
        self
    }
}

impl Complete for NoRequired {}

#[doc(hidden)]
pub fn wiring<P: Process>(_: &P) -> P::Wiring {
    P::wiring()
}

#[doc(hidden)]
pub fn feed<W: Feed<R>, T, S, R>(wiring: W, _: &InPort<T, S, R>) -> W::Next {
    wiring.next()
}

#[doc(hidden)]
pub fn complete<W: Complete>(_: W) {}

/// A list of out-ports, one of which is delayed.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a loop without delay: none of the outputs around it is delayed",
    label = "this connection closes the loop",
    note = "what is sent would have to arrive before it is sent; put a process with a delayed output into the loop, such as `Dense`, or delay a connection: `a.s_out.delayed(1) -> b.a_in;`"
)]
pub trait BreaksLoop {}

impl<T, S, Rest> BreaksLoop for (&OutPort<T, S, Delayed>, Rest) {}
impl<T, S, Rest: BreaksLoop> BreaksLoop for (&OutPort<T, S, Immediate>, Rest) {}

#[doc(hidden)]
pub fn breaks_loop<L: BreaksLoop>(_: &L) {}
