//! Proofs by types of `network!`: every builder makes the process that is declared, every
//! required input is fed, no loop is without delay.

use std::marker::PhantomData;
use std::panic::Location;

use super::Network;
use crate::Result;
use crate::graph::{Export, HasChosenModel, RunConfig};
use crate::model::{Async, Loihi, Protocol};
use crate::process::values::{Detached, ProcessBuilder};
use crate::process::{
    Delayed, DelayedUnit, Fed, Immediate, InPort, InUnit, Optional, OutPort, OutUnit, Param,
    Process, RefPort, Var, VarPort,
};

/// An empty network.
///
/// The type is a projection from the configuration's protocol: it is unknown to the compiler if `C`
/// is no configuration, so that this is reported once.
#[doc(hidden)]
pub fn configured<C: RunConfig>() -> Network<<C::Protocol as ProtocolOf<C>>::Configuration> {
    Network::new()
}

/// A protocol of the run configuration `C`.
#[doc(hidden)]
pub trait ProtocolOf<C> {
    type Configuration: RunConfig;
}

#[diagnostic::do_not_recommend]
impl<P: Protocol, C: RunConfig> ProtocolOf<C> for P {
    type Configuration = C;
}

/// The process that a builder makes, which is the declared one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this builder makes a `{Self}`, and the process is declared as a `{P}` [E3206]",
    label = "makes a `{Self}`",
    note = "write the same type on both sides: `name: Lif<f64> = Lif::shape([3]);`",
    note = "values have types too: `1` is a whole number, `1.0` a floating-point number, `[3]` a shape of any extents and `D1::<3>` one of extent 3"
)]
pub trait Makes<P> {
    fn made(self) -> P;
}

impl<P> Makes<P> for P {
    fn made(self) -> P {
        self
    }
}

/// Adds a process that is declared as a `P`.
#[doc(hidden)]
#[track_caller]
pub fn add<P, B, C>(network: &Network<C>, mut builder: B, name: &str) -> Result<P>
where
    C: RunConfig,
    B: ProcessBuilder,
    B::Process: Makes<P>,
    P: Process + HasChosenModel<B::Choice, C>,
{
    builder.values().set_name(name.to_owned());
    let model = P::chosen(network.overrides());
    network
        .insert(builder, model, Location::caller())
        .map(Makes::made)
}

/// [`add`], and what the builder says about the timing of the process.
#[doc(hidden)]
#[track_caller]
pub fn add_timed<P, B, C>(
    network: &Network<C>,
    builder: B,
    name: &str,
) -> Result<(P, Timed<P::Pace>)>
where
    C: RunConfig,
    B: ProcessBuilder,
    B::Process: Makes<P>,
    P: Process + HasChosenModel<B::Choice, C>,
{
    add(network, builder, name).map(|process| (process, Timed(PhantomData)))
}

/// The protocol that a process runs under, or [`Detached`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Timed<Pace>(PhantomData<fn() -> Pace>);

/// Checks what [`add`] would, but for the model.
#[doc(hidden)]
pub fn builds<P, B>(_: B)
where
    B: ProcessBuilder,
    B::Process: Makes<P>,
{
}

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

impl<S, U> Feed<InUnit<U>> for S {
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

/// The end of a connection, with the mark that tells required inputs apart. Ends that are no inputs
/// are here so that connecting to one is reported once.
#[doc(hidden)]
pub trait Marked {
    type Mark;
}

impl<T, S, R> Marked for InPort<T, S, R> {
    type Mark = R;
}

macro_rules! unmarked {
    ($($end:ident<$($parameter:ident),+>)+) => {$(
        impl<$($parameter),+> Marked for $end<$($parameter),+> {
            type Mark = Optional;
        }
    )+};
}

unmarked!(OutPort<T, S, L> RefPort<T, S> VarPort<T, S> Var<T, S> Param<X>);

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

/// The outputs around a loop, each an array of one, as nested pairs, under the protocol `P`.
#[doc(hidden)]
pub trait Around<P> {
    /// [`Broken`] if one of them is delayed, else [`Unbroken`].
    type Loop;
}

/// A loop with a delay.
#[doc(hidden)]
#[derive(Debug)]
pub enum Broken {}

/// A loop without delay.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unbroken {}

/// A loop that can run.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a loop without delay: none of the outputs around it is delayed [E3309]",
    label = "this connection closes the loop",
    note = "what is sent would have to arrive before it is sent; put a process with a delayed output into the loop, such as `Dense`, or delay a connection: `a.s_out.delayed(1) -> b.a_in;`"
)]
pub trait IsBroken {}

impl IsBroken for Broken {}

/// A loop of two parts.
#[doc(hidden)]
pub trait With<Part> {
    type Loop;
}

impl<Part> With<Part> for Broken {
    type Loop = Broken;
}

impl<Part> With<Part> for Unbroken {
    type Loop = Part;
}

impl<P, A: Around<P>, B: Around<P>> Around<P> for (A, B)
where
    A::Loop: With<B::Loop>,
{
    type Loop = <A::Loop as With<B::Loop>>::Loop;
}

impl<P, T, S, L, K> Around<P> for [(&OutPort<T, S, L>, &Timed<K>); 1]
where
    (P, L, K): Delays,
{
    type Loop = <(P, L, K) as Delays>::Loop;
}

/// The protocol of the network, the delay of an output and the timing of its process.
#[doc(hidden)]
pub trait Delays {
    type Loop;
}

// Messages arrive when they arrive.
impl<L, K> Delays for (Async, L, K) {
    type Loop = Broken;
}

impl<K> Delays for (Loihi, Delayed, K) {
    type Loop = Broken;
}

impl<U, K> Delays for (Loihi, DelayedUnit<U>, K) {
    type Loop = Broken;
}

impl Delays for (Loihi, Immediate, Loihi) {
    type Loop = Unbroken;
}

impl<U, K> Delays for (Loihi, OutUnit<U>, K)
where
    (Loihi, Immediate, K): Delays,
{
    type Loop = <(Loihi, Immediate, K) as Delays>::Loop;
}

// A process that is not in lockstep passes on what arrived when it has arrived.
impl Delays for (Loihi, Immediate, Detached) {
    type Loop = Broken;
}

impl Delays for (Loihi, Immediate, Async) {
    type Loop = Broken;
}

// A ref-port sends nothing; connecting from another end is reported elsewhere.
macro_rules! silent {
    ($($end:ident<$($parameter:ident),+>)+) => {$(
        impl<P, K, $($parameter),+> Around<P> for [(&$end<$($parameter),+>, &Timed<K>); 1] {
            type Loop = Broken;
        }
    )+};
}

silent!(InPort<T, S, R> RefPort<T, S> VarPort<T, S> Var<T, S> Param<X>);

#[doc(hidden)]
pub fn breaks_loop<C: RunConfig, L: Around<C::Protocol>>(_: &Network<C>, _: &L)
where
    L::Loop: IsBroken,
{
}

/// The way of messages, or of a Var, through the boundary of a composite process.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not exported like this [E3110]",
    label = "exports a `{Self}`",
    note = "an input of the process outside is exported as `layer.s_in -> inner.s_in;`, an output as `inner.s_out -> layer.s_out;`, a Var or ref-port as `layer.v = inner.v;`"
)]
pub trait ExportsTo<Direction> {}

/// Messages to the process outside arrive at one inside.
#[doc(hidden)]
#[derive(Debug)]
pub enum Inwards {}

/// Messages of a process inside are those of the one outside.
#[doc(hidden)]
#[derive(Debug)]
pub enum Outwards {}

/// Both are the same.
#[doc(hidden)]
#[derive(Debug)]
pub enum Same {}

impl<T, S, R> ExportsTo<Inwards> for InPort<T, S, R> {}
impl<T, S, L> ExportsTo<Outwards> for OutPort<T, S, L> {}
impl<T, S> ExportsTo<Same> for Var<T, S> {}
impl<T, S> ExportsTo<Same> for RefPort<T, S> {}

#[doc(hidden)]
pub fn exports_input<M: ExportsTo<Inwards>, P>(export: Export<M, P>) -> Export<M, P> {
    export
}

#[doc(hidden)]
pub fn exports_output<M: ExportsTo<Outwards>, P>(export: Export<M, P>) -> Export<M, P> {
    export
}

#[doc(hidden)]
pub fn exports_same<M: ExportsTo<Same>, P>(export: Export<M, P>) -> Export<M, P> {
    export
}
