//! The parts of a delay.

use super::error::PlasticityError;

/// The division of the delay of a synapse into an axonal part, from the source to the synapse, and a
/// dendritic part, from the synapse to the target and back.
///
/// ```text
///              axonal          dendritic
/// source ─────────────▶ synapse ─────────▶ target      a spike of the source
///                       synapse ◀───────── target      a spike of the target
/// ```
///
/// A spike that the source sends in step *t* arrives at the synapse in step *t* + axonal and acts on the
/// target in step *t* + axonal + dendritic, as without plasticity. A spike that the target sends in step
/// *t* arrives at the synapse in step *t* + dendritic. The rule sees the times of arrival at the synapse.
///
/// The default is all dendritic, [`Axonal(0)`](DelaySplit::Axonal), as in NEST. With it, spikes that
/// source and target send in the same step arrive as post-spike after pre-spike. All but the last step,
/// [`Dendritic(1)`](DelaySplit::Dendritic), is axonal as delays are in Brian2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelaySplit {
    /// The axonal part of every synapse, in steps; the rest is dendritic.
    Axonal(u16),
    /// The dendritic part of every synapse, in steps, at least 1; the rest is axonal.
    Dendritic(u16),
}

#[cfg(feature = "store")]
crate::storable!(
    enum DelaySplit {
        Axonal(steps),
        Dendritic(steps),
    }
);

impl Default for DelaySplit {
    fn default() -> DelaySplit {
        DelaySplit::Axonal(0)
    }
}

impl DelaySplit {
    /// Fails if a delay of `shortest` steps cannot be divided.
    pub(super) fn check(self, shortest: usize) -> Result<(), PlasticityError> {
        let fits = match self {
            DelaySplit::Axonal(steps) => usize::from(steps) < shortest,
            DelaySplit::Dendritic(steps) => steps > 0 && usize::from(steps) <= shortest,
        };
        if fits {
            return Ok(());
        }
        Err(PlasticityError::Split {
            split: format!("{self:?}"),
            shortest,
        })
    }

    /// The shortest dendritic part of delays of at least `shortest` steps.
    pub(super) fn shortest_dendritic(self, shortest: usize) -> usize {
        match self {
            DelaySplit::Axonal(axonal) => shortest.saturating_sub(usize::from(axonal)),
            DelaySplit::Dendritic(dendritic) => usize::from(dendritic),
        }
    }

    /// The axonal and the dendritic part of a delay that fits.
    pub(super) fn of(self, delay: u16) -> (u16, u16) {
        match self {
            DelaySplit::Axonal(axonal) => (axonal, delay - axonal),
            DelaySplit::Dendritic(dendritic) => (delay - dendritic, dendritic),
        }
    }
}
