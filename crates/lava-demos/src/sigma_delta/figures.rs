//! The figures by which the networks are compared.

use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::{Delta, Dense, Sigma, SigmaDelta};
use ndarray::Array2;

use super::dense::{answer, dense};
use super::network::{Precision, SigmaDeltaNetwork};
use lava_examples::digits::Weights;

/// A sigma-delta network beside the conventional one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Messages per frame; the conventional network sends a number for every neuron.
    pub events: f64,
    /// Synaptic operations, relative to the conventional network.
    pub operations: f64,
    /// Root mean square of what the outputs are off, 1 for that of the outputs.
    pub error: f64,
    /// The fraction of frames to which both answer the same.
    pub same: f64,
    /// The bits of the largest sum, sign included: beyond 24, Loihi's would overflow.
    pub bits: u32,
}

/// Shows the frames to both networks, to the sigma-delta one in the numbers `T` and with models of
/// the configuration `C`; `vth` is the least change that it sends, where 1 is white.
///
/// # Errors
/// If the weights do not fit the frames.
pub fn compare<T, C>(frames: &Array2<f32>, weights: &Weights, vth: f32) -> lava::Result<Figures>
where
    T: Precision,
    C: RunConfig<Protocol = Loihi, Tag = AnyTag, Resource = Cpu>,
    Delta<T>: HasModel<Loihi, AnyTag, Cpu>,
    Dense<T, T>: HasModel<Loihi, AnyTag, Cpu>,
    SigmaDelta<T>: HasModel<Loihi, AnyTag, Cpu>,
    Sigma<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    let network = SigmaDeltaNetwork::<T, C>::new(frames, &T::settings(weights, vth))?;
    network.show(frames.nrows())?;
    let (exact, output) = (dense(frames, weights), network.output());
    let [input, hidden] = network.events().map(|events| events as f64);
    let count = frames.nrows() as f64;
    let (outputs, inputs) = (weights.output.nrows(), weights.hidden.ncols());
    let middle = weights.hidden.nrows();
    let operations = input * middle as f64 + hidden * outputs as f64;
    let all = count * (inputs * middle + middle * outputs) as f64;
    let square = |values: &Array2<f32>| values.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>();
    let answers = exact.outer_iter().zip(output.outer_iter());
    let same = answers.filter(|(exact, output)| answer(*exact) == answer(*output));
    Ok(Figures {
        events: (input + hidden) / count,
        operations: operations / all,
        error: (square(&(&output - &exact)) / square(&exact)).sqrt(),
        same: same.count() as f64 / count,
        bits: bits(network.largest_sum()),
    })
}

/// The bits of a number, sign included.
fn bits(number: f64) -> u32 {
    let magnitude = number as u64;
    1 + u64::BITS - magnitude.leading_zeros()
}
