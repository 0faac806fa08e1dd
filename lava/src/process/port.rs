//! The ports of a process.

use std::fmt;
use std::marker::PhantomData;

use lava_core::data::{Dims, Dyn};

use super::owner::ProcessRef;
use lava_core::index_type;

index_type! {
    /// The index of a port among those of its kind and process.
    pub PortIndex
}

/// The mark of an out-port whose messages arrive in the step in which they are sent.
#[derive(Clone, Copy, Debug)]
pub enum Immediate {}

/// The mark of an out-port whose messages arrive at least one step later, so that it may close a loop.
#[derive(Clone, Copy, Debug)]
pub enum Delayed {}

/// The mark of an in-port that need not be connected: it then reads zeros, or no spikes.
#[derive(Clone, Copy, Debug)]
pub enum Optional {}

/// The mark of an in-port whose messages are in the unit `U`, a type of
/// [`units::symbol`](crate::units::symbol): declared by `#[port(unit = …)]`, and by `neuron!`.
#[derive(Debug)]
pub struct InUnit<U>(PhantomData<fn() -> U>);

/// The mark of an out-port whose messages are in the unit `U` and arrive in the step in which they are
/// sent.
#[derive(Debug)]
pub struct OutUnit<U>(PhantomData<fn() -> U>);

/// The mark of an out-port whose messages are in the unit `U` and arrive at least one step later.
#[derive(Debug)]
pub struct DelayedUnit<U>(PhantomData<fn() -> U>);

/// The mark of an in-port that takes messages of out-ports with the mark `L`: all but those in another
/// unit. A port without a unit fits any.
#[doc(hidden)]
pub trait TakesFrom<L> {}

impl<L> TakesFrom<L> for Optional {}
impl<U> TakesFrom<Immediate> for InUnit<U> {}
impl<U> TakesFrom<Delayed> for InUnit<U> {}

impl<U: TakesUnit<V>, V> TakesFrom<OutUnit<V>> for InUnit<U> {}
impl<U: TakesUnit<V>, V> TakesFrom<DelayedUnit<V>> for InUnit<U> {}

/// The unit of an in-port, which is that of the out-port.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "units differ: an output in `{V}` cannot drive an input in `{Self}` [E3201]",
    label = "this input is in `{Self}`, the output in `{V}`",
    note = "declare an output in the unit of the input: `output i_out: pA = …;`; numbers in another unit are multiplied by a synapse, whose weights have the unit that you give, `a_out.in_unit::<pA>()`, or none"
)]
pub trait TakesUnit<V> {}

impl<U> TakesUnit<U> for U {}

/// The longest delay of a port or connection, in steps.
pub const MAX_DELAY: usize = 65_535;

/// An input of a process: declared as a field `a_in: InPort<f32>` of a `#[process]`.
///
/// `T` is the payload, a number or [`Spike`](crate::Spike); `S` the shape, [`Dyn`] unless the
/// declaration gives another. The messages of several connections are summed in the order in which
/// the connections were made; spikes are united.
///
/// `R` is [`Optional`], or the mark of a port that must be connected, `#[port(required)]`.
pub struct InPort<T, S = Dyn, R = Optional> {
    pub(crate) process: ProcessRef,
    pub(crate) port: PortIndex,
    pub(crate) name: &'static str,
    pub(crate) dims: Dims,
    types: PhantomData<fn() -> (T, S, R)>,
}

/// An output of a process: declared as a field `s_out: OutPort<Spike>` of a `#[process]`.
///
/// `T` is the payload, a number or [`Spike`](crate::Spike); `S` the shape, [`Dyn`] unless the
/// declaration gives another. A port can be connected to any number of in-ports.
///
/// `L` is [`Immediate`], or [`Delayed`] for a port declared with `#[port(delay = …)]`.
pub struct OutPort<T, S = Dyn, L = Immediate> {
    pub(crate) process: ProcessRef,
    pub(crate) port: PortIndex,
    pub(crate) name: &'static str,
    pub(crate) dims: Dims,
    types: PhantomData<fn() -> (T, S, L)>,
}

macro_rules! handle {
    ($port:ident, $mark:ident) => {
        impl<T, S, $mark> $port<T, S, $mark> {
            pub(crate) fn new(
                process: ProcessRef,
                port: PortIndex,
                name: &'static str,
                dims: Dims,
            ) -> Self {
                Self {
                    process,
                    port,
                    name,
                    dims,
                    types: PhantomData,
                }
            }

            /// The shape of every message.
            pub fn shape(&self) -> &[usize] {
                self.dims.as_slice()
            }
        }

        impl<T, S, $mark> Clone for $port<T, S, $mark> {
            fn clone(&self) -> Self {
                Self::new(
                    self.process.clone(),
                    self.port,
                    self.name,
                    self.dims.clone(),
                )
            }
        }

        impl<T, S, $mark> fmt::Debug for $port<T, S, $mark> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{} {}", self.process.name, self.name, self.dims)
            }
        }

        impl<T, S, $mark> fmt::Display for $port<T, S, $mark> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.process.name, self.name)
            }
        }
    };
}

handle!(InPort, R);
handle!(OutPort, L);

impl<T, S> OutPort<T, S, Delayed> {
    /// The same port with messages in the unit `U`, a type of [`units::symbol`](crate::units::symbol): a port
    /// of synapses has none, because its messages are in the unit of the weights. An input in another unit
    /// does not compile.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::{Dense, Source};
    /// use lava::units::symbol::pA;
    ///
    /// neuron! {
    ///     Cell {
    ///         dv/dt = -v/(10 ms) + i/(250 pF) : mV;
    ///         input i: pA;
    ///     }
    /// }
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     pre:  Source<Spike> = Source::data([[true]]);
    ///     syn:  Dense         = Dense::weights([[80.0]]); // pA
    ///     cell: Cell          = Cell::shape([1]);
    ///     pre.s_out -> syn.s_in;
    ///     syn.a_out.in_unit::<pA>() -> cell.i;
    /// }?;
    /// net.run(RunSteps(3))?;
    /// assert!(net.cell.v.get()?[0] > 0.0);
    /// # net.stop()
    /// # }
    /// ```
    pub fn in_unit<U>(&self) -> OutPort<T, S, DelayedUnit<U>> {
        self.marked()
    }
}

impl<T, S> OutPort<T, S, Immediate> {
    /// The same port with messages in the unit `U`, a type of [`units::symbol`](crate::units::symbol), as for
    /// numbers of a table. An input in another unit does not compile.
    pub fn in_unit<U>(&self) -> OutPort<T, S, OutUnit<U>> {
        self.marked()
    }
}

impl<T, S, M> OutPort<T, S, M> {
    /// The same port with another mark.
    fn marked<N>(&self) -> OutPort<T, S, N> {
        OutPort::new(
            self.process.clone(),
            self.port,
            self.name,
            self.dims.clone(),
        )
    }
}

impl<T, S, U> InPort<T, S, InUnit<U>> {
    /// The same port without its unit: it takes messages in any, whose numbers are read as if they were in its
    /// own. Ports of different units become one type by it, as functions that take some of them need.
    ///
    /// ```
    /// use lava::prelude::*;
    ///
    /// neuron! { /// Leaky. Input is in pA.
    ///     Cell { dv/dt = -v/(10 ms) + i/(250 pF) : mV; input i: pA; }
    /// }
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let cell: Cell = net.add(Cell::shape([2]))?;
    /// let inputs: Vec<InPort<f32>> = vec![cell.i.without_unit()];
    /// assert_eq!(inputs[0].shape(), [2]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_unit(&self) -> InPort<T, S> {
        InPort::new(
            self.process.clone(),
            self.port,
            self.name,
            self.dims.clone(),
        )
    }
}
