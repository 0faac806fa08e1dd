//! Proofs by types of `network!`: every builder makes the process that is declared, every
//! required input is fed, no loop is without delay.

use std::marker::PhantomData;

use super::Network;
use crate::Result;
use crate::graph::{Builds, HasChosenModel, RunConfig};
use crate::model::{Async, Loihi};
use crate::process::values::Detached;
use crate::process::{Delayed, Immediate, InPort, Optional, OutPort, Process};

/// Adds a process that is declared as a `P`.
#[doc(hidden)]
#[track_caller]
pub fn add<P, B, M, C>(network: &Network<C>, mut builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: Builds<P, M>,
    P: Process + HasChosenModel<M, C>,
{
    builder.values().set_name(name.to_owned());
    network.add(builder)
}

/// [`add`], and what the builder says about the timing of the process.
#[doc(hidden)]
#[track_caller]
pub fn add_timed<P, B, M, C>(
    network: &Network<C>,
    builder: B,
    name: &str,
) -> Result<(P, Timed<P::Pace>)>
where
    C: RunConfig,
    B: Builds<P, M>,
    P: Process + HasChosenModel<M, C>,
{
    add(network, builder, name).map(|process| (process, Timed(PhantomData)))
}

/// The protocol that a process runs under, or [`Detached`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Timed<Pace>(PhantomData<fn() -> Pace>);

/// Checks what [`add`] would, but for the model.
#[doc(hidden)]
pub fn builds<P, B: Builds<P, M>, M>(_: B) {}

/// A required input that something feeds.
#[doc(hidden)]
#[derive(Debug)]
pub enum Fed {}

/// A required input that nothing feeds yet.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unfed {}

/// The first place of a list.
#[doc(hidden)]
#[derive(Debug)]
pub enum Here {}

/// The place after another one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Next<Place>(PhantomData<fn() -> Place>);

/// The mark of a required in-port, which has a place in the list of its process.
#[doc(hidden)]
pub trait RequiredMark {
    type Place;
}

/// A list of required in-ports, some of which are fed; `R` is the mark of one more.
#[doc(hidden)]
pub trait Feed<R> {
    type Next;
}

impl<S> Feed<Optional> for S {
    type Next = S;
}

impl<M: RequiredMark, S: FeedAt<M::Place>> Feed<M> for S {
    type Next = S::Next;
}

/// A list of required in-ports with one at this place.
#[doc(hidden)]
pub trait FeedAt<Place> {
    type Next;
}

impl<A, Rest> FeedAt<Here> for (A, Rest) {
    type Next = (Fed, Rest);
}

impl<A, Rest: FeedAt<P>, P> FeedAt<Next<P>> for (A, Rest) {
    type Next = (A, Rest::Next);
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

/// A process all of whose required in-ports are fed in the list `S`.
#[doc(hidden)]
pub trait Complete<S> {}

impl<P> Complete<()> for P {}

/// The required in-ports of a process `P`, as a list.
#[doc(hidden)]
#[derive(Debug)]
pub struct FedInputs<P, S>(PhantomData<fn() -> (P, S)>);

#[doc(hidden)]
pub fn inputs<P: Process>(_: &P) -> FedInputs<P, P::Required> {
    FedInputs(PhantomData)
}

#[doc(hidden)]
pub fn feed<P, S: Feed<T::Mark>, T: Marked>(_: FedInputs<P, S>, _: &T) -> FedInputs<P, S::Next> {
    FedInputs(PhantomData)
}

#[doc(hidden)]
pub fn complete<P: Complete<S>, S>(_: FedInputs<P, S>) {}

/// A list of out-ports that may be a loop under the protocol `P`: one of them is delayed.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a loop without delay: none of the outputs around it is delayed",
    label = "this connection closes the loop",
    note = "what is sent would have to arrive before it is sent; put a process with a delayed output into the loop, such as `Dense`, or delay a connection: `a.s_out.delayed(1) -> b.a_in;`"
)]
pub trait BreaksLoop<P> {}

#[diagnostic::do_not_recommend]
impl<T, S, K, Rest> BreaksLoop<Loihi> for ((&OutPort<T, S, Delayed>, &Timed<K>), Rest) {}
#[diagnostic::do_not_recommend]
impl<T, S, Rest> BreaksLoop<Loihi> for ((&OutPort<T, S, Immediate>, &Timed<Loihi>), Rest) where
    Rest: BreaksLoop<Loihi>
{
}
// A process that is not in lockstep passes on what arrived when it has arrived.
#[diagnostic::do_not_recommend]
impl<T, S, Rest> BreaksLoop<Loihi> for ((&OutPort<T, S, Immediate>, &Timed<Detached>), Rest) {}
#[diagnostic::do_not_recommend]
impl<T, S, Rest> BreaksLoop<Loihi> for ((&OutPort<T, S, Immediate>, &Timed<Async>), Rest) {}
// Connecting from an in-port is reported elsewhere.
#[diagnostic::do_not_recommend]
impl<T, S, R, K, Rest> BreaksLoop<Loihi> for ((&InPort<T, S, R>, &Timed<K>), Rest) {}
// Messages arrive when they arrive.
#[diagnostic::do_not_recommend]
impl<L> BreaksLoop<Async> for L {}

#[doc(hidden)]
pub fn breaks_loop<C: RunConfig, L: BreaksLoop<C::Protocol>>(_: &Network<C>, _: &L) {}
