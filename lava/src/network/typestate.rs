//! What `network!` proves with types: every builder makes the process that is declared, every
//! required input is fed, no loop is without delay.

use super::Network;
use crate::Result;
use crate::graph::{HasModel, ModelOf, RunConfig};
use crate::model::{Async, Loihi};
use crate::process::{Builds, Delayed, Immediate, InPort, Optional, OutPort, Process};

/// Adds a process that is declared as a `P`.
#[doc(hidden)]
#[track_caller]
pub fn add<P, B, C>(network: &Network<C>, builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P>,
    P: Process + HasModel<C::Protocol, C::Tag, C::Resource>,
{
    network.add(builder.name(name))
}

/// Adds a process that is declared as a `P` and runs by itself.
#[doc(hidden)]
#[track_caller]
pub fn add_async<P, B, C>(network: &Network<C>, builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P>,
    P: Process + HasModel<Async, C::Tag, C::Resource>,
{
    network.add_async(builder.name(name))
}

/// Adds a process that is declared as a `P` and runs by itself, in steps of its own.
#[doc(hidden)]
#[track_caller]
pub fn add_detached<P, B, C>(network: &Network<C>, builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P>,
    P: Process + HasModel<Loihi, C::Tag, C::Resource>,
{
    network.add_detached(builder.name(name))
}

/// Adds a process that is declared as a `P` with the model `M`.
#[doc(hidden)]
#[track_caller]
pub fn add_with<M, P, B, C>(network: &Network<C>, builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P>,
    P: Process,
    M: ModelOf<P>,
{
    network.add_with::<M, P, B>(builder.name(name))
}

/// Adds a process that is declared as a `P` and runs by itself with the model `M`.
#[doc(hidden)]
#[track_caller]
pub fn add_async_with<M, P, B, C>(network: &Network<C>, builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P>,
    P: Process,
    M: ModelOf<P, Protocol = Async>,
{
    network.add_with::<M, P, B>(builder.name(name))
}

/// Adds a process that is declared as a `P` and runs by itself, in steps of its own, with the model `M`.
#[doc(hidden)]
#[track_caller]
pub fn add_detached_with<M, P, B, C>(network: &Network<C>, builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P>,
    P: Process,
    M: ModelOf<P, Protocol = Loihi>,
{
    network.add_detached_with::<M, P, B>(builder.name(name))
}

/// Checks what [`add`] would.
#[doc(hidden)]
pub fn builds<P, B: Builds<P>>(_: B) {}

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

/// A port, with the mark that tells required inputs apart. Out-ports are here so that connecting
/// to one is reported once.
#[doc(hidden)]
pub trait Marked {
    type Mark;
}

impl<T, S, R> Marked for InPort<T, S, R> {
    type Mark = R;
}

impl<T, S, L> Marked for OutPort<T, S, L> {
    type Mark = Optional;
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
pub fn feed<P: Marked, W: Feed<P::Mark>>(wiring: W, _: &P) -> W::Next {
    wiring.next()
}

#[doc(hidden)]
pub fn complete<W: Complete>(_: W) {}

/// A list of out-ports that may be a loop under the protocol `P`: one of them is delayed.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a loop without delay: none of the outputs around it is delayed",
    label = "this connection closes the loop",
    note = "what is sent would have to arrive before it is sent; put a process with a delayed output into the loop, such as `Dense`, or delay a connection: `a.s_out.delayed(1) -> b.a_in;`"
)]
pub trait BreaksLoop<P> {}

impl<T, S, Rest> BreaksLoop<Loihi> for (&OutPort<T, S, Delayed>, Rest) {}
impl<T, S, Rest: BreaksLoop<Loihi>> BreaksLoop<Loihi> for (&OutPort<T, S, Immediate>, Rest) {}
// Connecting from an in-port is reported elsewhere.
impl<T, S, R, Rest> BreaksLoop<Loihi> for (&InPort<T, S, R>, Rest) {}
// Messages arrive when they arrive.
impl<L> BreaksLoop<Async> for L {}

#[doc(hidden)]
pub fn breaks_loop<C: RunConfig, L: BreaksLoop<C::Protocol>>(_: &Network<C>, _: &L) {}
