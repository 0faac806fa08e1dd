//! The origin of a process's synapses: given in memory, or drawn when they are needed.

#[cfg(feature = "store")]
mod stored;

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ndarray::{ArrayD, IxDyn};

use super::error::SynapseError;
use super::projection::Projection;
use super::storage::WeightStorage;
use super::synapses::{Piece, Synapses};
use super::weights::Weight;
use crate::process::{ExpectedSize, IntoInit, SeedSource, SharedValues, Values};

/// The synapses of a [`Sparse`](super::Sparse): [`Synapses`] in memory, or a [`Projection`] whose
/// synapses are drawn once, when they are first needed. Clones share their synapses.
///
/// ```
/// use lava::proc::synapse::{Connectivity, Projection, Rule};
///
/// let projection = Projection::new(100, 100).rule(Rule::FixedInDegree(10)).seed(1);
/// let connectivity = Connectivity::<f32>::from(projection);
/// assert_eq!(connectivity.sources(), 100); // known before anything is drawn
/// assert_eq!(connectivity.synapses()?.len(), 1000);
/// # Ok::<(), lava::proc::synapse::SynapseError>(())
/// ```
pub struct Connectivity<T, W = T>(SynapseOrigin<T, W>);

enum SynapseOrigin<T, W> {
    InMemory(Synapses<T, W>),
    Described(Arc<Described<T, W>>),
}

/// A projection of a process.
struct Described<T, W> {
    projection: Projection,
    /// The source of the seed, once a process has the projection.
    seed: OnceLock<SeedSource>,
    /// The process whose seed it is, if that is not the one that has the projection: both had it first.
    #[cfg(feature = "store")]
    seed_of: Option<String>,
    /// The outcome of drawing, once it is drawn.
    drawn: Mutex<Option<Result<Synapses<T, W>, SynapseError>>>,
    /// The shape of the weights, once they are drawn.
    shape: OnceLock<[usize; 1]>,
    /// The same where it is known before: they are drawn when their model starts, by ranks in part.
    known_shape: Option<[usize; 1]>,
    /// The lists that hold the synapses instead, as far as these are known.
    pieces: Mutex<Vec<Piece<T, W>>>,
}

impl<T: Weight, W: WeightStorage<T>> Connectivity<T, W> {
    /// The number of neurons that send.
    pub fn sources(&self) -> usize {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => synapses.sources(),
            SynapseOrigin::Described(described) => described.projection.sources(),
        }
    }

    /// The number of neurons that receive.
    pub fn targets(&self) -> usize {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => synapses.targets(),
            SynapseOrigin::Described(described) => described.projection.targets(),
        }
    }

    /// The synapses; draws them at the first call.
    ///
    /// A projection without a seed of its own is drawn with that of the process it was added with,
    /// and with 0 before.
    ///
    /// # Errors
    /// [`SynapseError`] if the projection cannot be drawn.
    pub fn synapses(&self) -> Result<Synapses<T, W>, SynapseError> {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => Ok(synapses.clone()),
            SynapseOrigin::Described(described) => described.synapses(),
        }
    }

    /// The synapses that lead to some targets, for a rank that computes no others: those of a projection are
    /// drawn for them alone.
    ///
    /// # Errors
    /// As [`synapses`](Connectivity::synapses).
    pub(super) fn synapses_to(
        &self,
        targets: Range<usize>,
    ) -> Result<Synapses<T, W>, SynapseError> {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => Ok(synapses.clone()),
            SynapseOrigin::Described(described) => {
                // All were drawn if their number was not known.
                self.release();
                described.projection.draw_within(described.seed(), targets)
            }
        }
    }

    /// Fails if the projection is impossible, as far as that is known without drawing it.
    pub(in crate::proc) fn checked(&self) -> Result<&Self, SynapseError> {
        if let SynapseOrigin::Described(described) = &self.0 {
            described.projection.check::<T>()?;
        }
        Ok(self)
    }

    /// The shortest delay that can occur, known without drawing any.
    pub(in crate::proc) fn shortest_delay(&self) -> Result<usize, SynapseError> {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => Ok(*synapses.delays().start()),
            SynapseOrigin::Described(described) => {
                Ok(described.projection.delay_bounds()?.shortest)
            }
        }
    }

    /// A number by which a snapshot knows the synapses again: that of the description, or of all of them;
    /// with their weights, or without where these are in memory.
    pub(in crate::proc) fn fingerprint_of(&self, with_weights: bool) -> u64 {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => synapses.fingerprint(with_weights),
            SynapseOrigin::Described(described) => {
                let words = u64::from(W::SCALED) << 8 | W::WORDS as u64;
                described.projection.fingerprint(described.seed()) ^ words
            }
        }
    }

    /// Drops synapses that were drawn: they are drawn again where they are needed.
    pub(super) fn release(&self) {
        if let SynapseOrigin::Described(described) = &self.0 {
            lock(&described.drawn).take();
        }
    }

    /// Notes that some lists hold synapses that were drawn. When all are held elsewhere, the lists that
    /// they were drawn into are dropped.
    pub(super) fn hold_in(&self, piece: Piece<T, W>) {
        let SynapseOrigin::Described(described) = &self.0 else {
            return;
        };
        let mut pieces = lock(&described.pieces);
        pieces.retain(|other| other.first != piece.first);
        pieces.push(piece);
        pieces.sort_by_key(|piece| piece.first);
        let follow = |targets: usize, piece: &Piece<T, W>| {
            (piece.first == targets).then_some(targets + piece.held.len())
        };
        if pieces.iter().try_fold(0, follow) == Some(self.targets()) {
            let pieces = std::mem::take(&mut *pieces);
            if let Some(Ok(synapses)) = &mut *lock(&described.drawn) {
                *synapses = synapses.held_in(pieces);
            }
        }
    }
}

impl<T, W> Described<T, W> {
    /// A projection that no process has yet.
    fn of(projection: Projection) -> Described<T, W> {
        Described {
            known_shape: projection.known_synapses().map(|synapses| [synapses]),
            projection,
            seed: OnceLock::new(),
            #[cfg(feature = "store")]
            seed_of: None,
            drawn: Mutex::new(None),
            shape: OnceLock::new(),
            pieces: Mutex::new(Vec::new()),
        }
    }
}

impl<T: Weight, W: WeightStorage<T>> Described<T, W> {
    /// The size of the synapses: each has an offset of 16 bits and a weight.
    fn expected_size(&self) -> ExpectedSize {
        let bytes = |synapses: u64| synapses.saturating_mul(2 + 2 * W::WORDS as u64);
        match self.shape.get() {
            Some([values]) => ExpectedSize {
                values: *values,
                bytes: 0,
            },
            None => {
                let synapses = self.projection.expected_synapses();
                ExpectedSize {
                    values: synapses as usize,
                    bytes: bytes(synapses as u64),
                }
            }
        }
    }

    /// The seed of the projection, or else of its process.
    fn seed(&self) -> u64 {
        let inherited = || self.seed.get().map_or(0, SeedSource::seed);
        self.projection.own_seed().unwrap_or_else(inherited)
    }

    fn synapses(&self) -> Result<Synapses<T, W>, SynapseError> {
        let mut drawn = lock(&self.drawn);
        let drawn = drawn.get_or_insert_with(|| {
            let drawn = self.projection.draw_as(self.seed());
            let synapses = drawn.as_ref().map_or(0, Synapses::len);
            let _ = self.shape.set([synapses]);
            drawn
        });
        drawn.clone()
    }

    /// The shape of the weights.
    fn shape(&self) -> &[usize] {
        if let Some(known) = &self.known_shape {
            return known;
        }
        // Drawing sets it.
        let _ = self.synapses();
        self.shape.get_or_init(|| [0])
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T, W> From<Synapses<T, W>> for Connectivity<T, W> {
    fn from(synapses: Synapses<T, W>) -> Self {
        Connectivity(SynapseOrigin::InMemory(synapses))
    }
}

impl<T, W> From<Projection> for Connectivity<T, W> {
    fn from(projection: Projection) -> Self {
        Connectivity(SynapseOrigin::Described(Arc::new(Described::of(
            projection,
        ))))
    }
}

impl<T, W> Clone for Connectivity<T, W> {
    fn clone(&self) -> Self {
        Connectivity(match &self.0 {
            SynapseOrigin::InMemory(synapses) => SynapseOrigin::InMemory(synapses.clone()),
            SynapseOrigin::Described(described) => SynapseOrigin::Described(Arc::clone(described)),
        })
    }
}

impl<T, W> fmt::Debug for Connectivity<T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => synapses.fmt(f),
            SynapseOrigin::Described(described) => described.projection.fmt(f),
        }
    }
}

/// The weights are the initial value of a Var, without a copy.
impl<T: Weight, W: WeightStorage<T>> SharedValues<T> for Connectivity<T, W> {
    fn shape(&self) -> &[usize] {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => synapses.shape(),
            SynapseOrigin::Described(described) => described.shape(),
        }
    }

    fn to_array(&self) -> ArrayD<T> {
        let weights: Vec<T> = match self.synapses() {
            Ok(synapses) => {
                let mut weights = Vec::with_capacity(synapses.len());
                weights.extend(synapses.values());
                weights
            }
            Err(_) => Vec::new(),
        };
        ArrayD::from_shape_vec(IxDyn(&[weights.len()]), weights).expect("one axis")
    }

    fn added(&self, seed: SeedSource) {
        if let SynapseOrigin::Described(described) = &self.0 {
            #[cfg(feature = "store")]
            let seed = match &described.seed_of {
                Some(process) => seed.of_process(process),
                None => seed,
            };
            // A clone that another process has keeps the seed that it has.
            let _ = described.seed.set(seed);
        }
    }

    fn prepare(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.synapses()?;
        Ok(())
    }

    fn fingerprint(&self) -> Option<u64> {
        Some(self.fingerprint_of(true))
    }

    fn expected_size(&self) -> ExpectedSize {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => ExpectedSize {
                values: synapses.len(),
                bytes: 0,
            },
            SynapseOrigin::Described(described) => described.expected_size(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Weight, W: WeightStorage<T>> IntoInit<T> for Connectivity<T, W> {
    fn into_init(self) -> Values<T> {
        Values::Shared(Arc::new(self))
    }
}
