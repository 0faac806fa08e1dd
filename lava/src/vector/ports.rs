//! Processes in equations: their inputs and outputs.

use std::fmt;

use crate::Result;
use crate::network::{Converted, VirtualPort};
use crate::proc::NormalizeNet;
use crate::proc::{
    Conv, ConvInTime, DelayDense, Delta, Dense, GradedReluVec, GradedVec, InvSqrt, Latch, Lif,
    LifReset, ProdNeuron, RfZero, Sigma, SigmaDelta, Sink, Source, Sparse, Spiker, TernaryLif,
};
use crate::process::{Dyn, InPort, OutPort, Process, Spike};

/// Output of a process in an equation: from_numbers, or spikes, each of which counts as 1.
#[derive(Clone)]
pub struct VectorOut(Port);

#[derive(Clone)]
enum Port {
    Numbers(VirtualPort<i32>),
    Spikes(VirtualPort<i32, Dyn, Converted>),
}

impl VectorOut {
    /// Creates the output of a port of numbers.
    pub fn from_numbers<L>(port: &OutPort<i32, Dyn, L>) -> VectorOut {
        // A delay of 0 makes it a virtual port.
        VectorOut(Port::Numbers(port.delayed(0)))
    }

    /// Creates the output of a port of spikes.
    pub fn from_spikes<L>(port: &OutPort<Spike, Dyn, L>) -> VectorOut {
        VectorOut(Port::Spikes(port.cast()))
    }

    /// Returns the shape of the messages.
    pub fn shape(&self) -> &[usize] {
        match &self.0 {
            Port::Numbers(port) => port.shape(),
            Port::Spikes(port) => port.shape(),
        }
    }

    /// Delays the output by one step.
    pub(super) fn delayed(self) -> VectorOut {
        VectorOut(match self.0 {
            Port::Numbers(port) => Port::Numbers(port.delayed(1)),
            Port::Spikes(port) => Port::Spikes(port.delayed(1)),
        })
    }

    pub(super) fn connect(&self, port: &InPort<i32>) -> Result<()> {
        match &self.0 {
            Port::Numbers(output) => output.connect(port),
            Port::Spikes(output) => output.connect(port),
        }
    }
}

impl fmt::Debug for VectorOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VectorOut")
            .field("shape", &self.shape())
            .finish()
    }
}

/// A process that sends a vector.
///
/// It is implemented for the processes of the library that send numbers or spikes. For a process of
/// your own:
///
/// ```
/// use lava::prelude::*;
/// use lava::vector::{VectorOut, VectorSource};
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
///     fn output(&self) -> VectorOut {
///         VectorOut::from_numbers(&self.a_out)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` sends no vector [E3210]",
    label = "sends no vector",
    note = "implement `VectorSource` for a process of your own"
)]
pub trait VectorSource: Process {
    /// Returns the output.
    fn output(&self) -> VectorOut;
}

/// A process that receives a vector.
#[diagnostic::on_unimplemented(
    message = "`{Self}` receives no vector [E3210]",
    label = "receives no vector",
    note = "implement `VectorTarget` for a process of your own"
)]
pub trait VectorTarget: Process {
    /// Returns the port that receives the vector.
    fn input(&self) -> &InPort<i32>;
}

/// A process that receives two vectors, given as a pair: `&p << (&a, &b);`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not receive two vectors [E3210]",
    label = "does not receive two vectors",
    note = "implement `PairTarget` for a process of your own"
)]
pub trait PairTarget: Process {
    /// Returns the ports that receive the two vectors.
    fn inputs(&self) -> [&InPort<i32>; 2];
}

/// A process that multiplies a vector by a matrix of weights.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no matrix [E3210]",
    label = "not a matrix",
    note = "implement `Linear` for a process of your own"
)]
pub trait Linear: Process {
    /// Returns the port that receives the vector.
    fn input(&self) -> &InPort<i32>;
    /// Returns the output, the product.
    fn output(&self) -> VectorOut;
}

macro_rules! source {
    ($($process:ty: $kind:ident),* $(,)?) => {$(
        impl VectorSource for $process {
            fn output(&self) -> VectorOut {
                VectorOut::$kind(&self.s_out)
            }
        }
    )*};
}

macro_rules! target {
    ($($process:ty),* $(,)?) => {$(
        impl VectorTarget for $process {
            fn input(&self) -> &InPort<i32> {
                &self.a_in
            }
        }
    )*};
}

source! {
    Source<i32>: from_numbers,
    Source<Spike>: from_spikes,
    Spiker<i32>: from_numbers,
    GradedVec: from_numbers,
    GradedReluVec: from_numbers,
    ProdNeuron: from_numbers,
    NormalizeNet: from_numbers,
    InvSqrt<i32>: from_numbers,
    Lif<i32>: from_spikes,
    LifReset<i32>: from_spikes,
    TernaryLif<i32>: from_numbers,
    RfZero: from_numbers,
    Sigma<i32>: from_numbers,
    Delta<i32>: from_numbers,
    SigmaDelta<i32>: from_numbers,
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
    fn inputs(&self) -> [&InPort<i32>; 2] {
        [&self.a_in1, &self.a_in2]
    }
}

/// The real and the imaginary part.
impl PairTarget for RfZero {
    fn inputs(&self) -> [&InPort<i32>; 2] {
        [&self.u_in, &self.v_in]
    }
}

macro_rules! linear {
    ($($process:ty),* $(,)?) => {$(
        impl Linear for $process {
            fn input(&self) -> &InPort<i32> {
                &self.s_in
            }

            fn output(&self) -> VectorOut {
                VectorOut::from_numbers(&self.a_out)
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
