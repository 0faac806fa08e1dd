//! Projections whose synapses are drawn again at every spike.

#[cfg(feature = "store")]
mod stored;

use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use ndarray::{ArrayD, IxDyn};

use super::drawing::{Consume, Drawn, SourceDrawing};
use super::error::ProceduralError;
use super::tables::{DrawTables, WeightTable};
use super::targets::Gaps;
use super::tree::{Spread, TargetTree};
use super::words::WordGenerator;
use crate::proc::synapse::error::SynapseError;
use crate::proc::synapse::projection::Projection;
use crate::proc::synapse::rule::{Pairing, Rule, share_out};
use crate::proc::synapse::synapses::Synapse;
use crate::proc::synapse::weights::Weight;
use crate::process::{ExpectedSize, IntoInit, SeedSource, SharedValues, Values};

/// A [`Projection`] whose synapses are drawn again whenever their source fires: what a
/// [`ProceduralSparse`](super::ProceduralSparse) takes. Clones share their tables.
///
/// ```
/// use lava::proc::synapse::{ProceduralProjection, Projection, Rule};
///
/// let projection = Projection::new(800, 1000).rule(Rule::FixedOutDegree(100)).seed(1);
/// let procedural = ProceduralProjection::from(projection);
/// let synapses = procedural.synapses_of(7)?;
/// assert_eq!(synapses.len(), 100);
/// assert!(synapses == procedural.synapses_of(7)?, "a source has the same synapses every time");
/// # Ok::<(), lava::proc::synapse::SynapseError>(())
/// ```
#[derive(Clone)]
pub struct ProceduralProjection(Arc<ProceduralDescription>);

struct ProceduralDescription {
    projection: Projection,
    /// The source of the seed, once a process has the projection.
    seed: OnceLock<SeedSource>,
    /// The process whose seed it is, if that is not the one that has the projection: both had it first.
    #[cfg(feature = "store")]
    seed_of: Option<String>,
    tables: OnceLock<Result<DrawTables, SynapseError>>,
    circuit: OnceLock<Result<Arc<Circuit>, SynapseError>>,
}

/// All that is known of the synapses before they are drawn.
#[derive(Debug)]
pub(super) struct Circuit {
    pub(super) tables: DrawTables,
    pub(super) generator: WordGenerator,
    pub(super) targets: usize,
    pub(super) choice: TargetChoice,
    pub(super) without_autapses: bool,
    /// The mean number of synapses of a source.
    pub(super) mean: f64,
}

/// The manner in which a source chooses its targets.
#[derive(Debug)]
pub(super) enum TargetChoice {
    Nothing,
    Itself,
    All,
    Gaps(Gaps),
    Number {
        count: SynapseCount,
        with_replacement: bool,
    },
}

/// The number of synapses of each source.
#[derive(Debug)]
pub(super) enum SynapseCount {
    Same(u32),
    Each(Box<[u32]>),
}

impl SynapseCount {
    #[inline(always)]
    pub(super) fn of(&self, source: u32) -> u32 {
        match self {
            SynapseCount::Same(count) => *count,
            SynapseCount::Each(counts) => counts[source as usize],
        }
    }
}

impl Circuit {
    fn new(
        projection: &Projection,
        seed: u64,
        tables: DrawTables,
    ) -> Result<Circuit, SynapseError> {
        let pairing = projection.pairing;
        Ok(Circuit {
            tables,
            generator: WordGenerator::new(seed),
            targets: pairing.targets,
            choice: TargetChoice::new(&pairing, seed)?,
            without_autapses: !pairing.autapses,
            mean: pairing.expected_synapses() / pairing.sources as f64,
        })
    }

    /// The manner in which a fixed number of synapses is spread over targets.
    pub(super) fn spread(&self, with_replacement: bool) -> Spread {
        Spread {
            with_replacement,
            without_autapses: self.without_autapses,
        }
    }
}

impl TargetChoice {
    fn new(pairing: &Pairing, seed: u64) -> Result<TargetChoice, SynapseError> {
        let number = |count| TargetChoice::Number {
            count,
            with_replacement: pairing.multapses,
        };
        let narrow = |count| u32::try_from(count).map_err(|_| ProceduralError::Many(count));
        Ok(match pairing.rule {
            Rule::OneToOne => TargetChoice::Itself,
            Rule::AllToAll => TargetChoice::All,
            Rule::FixedProbability(p) if p <= 0.0 => TargetChoice::Nothing,
            Rule::FixedProbability(p) if p >= 1.0 => TargetChoice::All,
            Rule::FixedProbability(p) => TargetChoice::Gaps(Gaps::new(p)),
            Rule::FixedOutDegree(0) | Rule::FixedTotal(0) => TargetChoice::Nothing,
            Rule::FixedOutDegree(degree) => number(SynapseCount::Same(narrow(degree)?)),
            Rule::FixedTotal(total) => {
                let shares = share_out(total, pairing, seed).into_iter().map(narrow);
                number(SynapseCount::Each(shares.collect::<Result<_, _>>()?))
            }
            Rule::FixedInDegree(degree) => return Err(ProceduralError::InDegree(degree).into()),
        })
    }
}

impl ProceduralProjection {
    /// The number of neurons that send.
    pub fn sources(&self) -> usize {
        self.0.projection.sources()
    }

    /// The number of neurons that receive.
    pub fn targets(&self) -> usize {
        self.0.projection.targets()
    }

    /// The mean number of synapses: [`Projection::expected_synapses`].
    pub fn expected_synapses(&self) -> f64 {
        self.0.projection.expected_synapses()
    }

    /// The shortest and the longest delay that is drawn, in steps. Delays that occur once in 10⁹
    /// synapses, or less often, are left out.
    ///
    /// # Errors
    /// [`SynapseError`] if the projection is impossible.
    pub fn delays(&self) -> Result<[usize; 2], SynapseError> {
        Ok(self.tables()?.delays.bounds())
    }

    /// The memory that the projection takes, in bytes: its tables, and 4 bytes a source for
    /// [`Rule::FixedTotal`].
    ///
    /// # Errors
    /// [`SynapseError`] if the projection is impossible.
    pub fn bytes(&self) -> Result<usize, SynapseError> {
        let circuit = self.circuit()?;
        let counts = match &circuit.choice {
            TargetChoice::Number {
                count: SynapseCount::Each(counts),
                ..
            } => size_of_val::<[u32]>(counts),
            _ => 0,
        };
        Ok(size_of::<Circuit>() + circuit.tables.bytes() + counts)
    }

    /// The synapses of a source, in the order in which they are delivered.
    ///
    /// A projection without a seed of its own has that of the process it was added with, and 0 before.
    ///
    /// # Errors
    /// [`SynapseError`] if the projection is impossible.
    ///
    /// # Panics
    /// If there is no such source.
    pub fn synapses_of(&self, source: usize) -> Result<Vec<Synapse>, SynapseError> {
        assert!(source < self.sources(), "there is no source {source}");
        let circuit = self.circuit()?;
        let tree = TargetTree::new(circuit.targets, circuit.mean, 0..circuit.targets);
        let mut drawing = SourceDrawing::new(circuit, tree);
        let mut list = SynapseList {
            source,
            synapses: Vec::new(),
        };
        drawing.draw(source as u32, &mut list);
        Ok(list.synapses)
    }

    /// Fails if the projection is impossible, or cannot be drawn at every spike.
    pub(super) fn checked<T: Weight>(&self) -> Result<&Self, SynapseError> {
        let Pairing { rule, sources, .. } = self.0.projection.pairing;
        self.0.projection.pairing.check_rule()?;
        match rule {
            Rule::FixedInDegree(degree) => return Err(ProceduralError::InDegree(degree).into()),
            Rule::FixedOutDegree(count) if u32::try_from(count).is_err() => {
                return Err(ProceduralError::Many(count).into());
            }
            // The shares of the sources spread by less than their mean.
            Rule::FixedTotal(total) if total / sources > (u32::MAX / 2) as usize => {
                return Err(ProceduralError::Many(total / sources).into());
            }
            _ => {}
        }
        if let WeightTable::Constant(weight) = *self.tables()?.weights
            && T::from_f64(weight).is_none()
        {
            return Err(SynapseError::Weight(weight));
        }
        Ok(self)
    }

    /// Steps that messages are written ahead.
    pub(super) fn ahead(&self) -> Result<usize, SynapseError> {
        Ok(self.delays()?[1] - 1)
    }

    fn tables(&self) -> Result<&DrawTables, SynapseError> {
        let projection = &self.0.projection;
        let tables = self.0.tables.get_or_init(|| DrawTables::of(projection));
        tables.as_ref().map_err(Clone::clone)
    }

    /// The seed of the projection, or else of its process.
    fn seed(&self) -> u64 {
        let inherited = || self.0.seed.get().map_or(0, SeedSource::seed);
        self.0.projection.own_seed().unwrap_or_else(inherited)
    }

    /// The synapses as they are drawn, with the seed of the process.
    pub(super) fn circuit(&self) -> Result<Arc<Circuit>, SynapseError> {
        let circuit = || {
            self.checked::<f64>()?;
            Circuit::new(&self.0.projection, self.seed(), self.tables()?.clone()).map(Arc::new)
        };
        self.0.circuit.get_or_init(circuit).clone()
    }
}

/// The synapses of a source as a list.
struct SynapseList {
    source: usize,
    synapses: Vec<Synapse>,
}

impl Consume<f64> for SynapseList {
    fn consume(&mut self, drawn: &Drawn<f64>) {
        for number in (0..drawn.count).filter(|number| drawn.is_synapse(*number)) {
            self.synapses.push(Synapse {
                source: self.source,
                target: drawn.targets[number] as usize,
                weight: drawn.weights[number],
                delay: drawn.delays[number] as usize,
            });
        }
    }
}

impl ProceduralDescription {
    /// A projection that no process has yet.
    fn of(projection: Projection) -> ProceduralDescription {
        ProceduralDescription {
            projection,
            seed: OnceLock::new(),
            #[cfg(feature = "store")]
            seed_of: None,
            tables: OnceLock::new(),
            circuit: OnceLock::new(),
        }
    }
}

impl From<Projection> for ProceduralProjection {
    fn from(projection: Projection) -> Self {
        ProceduralProjection(Arc::new(ProceduralDescription::of(projection)))
    }
}

impl fmt::Debug for ProceduralProjection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.projection.fmt(f)
    }
}

/// The weights of a procedural projection as the initial value of a Var, which nobody can read.
impl<T: Weight> SharedValues<T> for ProceduralProjection {
    fn shape(&self) -> &[usize] {
        &[0]
    }

    fn to_array(&self) -> ArrayD<T> {
        ArrayD::from_elem(IxDyn(&[0]), T::ZERO)
    }

    fn added(&self, seed: SeedSource) {
        #[cfg(feature = "store")]
        let seed = match &self.0.seed_of {
            Some(process) => seed.of_process(process),
            None => seed,
        };
        // A clone that another process has keeps the seed that it has.
        let _ = self.0.seed.set(seed);
    }

    fn prepare(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(ProceduralError::Weights.into())
    }

    fn fingerprint(&self) -> Option<u64> {
        Some(self.0.projection.fingerprint(self.seed()))
    }

    fn expected_size(&self) -> ExpectedSize {
        ExpectedSize {
            values: self.expected_synapses() as usize,
            bytes: 0,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Weight> IntoInit<T> for ProceduralProjection {
    fn into_init(self) -> Values<T> {
        Values::Shared(Arc::new(self))
    }
}
