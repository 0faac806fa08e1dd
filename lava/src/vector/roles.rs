//! What processes do in an equation: send, receive, multiply.

use crate::Result;
use crate::network::{Converted, VirtualPort};
use crate::proc::NormalizeNet;
use crate::proc::{
    Conv, ConvInTime, DelayDense, Delta, Dense, GradedReluVec, GradedVec, InvSqrt, Latch, Lif,
    LifReset, ProdNeuron, RfZero, Sigma, SigmaDelta, Sink, Source, Sparse, Spiker, TernaryLif,
};
use crate::process::{Dyn, InPort, OutPort, Process, Spike};

/// What a process sends: numbers, or spikes, each of which counts as 1.
#[derive(Clone)]
pub struct Line(Port);

#[derive(Clone)]
enum Port {
    Numbers(VirtualPort<i32>),
    Spikes(VirtualPort<i32, Dyn, Converted>),
}

impl Line {
    /// What comes out of a port of numbers.
    pub fn numbers<L>(port: &OutPort<i32, Dyn, L>) -> Line {
        // Delayed by nothing: the port itself as a virtual one.
        Line(Port::Numbers(port.delayed(0)))
    }

    /// What comes out of a port of spikes.
    pub fn spikes<L>(port: &OutPort<Spike, Dyn, L>) -> Line {
        Line(Port::Spikes(port.cast()))
    }

    /// The shape of what is sent.
    pub fn shape(&self) -> &[usize] {
        match &self.0 {
            Port::Numbers(port) => port.shape(),
            Port::Spikes(port) => port.shape(),
        }
    }

    /// The same, one step later.
    pub(super) fn later(self) -> Line {
        Line(match self.0 {
            Port::Numbers(port) => Port::Numbers(port.delayed(1)),
            Port::Spikes(port) => Port::Spikes(port.delayed(1)),
        })
    }

    pub(super) fn connect(&self, port: &InPort<i32>) -> Result<()> {
        match &self.0 {
            Port::Numbers(line) => line.connect(port),
            Port::Spikes(line) => line.connect(port),
        }
    }
}

/// A process that sends a vector.
///
/// Implemented for the processes of the library that do; for one of your own:
///
/// ```
/// use lava::prelude::*;
/// use lava::vector::{Line, VectorSource};
///
/// /// Sends the number of the step.
/// #[process]
/// pub struct Counter {
///     a_out: OutPort<i32>,
/// }
/// # #[implements(proc = Counter, protocol = Loihi)]
/// # struct CounterModel { a_out: Out<i32> }
/// # impl LoihiModel for CounterModel {}
///
/// impl VectorSource for Counter {
///     fn line(&self) -> Line {
///         Line::numbers(&self.a_out)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` sends no vector",
    label = "sends no vector",
    note = "implement `VectorSource` for a process of your own"
)]
pub trait VectorSource: Process {
    /// What it sends.
    fn line(&self) -> Line;
}

/// A process that receives a vector.
#[diagnostic::on_unimplemented(
    message = "`{Self}` receives no vector",
    label = "receives no vector",
    note = "implement `VectorTarget` for a process of your own"
)]
pub trait VectorTarget: Process {
    /// Where it receives it.
    fn port(&self) -> &InPort<i32>;
}

/// A process that receives two vectors, given as a pair: `&p << (&a, &b);`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not receive two vectors",
    label = "does not receive two vectors",
    note = "implement `PairTarget` for a process of your own"
)]
pub trait PairTarget: Process {
    /// Where it receives them.
    fn ports(&self) -> [&InPort<i32>; 2];
}

/// A process that multiplies a vector by a matrix of weights.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no matrix",
    label = "not a matrix",
    note = "implement `Linear` for a process of your own"
)]
pub trait Linear: Process {
    /// Where it receives the vector.
    fn port(&self) -> &InPort<i32>;
    /// The product.
    fn line(&self) -> Line;
}

macro_rules! source {
    ($($process:ty: $kind:ident),* $(,)?) => {$(
        impl VectorSource for $process {
            fn line(&self) -> Line {
                Line::$kind(&self.s_out)
            }
        }
    )*};
}

macro_rules! target {
    ($($process:ty),* $(,)?) => {$(
        impl VectorTarget for $process {
            fn port(&self) -> &InPort<i32> {
                &self.a_in
            }
        }
    )*};
}

source! {
    Source<i32>: numbers,
    Source<Spike>: spikes,
    Spiker<i32>: numbers,
    GradedVec: numbers,
    GradedReluVec: numbers,
    ProdNeuron: numbers,
    NormalizeNet: numbers,
    InvSqrt<i32>: numbers,
    Lif<i32>: spikes,
    LifReset<i32>: spikes,
    TernaryLif<i32>: numbers,
    RfZero: numbers,
    Sigma<i32>: numbers,
    Delta<i32>: numbers,
    SigmaDelta<i32>: numbers,
}

target! {
    Sink<i32>,
    Latch<i32>,
    GradedVec,
    GradedReluVec,
    NormalizeNet,
    InvSqrt<i32>,
    Lif<i32>,
    LifReset<i32>,
    TernaryLif<i32>,
    Sigma<i32>,
    Delta<i32>,
    SigmaDelta<i32>,
}

/// The factors.
impl PairTarget for ProdNeuron {
    fn ports(&self) -> [&InPort<i32>; 2] {
        [&self.a_in1, &self.a_in2]
    }
}

/// The real and the imaginary part.
impl PairTarget for RfZero {
    fn ports(&self) -> [&InPort<i32>; 2] {
        [&self.u_in, &self.v_in]
    }
}

macro_rules! linear {
    ($($process:ty),* $(,)?) => {$(
        impl Linear for $process {
            fn port(&self) -> &InPort<i32> {
                &self.s_in
            }

            fn line(&self) -> Line {
                Line::numbers(&self.a_out)
            }
        }
    )*};
}

linear! {
    Dense<i32, i32>,
    DelayDense<i32, i32>,
    Sparse<i32, i32>,
    Sparse<i32, i32, i16>,
    Conv<i32, i32>,
    ConvInTime<i32, i32>,
}
