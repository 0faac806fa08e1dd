//! The network that vectors belong to.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ndarray::{ArrayBase, Data, Ix2, RawData};

use super::matrix::Matrix;
use super::number::{MESSAGE, WEIGHT, to_fixed};
use super::roles::Linear;
use super::vector::{InputVec, OutputVec, Vector};
use crate::network::{Builds, HasChosenModel, HasModel, Loihi1SimCfg, RunCondition, RunConfig};
use crate::network::{Network, Problems};
use crate::proc::synapse::Synapses;
use crate::proc::{Dense, ProdNeuron, Sink, Source, Sparse};
use crate::process::Process;
use crate::{Error, Result};

/// A [`Network`] of vectors: it adds vectors and matrices, and keeps what is wrong with the
/// equations between them until it is compiled or run. It dereferences to the network.
pub struct VectorNet<C = Loihi1SimCfg> {
    net: Network<C>,
    equations: Arc<Equations<C>>,
}

/// What equations need of their network, whatever its configuration.
#[doc(hidden)]
pub trait Host: Send + Sync {
    /// Neurons that multiply numbers of so many bits behind the point.
    fn product(&self, shape: &[usize], exp: u32) -> Option<ProdNeuron>;
    /// Keeps what is wrong.
    fn note(&self, result: Result<()>);
}

struct Equations<C> {
    net: Network<C>,
    problems: Mutex<Vec<Error>>,
}

/// A configuration that has models for the processes that equations add by themselves.
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

impl<C> Equations<C> {
    /// The problems so far. No user code runs under the lock, so poisoning does not matter.
    fn problems(&self) -> MutexGuard<'_, Vec<Error>> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: VectorConfig> Host for Equations<C> {
    fn product(&self, shape: &[usize], exp: u32) -> Option<ProdNeuron> {
        let product = C::product(&self.net, shape, exp);
        product.map_err(|error| self.note(Err(error))).ok()
    }

    fn note(&self, result: Result<()>) {
        self.problems().extend(result.err());
    }
}

impl VectorNet {
    /// An empty network under [`Loihi1SimCfg`].
    #[allow(clippy::new_without_default)]
    pub fn new() -> VectorNet {
        VectorNet::of(&Network::new())
    }
}

impl<C: VectorConfig> VectorNet<C> {
    /// Vectors of a network that there is, such as the inside of a hierarchical process, which calls
    /// [`check`](VectorNet::check) after its last equation.
    pub fn of(net: &Network<C>) -> VectorNet<C> {
        VectorNet {
            net: net.clone(),
            equations: Arc::new(Equations {
                net: net.clone(),
                problems: Mutex::default(),
            }),
        }
    }

    fn host(&self) -> Arc<dyn Host> {
        Arc::clone(&self.equations) as Arc<dyn Host>
    }

    /// A vector: any process that sends or receives one, see
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

    /// A vector that plays the rows of an array, one a step and over and over: real numbers, or
    /// whole ones, of which each is rounded to the nearest that has `EXP` bits behind the point.
    ///
    /// # Errors
    /// Where a number does not fit into 24 bits then, and as [`Network::add`].
    #[track_caller]
    pub fn input<S, const EXP: u32>(&self, rows: &ArrayBase<S, Ix2>) -> Result<InputVec<EXP>>
    where
        S: Data,
        S: RawData<Elem: Into<f64> + Copy>,
        Source<i32>: HasModel<C::Protocol, C::Tag, C::Resource>,
    {
        self.vector(Source::data(to_fixed(rows, EXP, MESSAGE, "messages")?))
    }

    /// A vector of `len` numbers that is kept for the last `steps` steps.
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

    /// A matrix, `[outputs, inputs]`, of weights of 8 bits and a sign, of which `exp` are behind
    /// the point; each weight is rounded to the nearest, and of weights of both signs to the even
    /// one below (see [`SignMode`](crate::proc::SignMode)). With 7, weights are from −2 to 1.99.
    ///
    /// # Errors
    /// Where a weight does not fit into these bits, and as [`Network::add`].
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

    /// [`dense`](VectorNet::dense) of which the synapses of weight 0 are left out.
    ///
    /// # Errors
    /// As [`dense`](VectorNet::dense), and where all weights are 0.
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

    /// A matrix: any process that is one, see [`Linear`].
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
    /// Whether all equations so far could be connected. [`compile`](VectorNet::compile),
    /// [`run`](VectorNet::run) and [`start`](VectorNet::start) ask by themselves.
    ///
    /// # Errors
    /// Everything that is wrong with them: shapes that differ, connections that there are already,
    /// vectors of another network, or equations after the first run. They are reported once.
    pub fn check(&self) -> Result<()> {
        let mut problems = Problems::new();
        let noted = std::mem::take(&mut *self.equations.problems());
        noted
            .into_iter()
            .for_each(|error| problems.note(Err(error)));
        problems.finish()
    }

    /// [`check`](VectorNet::check)s the equations and compiles the network.
    ///
    /// # Errors
    /// As [`check`](VectorNet::check) and [`Network::compile`].
    pub fn compile(&self) -> Result<()> {
        self.check()?;
        self.net.compile()
    }

    /// [`check`](VectorNet::check)s the equations and runs the network.
    ///
    /// # Errors
    /// As [`check`](VectorNet::check) and [`Network::run`].
    pub fn run(&self, condition: impl RunCondition) -> Result<()> {
        self.check()?;
        self.net.run(condition)
    }

    /// [`check`](VectorNet::check)s the equations and starts a run in the background.
    ///
    /// # Errors
    /// As [`check`](VectorNet::check) and [`Network::start`].
    pub fn start(&self, condition: impl RunCondition) -> Result<()> {
        self.check()?;
        self.net.start(condition)
    }
}

impl<C> Deref for VectorNet<C> {
    type Target = Network<C>;

    fn deref(&self) -> &Network<C> {
        &self.net
    }
}
