//! The activity of the units, and how long they remember it.

use lava::network::ModelOf;
use lava::prelude::*;
use lava::proc::Sink;
use ndarray::{Array2, Axis, Ix2, s};

use super::network::{EXCITATORY, EiNetwork, FixedSpikes, Rates, Spikes, UNITS, weights};

/// For how many steps the activity is kept; as many before them are forgotten.
pub const STEPS: usize = 400;
/// The longest lag of an autocorrelation, in steps.
pub const LAGS: usize = 100;
/// Over how many steps spikes are averaged.
const WINDOW: usize = 20;

/// The activity of the units: rates, or 1 for every spike, `[steps, units]`.
#[derive(Debug)]
pub struct Activity(pub Array2<f32>);

/// The activity of networks of one coupling, by model.
#[derive(Debug)]
pub struct Regime {
    /// The coupling of the units.
    pub coupling: f32,
    /// With rates.
    pub rates: Activity,
    /// With spikes, in floating point.
    pub spikes: Activity,
    /// With spikes, in fixed point.
    pub fixed: Activity,
}

impl Regime {
    /// Runs networks of this coupling, one for each model.
    ///
    /// # Errors
    /// If a network cannot be run.
    pub fn run(coupling: f32) -> lava::Result<Regime> {
        Ok(Regime {
            coupling,
            rates: run::<Rates>(coupling)?,
            spikes: run::<Spikes>(coupling)?,
            fixed: run::<FixedSpikes>(coupling)?,
        })
    }
}

/// Runs a network of this coupling with the model `M`.
fn run<M>(coupling: f32) -> lava::Result<Activity>
where
    M: ModelOf<EiNetwork, Protocol = Loihi>,
{
    let net = Network::<Loihi1SimCfg>::new();
    let units = net.add(EiNetwork::weights(weights(coupling, 7)).with_model::<M>())?;
    // A ring buffer: the second half of the run overwrites the first.
    let sink: Sink = net.add(Sink::shape([UNITS]).steps(STEPS))?;
    units.outport.connect(&sink.a_in)?;
    net.run(RunSteps(2 * STEPS as u64))?;
    let values = sink.data.get()?.into_dimensionality::<Ix2>();
    Ok(Activity(values.expect("a row of units for every step")))
}

impl Activity {
    /// The mean of the excitatory and of the inhibitory units.
    pub fn means(&self) -> [f32; 2] {
        let (excitatory, inhibitory) = self.0.view().split_at(Axis(1), EXCITATORY);
        [excitatory, inhibitory].map(|group| group.mean().unwrap_or(0.0))
    }

    /// The rates of neurons that spike: what they do in a step is averaged over some steps.
    #[must_use]
    pub fn rates(&self) -> Activity {
        let mut sums = self.0.clone();
        sums.accumulate_axis_inplace(Axis(0), |before, sum| *sum += before);
        let means = &sums.slice(s![WINDOW.., ..]) - &sums.slice(s![..-(WINDOW as isize), ..]);
        Activity(means / WINDOW as f32)
    }

    /// The autocorrelation of a unit's activity for lags up to [`LAGS`]: the
    /// covariance of both, averaged over units, 1 without a lag. Zero where nothing ever changes.
    pub fn autocorrelation(&self) -> Vec<f32> {
        let means = self.0.mean_axis(Axis(0)).unwrap_or_default();
        let changes = &self.0 - &means;
        let all = changes.flatten();
        let covariance = |lag: usize| {
            let (now, later) = (
                all.slice(s![..all.len() - lag * UNITS]),
                all.slice(s![lag * UNITS..]),
            );
            now.dot(&later) / (changes.nrows() - lag) as f32
        };
        let variance = covariance(0);
        let lags = 0..LAGS + 1;
        // Rates that have died down leave rounding errors.
        if variance < 1e-6 {
            return lags.map(|_| 0.0).collect();
        }
        lags.map(|lag| covariance(lag) / variance).collect()
    }
}
