//! Dynamic neural fields: populations over a space, whose neurons excite their neighbours and inhibit the others.
//!
//! A field keeps a *peak* of activity where its input was strong, so that it detects, selects, tracks and
//! remembers. The equation of a field of neurons at *x*, with resting level *h*, is
//!
//! ```text
//! τ du(x, t)/dt = −u(x, t) + h + s(x, t) + ∫ w(x − x′) f(u(x′, t)) dx′
//! ```
//!
//! Here *f* is the spikes of [`Lif`](crate::proc::Lif) neurons, *s* their input, and *w* the synapses within the
//! field. Source: Amari (1977), Biol. Cybern. 27; Schöner, Spencer & the DFT Research Group (2016), Dynamic
//! Thinking. The operations are those of Intel's lava-dnf.
//!
//! | | |
//! |---|---|
//! | [`Field`] | a population with the synapses within it |
//! | [`FieldKernel`] | their weights: local excitation, and inhibition that is global, or wider |
//! | [`FieldMap`] | synapses from a field to another: one to one, reduced, expanded, reordered, flipped, by a kernel |
//! | [`bump`] | input: a Gaussian over the field |
//!
//! A field of two places between which it decides:
//!
//! ```
//! use lava::dnf::{Field, FieldKernel, bump};
//! use lava::prelude::*;
//! use lava::proc::Source;
//!
//! # fn main() -> lava::Result<()> {
//! let strong = bump(&[40], &[10.0], 2.0, 0.25);
//! let weak = bump(&[40], &[30.0], 2.0, 0.22);
//! let net = network! { Loihi1SimCfg;
//!     input: Source = Source::data((strong + weak).insert_axis(ndarray::Axis(0)));
//!     field: Field  = Field::shape([40]).kernel(FieldKernel::selective(0.4, [3.0], -0.25));
//!     input.s_out -> field.a_in;
//! }?;
//! let spikes = net.probe(&net.field.s_out)?;
//! net.run(RunSteps(300))?;
//! let counts: Vec<u64> = spikes.counts().into_iter().collect();
//! assert!(counts[10] > 20 && counts[30] < 5, "one peak is left: {counts:?}");
//! # net.stop()
//! # }
//! ```

mod error;
mod field;
mod kernel;
mod map;

use ndarray::{ArrayD, Dimension};

pub use error::FieldError;
pub use field::{Field, FieldBuilder};
pub use kernel::{Border, FieldKernel};
pub use map::{FieldMap, Reduction};

/// A Gaussian over a field: `amplitude` at `center`, of the standard deviation `width`, all in neurons.
/// Axes beyond those of `center` have one value along them.
///
/// ```
/// let input = lava::dnf::bump(&[5], &[2.0], 1.0, 0.5);
/// assert_eq!(input[2], 0.5);
/// assert!((input[1] - 0.5 * (-0.5_f32).exp()).abs() < 1e-6 && input[1] == input[3]);
/// ```
pub fn bump(shape: &[usize], center: &[f64], width: f64, amplitude: f64) -> ArrayD<f32> {
    ArrayD::from_shape_fn(shape, |place| {
        let axes = place.slice().iter().zip(center);
        let square: f64 = axes
            .map(|(x, center)| ((*x as f64 - center) / width).powi(2))
            .sum();
        (amplitude * (-0.5 * square).exp()) as f32
    })
}
