//! The network of vectors.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ndarray::{ArrayBase, Data, Ix2, RawData};

use super::matrix::Matrix;
use super::number::{MESSAGE, WEIGHT, to_fixed};
use super::ports::Linear;
use super::vector::{InputVec, OutputVec, Vector};
use crate::network::{
    Builds, HasChosenModel, HasModel, Loihi1SimCfg, Network, RunCondition, RunConfig,
};
use crate::proc::synapse::Synapses;
use crate::proc::{Dense, ProdNeuron, Sink, Source, Sparse};
use crate::process::Process;
use crate::{Error, Result};

/// A [`Network`] of vectors: it adds vectors and matrices, and collects the errors of the equations
/// between them until it is compiled or run. It dereferences to the network.
pub struct VectorNet<C = Loihi1SimCfg> {
    net: Network<C>,
    host: Arc<NetworkHost<C>>,
}

/// Network behind equations, of any configuration.
#[doc(hidden)]
pub trait Host: Send + Sync {
    /// Adds neurons that multiply numbers of `exp` fractional bits. Returns `None` if that fails;
    /// the error is noted.
    fn product(&self, shape: &[usize], exp: u32) -> Option<ProdNeuron>;
    /// Notes an error.
    fn note(&self, result: Result<()>);
}

struct NetworkHost<C> {
    net: Network<C>,
    errors: Mutex<Vec<Error>>,
}

impl<C> NetworkHost<C> {
    /// Locks the errors noted so far. A panic under the lock cannot leave the list inconsistent.
    fn errors(&self) -> MutexGuard<'_, Vec<Error>> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run configuration that has models for the processes that operators add.
pub trait VectorConfig: RunConfig {
    #[doc(hidden)]
    fn product(net: &Network<Self>, shape: &[usize], exp: u32) -> Result<ProdNeuron>;
}

impl<C: RunConfig> VectorConfig for C
where
    ProdNeuron: HasModel<C::Protocol, C::Tag, C::Resource>,
{
    fn product(net: &Network<C>, shape: &[usize], exp: u32) -> Result<ProdNeuron> {
        let exp = i32::try_from(exp).unwrap_or(i32::MAX);
        net.add(ProdNeuron::shape(shape).exp(exp))
    }
}

impl<C: VectorConfig> Host for NetworkHost<C> {
    fn product(&self, shape: &[usize], exp: u32) -> Option<ProdNeuron> {
        let product = C::product(&self.net, shape, exp);
        product.map_err(|error| self.note(Err(error))).ok()
    }

    fn note(&self, result: Result<()>) {
        self.errors().extend(result.err());
    }
}

impl VectorNet {
    /// Creates an empty network under [`Loihi1SimCfg`].
    #[allow(clippy::new_without_default)]
    pub fn new() -> VectorNet {
        VectorNet::from_network(&Network::new())
    }
}

impl<C: VectorConfig> VectorNet<C> {
    /// Adds vectors to an existing network. The `build` of a composite process calls
    /// [`check`](VectorNet::check) after its last equation.
    pub fn from_network(net: &Network<C>) -> VectorNet<C> {
        VectorNet {
            net: net.clone(),
            host: Arc::new(NetworkHost {
                net: net.clone(),
                errors: Mutex::default(),
            }),
        }
    }

    fn host(&self) -> Arc<dyn Host> {
        Arc::clone(&self.host) as Arc<dyn Host>
    }

    /// Adds a vector: a process that sends or receives one, see
    /// [`VectorSource`](super::VectorSource) and [`VectorTarget`](super::VectorTarget).
    ///
    /// # Errors
    /// As [`Network::add`].
    #[track_caller]
    pub fn vector<P, M, const EXP: u32>(&self, builder: impl Builds<P, M>) -> Result<Vector<P, EXP>>
    where
        P: Process + HasChosenModel<M, C>,
    {
        Ok(Vector {
            process: self.net.add(builder)?,
            host: self.host(),
        })
    }

    /// Adds a vector that plays the rows of an array cyclically, one per step. `rows` has shape
    /// `[steps, len]`; each number is rounded to the nearest with `EXP` fractional bits.
    ///
    /// # Errors
    /// If a rounded number does not fit 24 bits, and as [`Network::add`].
    #[track_caller]
    pub fn input<S, const EXP: u32>(&self, rows: &ArrayBase<S, Ix2>) -> Result<InputVec<EXP>>
    where
        S: Data,
        S: RawData<Elem: Into<f64> + Copy>,
        Source<i32>: HasModel<C::Protocol, C::Tag, C::Resource>,
    {
        self.vector(Source::data(to_fixed(rows, EXP, MESSAGE, "messages")?))
    }

    /// Adds a vector of `len` numbers that keeps the messages of the last `steps` steps.
    ///
    /// # Errors
    /// As [`Network::add`].
    #[track_caller]
    pub fn output<const EXP: u32>(&self, len: usize, steps: usize) -> Result<OutputVec<EXP>>
    where
        Sink<i32>: HasModel<C::Protocol, C::Tag, C::Resource>,
    {
        self.vector(Sink::shape([len]).steps(steps))
    }

    /// Adds a matrix. `weights` has shape `[outputs, inputs]`; each weight is rounded to the
    /// nearest of 8 bits and a sign with `exp` fractional bits, and to an even one below if there
    /// are weights of both signs (see [`SignMode`](crate::proc::SignMode)). With an `exp` of 7,
    /// weights range from −2 to 1.99.
    ///
    /// # Errors
    /// If a weight does not fit, and as [`Network::add`].
    #[track_caller]
    pub fn dense<S>(&self, weights: &ArrayBase<S, Ix2>, exp: u32) -> Result<Matrix>
    where
        S: Data,
        S: RawData<Elem: Into<f64> + Copy>,
        Dense<i32, i32>: HasModel<C::Protocol, C::Tag, C::Resource>,
    {
        let weights = to_fixed(weights, exp, WEIGHT, "weights")?;
        let shift = i32::try_from(exp).unwrap_or(i32::MAX);
        self.matrix(Dense::weights(weights).weight_exp(-shift))
    }

    /// Adds a matrix without the synapses of weight 0: see [`dense`](VectorNet::dense).
    ///
    /// # Errors
    /// As [`dense`](VectorNet::dense), and if all weights are 0.
    #[track_caller]
    pub fn sparse<S>(
        &self,
        weights: &ArrayBase<S, Ix2>,
        exp: u32,
    ) -> Result<Matrix<Sparse<i32, i32>>>
    where
        S: Data,
        S: RawData<Elem: Into<f64> + Copy>,
        Sparse<i32, i32>: HasModel<C::Protocol, C::Tag, C::Resource>,
    {
        let weights = to_fixed(weights, exp, WEIGHT, "weights")?;
        let shift = i32::try_from(exp).unwrap_or(i32::MAX);
        let synapses = Synapses::from_matrix(&weights)?;
        self.matrix(Sparse::synapses(synapses).weight_exp(-shift))
    }

    /// Adds a matrix: a process that multiplies a vector, see [`Linear`].
    ///
    /// # Errors
    /// As [`Network::add`].
    #[track_caller]
    pub fn matrix<P, M>(&self, builder: impl Builds<P, M>) -> Result<Matrix<P>>
    where
        P: Linear + HasChosenModel<M, C>,
    {
        Ok(Matrix {
            process: self.net.add(builder)?,
            host: self.host(),
        })
    }
}

impl<C> VectorNet<C> {
    /// Checks that all equations so far could be connected. [`compile`](VectorNet::compile),
    /// [`run`](VectorNet::run) and [`start`](VectorNet::start) call it.
    ///
    /// # Errors
    /// All errors of the equations: different shapes, duplicate connections, vectors of another
    /// network, or equations after the first run. They are reported once.
    pub fn check(&self) -> Result<()> {
        let mut errors = std::mem::take(&mut *self.host.errors());
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(Error::Several(errors)),
        }
    }

    /// Checks the equations and compiles the network.
    ///
    /// # Errors
    /// As [`check`](VectorNet::check) and [`Network::compile`].
    pub fn compile(&self) -> Result<()> {
        self.check()?;
        self.net.compile()
    }

    /// Checks the equations and runs the network.
    ///
    /// # Errors
    /// As [`check`](VectorNet::check) and [`Network::run`].
    pub fn run(&self, condition: impl RunCondition) -> Result<()> {
        self.check()?;
        self.net.run(condition)
    }

    /// Checks the equations and starts a run in the background.
    ///
    /// # Errors
    /// As [`check`](VectorNet::check) and [`Network::start`].
    pub fn start(&self, condition: impl RunCondition) -> Result<()> {
        self.check()?;
        self.net.start(condition)
    }
}

impl<C> fmt::Debug for VectorNet<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VectorNet").field(&self.net).finish()
    }
}

impl<C> Deref for VectorNet<C> {
    type Target = Network<C>;

    fn deref(&self) -> &Network<C> {
        &self.net
    }
}
