//! Changes of all synapses of a projection that no spike causes.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::error::{PlasticityError, finite};
use super::split::DelaySplit;
use super::weights::lock;
use crate::proc::synapse::Synapse;

/// A change of all synapses of a [`PlasticSparse`](super::PlasticSparse): between runs, by
/// [`PlasticSparse::update`](super::PlasticSparse::update), or every n steps, by the `updates` of its
/// builder.
///
/// Synapses first change by everything that has arrived at them. The bounds of a rule hold again from the
/// next change by the rule on. The results do not depend on the number of workers.
///
/// ```
/// use lava::proc::plasticity::{PairStdp, SynapticUpdate};
/// use lava::proc::synapse::Projection;
///
/// let learn = Projection::new(80, 20)
///     .plastic(PairStdp::new())
///     .updates([SynapticUpdate::NormalizeIncoming(10.0).every(1000)]);
/// # let _ = learn;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SynapticUpdate {
    /// Multiplies all weights by a number.
    Rescale(f64),
    /// Scales the weights of the synapses of each target, so that the sum of their magnitudes is this number;
    /// where all are 0 they stay 0.
    NormalizeIncoming(f64),
    /// Scales the weights of the synapses of each source in the same way. Between runs only.
    NormalizeOutgoing(f64),
    /// Removes synapses whose weight has a magnitude below this number.
    Prune(f64),
    /// Adds synapses to targets that have lost some, as [`Growth`] says.
    Grow,
    /// Moves synapses to the delays that the rule chooses, [`Plasticity::delay`](super::Plasticity::delay), at
    /// most this number of steps.
    ///
    /// The axonal part of delays stays, the same for all synapses: the split is
    /// [`DelaySplit::Axonal`](super::DelaySplit::Axonal), and a delay that the rule makes shorter than its
    /// axonal part and a step becomes that long. Spikes of sources that are on their way to the targets arrive
    /// as they would have. Spikes of targets that are on their way to the synapse arrive by the new delay; none
    /// that has arrived arrives again, and one that would have arrived before is not seen.
    MoveDelays(u16),
}

/// A [`SynapticUpdate`] that is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeriodicUpdate {
    pub(super) update: SynapticUpdate,
    pub(super) steps: u64,
}

/// The synapses that [`SynapticUpdate::Grow`] adds.
///
/// A target gets as many synapses as it has lost, from sources that have none to it, all equally likely. A new
/// synapse has the number of one that the target has lost.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::plasticity::{Growth, PairStdp, SynapticUpdate};
/// use lava::proc::synapse::{Distribution, Projection, Rule};
/// use lava::proc::{PlasticSparse, Source};
///
/// # fn main() -> lava::Result<()> {
/// let projection = Projection::new(10, 1)
///     .rule(Rule::FixedInDegree(2))
///     .weights(Distribution::Constant(0.01));
/// let net = network! { Loihi1SimCfg;
///     spikes: Source<Spike> = Source::data([[false]]);
///     learn:  PlasticSparse = projection
///         .plastic(PairStdp::new())
///         .growth(Growth::new(0.5, 1).seed(7));
///     spikes.s_out -> learn.s_in_bap;
/// }?;
/// net.run(RunSteps(1))?;
/// net.learn.update(SynapticUpdate::Prune(0.1))?;
/// assert_eq!(net.learn.weights.get()?, ndarray::arr1(&[0.0, 0.0]).into_dyn());
/// net.learn.update(SynapticUpdate::Grow)?;
/// assert_eq!(net.learn.weights.get()?, ndarray::arr1(&[0.5, 0.5]).into_dyn());
/// assert_eq!(net.learn.present_synapses()?.len(), 2);
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    pub(super) weight: f64,
    pub(super) delay: u16,
    pub(super) seed: u64,
    pub(super) autapses: bool,
}

#[cfg(feature = "store")]
crate::storable!(struct Growth { weight, delay, seed, autapses });
#[cfg(feature = "store")]
crate::storable!(
    enum SynapticUpdate {
        Rescale(factor),
        NormalizeIncoming(sum),
        NormalizeOutgoing(sum),
        Prune(least),
        Grow,
        MoveDelays(longest),
    }
);
#[cfg(feature = "store")]
crate::storable!(struct PeriodicUpdate { update, steps });

impl Growth {
    /// New synapses with a weight, and a delay in steps.
    pub fn new(weight: f64, delay: u16) -> Growth {
        Growth {
            weight,
            delay,
            seed: 1,
            autapses: true,
        }
    }

    /// Sets the seed of the sources that are drawn; default 1.
    pub fn seed(mut self, seed: u64) -> Growth {
        self.seed = seed;
        self
    }

    /// Leaves out synapses from a source to the target of the same number, for populations that project to
    /// themselves.
    pub fn without_autapses(mut self) -> Growth {
        self.autapses = false;
        self
    }

    /// Fails if a synapse cannot have such a weight or delay.
    pub(super) fn check(&self) -> Result<(), PlasticityError> {
        finite("the weight of `Growth`", self.weight)?;
        if self.delay == 0 || usize::from(self.delay) > crate::process::MAX_DELAY {
            return Err(PlasticityError::Parameter {
                name: "the delay of `Growth`",
                value: f64::from(self.delay),
                range: "give a number of steps between 1 and the longest delay of a connection",
            });
        }
        Ok(())
    }
}

impl SynapticUpdate {
    /// The update after every `steps` steps.
    pub fn every(self, steps: u64) -> PeriodicUpdate {
        PeriodicUpdate {
            update: self,
            steps,
        }
    }

    /// Returns `true` if synapses are added or removed, or change places.
    pub(super) fn is_structural(self) -> bool {
        matches!(
            self,
            SynapticUpdate::Prune(_) | SynapticUpdate::Grow | SynapticUpdate::MoveDelays(_)
        )
    }

    /// Fails if a number is out of range, synapses are to grow and nothing says which, or axonal parts differ
    /// and delays are to move.
    pub(super) fn check(
        self,
        growth: Option<&Growth>,
        split: DelaySplit,
    ) -> Result<(), PlasticityError> {
        let (value, is_valid, range) = match self {
            SynapticUpdate::Rescale(factor) => {
                (factor, (factor as f32).is_finite(), "give a finite number")
            }
            SynapticUpdate::NormalizeIncoming(sum) | SynapticUpdate::NormalizeOutgoing(sum) => (
                sum,
                sum > 0.0 && (sum as f32).is_finite(),
                "give a finite number above 0",
            ),
            SynapticUpdate::Prune(least) => (least, least >= 0.0, "give a number, at least 0"),
            SynapticUpdate::MoveDelays(longest) => {
                let DelaySplit::Axonal(axonal) = split else {
                    return Err(PlasticityError::MovedAxonal);
                };
                let range = "give a number of steps above the axonal part of delays";
                (f64::from(longest), longest > axonal, range)
            }
            SynapticUpdate::Grow => {
                return match growth {
                    Some(growth) => growth.check(),
                    None => Err(PlasticityError::NoGrowth),
                };
            }
        };
        if is_valid {
            return Ok(());
        }
        Err(PlasticityError::Parameter {
            name: self.name(),
            value,
            range,
        })
    }

    fn name(self) -> &'static str {
        match self {
            SynapticUpdate::Rescale(_) => "SynapticUpdate::Rescale",
            SynapticUpdate::NormalizeIncoming(_) => "SynapticUpdate::NormalizeIncoming",
            SynapticUpdate::NormalizeOutgoing(_) => "SynapticUpdate::NormalizeOutgoing",
            SynapticUpdate::Prune(_) => "SynapticUpdate::Prune",
            SynapticUpdate::Grow => "SynapticUpdate::Grow",
            SynapticUpdate::MoveDelays(_) => "SynapticUpdate::MoveDelays",
        }
    }
}

impl PeriodicUpdate {
    /// Fails if the update cannot be repeated.
    pub(super) fn check(
        &self,
        growth: Option<&Growth>,
        split: DelaySplit,
    ) -> Result<(), PlasticityError> {
        self.update.check(growth, split)?;
        if self.steps == 0 {
            return Err(PlasticityError::EveryNoSteps {
                update: self.update,
            });
        }
        if let SynapticUpdate::NormalizeOutgoing(_) = self.update {
            return Err(PlasticityError::OutgoingWhileRunning { steps: self.steps });
        }
        Ok(())
    }
}

impl fmt::Display for SynapticUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The updates of a projection: those that its builder was given, and those that were asked for since.
#[derive(Default)]
pub struct SynapticUpdates {
    pub(super) periodic: Vec<PeriodicUpdate>,
    requested: Mutex<Vec<SynapticUpdate>>,
    synapses: Mutex<Option<Arc<dyn PresentSynapses>>>,
}

/// The synapses of a projection that runs.
pub(super) trait PresentSynapses: Send + Sync {
    /// Returns the synapse of each number, `None` for one that was removed; `None` if the projection has not
    /// begun to run.
    fn present(&self) -> Option<Vec<Option<Synapse>>>;
}

#[cfg(feature = "store")]
impl crate::schema::Storable for SynapticUpdates {
    fn store(&self) -> Result<crate::schema::StoredValue, crate::schema::ValueError> {
        (self.periodic.clone(), lock(&self.requested).clone()).store()
    }

    fn restore(
        value: &crate::schema::StoredValue,
    ) -> Result<SynapticUpdates, crate::schema::ValueError> {
        let (periodic, requested) = <(Vec<PeriodicUpdate>, Vec<SynapticUpdate>)>::restore(value)?;
        Ok(SynapticUpdates {
            periodic,
            requested: Mutex::new(requested),
            ..SynapticUpdates::default()
        })
    }
}

impl SynapticUpdates {
    /// Appends an update. Returns their number.
    pub(super) fn request(&self, update: SynapticUpdate) -> u32 {
        let requested = &mut *lock(&self.requested);
        requested.push(update);
        requested.len() as u32
    }

    /// The first updates that were asked for.
    pub(super) fn requested(&self, number: u32) -> Vec<SynapticUpdate> {
        let requested = lock(&self.requested);
        requested[..requested.len().min(number as usize)].to_vec()
    }

    /// Returns `true` if synapses are removed, grown or moved while the network runs.
    pub(super) fn is_structural(&self) -> bool {
        let mut periodic = self.periodic.iter();
        periodic.any(|each| each.update.is_structural())
    }

    /// The steps by which spikes may arrive late at synapses whose `shortest` delay is divided by `split`: what they
    /// contribute is not needed before.
    pub(super) fn slack(&self, shortest: usize, split: DelaySplit) -> usize {
        match self.is_structural() {
            // Delays may become shorter.
            true => 0,
            false => split.shortest_dendritic(shortest).saturating_sub(1),
        }
    }

    /// Makes the synapses of a projection accessible to its handle.
    pub(super) fn show(&self, synapses: Arc<dyn PresentSynapses>) {
        *lock(&self.synapses) = Some(synapses);
    }

    /// Returns the synapse of each number, as [`PresentSynapses::present`] does.
    pub(super) fn present(&self) -> Option<Vec<Option<Synapse>>> {
        let synapses = lock(&self.synapses).clone();
        synapses.and_then(|synapses| synapses.present())
    }

    /// Fails if an update of the builder cannot be.
    pub(super) fn check(
        &self,
        growth: Option<&Growth>,
        split: DelaySplit,
    ) -> Result<(), PlasticityError> {
        if let Some(growth) = growth {
            growth.check()?;
        }
        let mut periodic = self.periodic.iter();
        periodic.try_for_each(|each| each.check(growth, split))
    }
}

impl fmt::Debug for SynapticUpdates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.periodic.fmt(f)
    }
}

impl<const N: usize> From<[PeriodicUpdate; N]> for SynapticUpdates {
    fn from(updates: [PeriodicUpdate; N]) -> SynapticUpdates {
        Vec::from(updates).into()
    }
}

impl From<Vec<PeriodicUpdate>> for SynapticUpdates {
    fn from(periodic: Vec<PeriodicUpdate>) -> SynapticUpdates {
        SynapticUpdates {
            periodic,
            ..SynapticUpdates::default()
        }
    }
}
