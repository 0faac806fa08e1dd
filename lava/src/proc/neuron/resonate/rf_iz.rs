//! Izhikevich's resonate-and-fire neurons.

use std::hint::select_unpredictable;

use super::rotation::{
    FractionalBits, Resonator, Resonators, Rotated, Rotation, resonator_model, rotated, rotation,
    stays_below,
};
use crate::model::{ClosedForm, EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::Membrane;
use crate::proc::kernel::events::{begin_events, check_update, end_events, event_methods};
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;

/// Izhikevich's resonate-and-fire neurons: they fire if the imaginary part of the voltage reaches
/// the threshold, and are reset to just below it.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/rf_iz.svg"))]
///
/// The voltage rotates as in [`Rf`](super::Rf), in floating and in fixed point, with the same
/// parameters:
///
/// ```text
/// real' = (1 − alpha)·(cos(2π/period)·real − sin(2π/period)·imag) + a_real_in
/// imag' = (1 − alpha)·(sin(2π/period)·real + cos(2π/period)·imag) + a_imag_in
/// spikes, real' ← 0 and imag' ← vth − ε where imag' ≥ vth
/// ```
///
/// With [`Update::EventDriven`], in floating point, a neuron whose amplitude is below `vth` is not computed,
/// until something arrives.
///
/// ε is 10⁻⁵, and in fixed point 1 unit of the voltage. Ports and Vars have the shape of the
/// population; `period`, `alpha` and `vth` may differ from neuron to neuron.
///
/// Source: Izhikevich (2001), *Resonate-and-fire neurons*, Neural Networks 14, 883–894; arithmetic
/// as in Intel's Lava (`PyRF_IZModelFloat`, `PyRF_IZModelFixed`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{RfIz, Source};
///
/// # fn main() -> lava::Result<()> {
/// let mut pulse = [[0]; 4];
/// pulse[0] = [50];
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32> = Source::data(pulse);
///     rf:    RfIz<i32>   = RfIz::shape([1]).period(6.0).alpha(0.05).vth(20.0).state_exp(6);
///     input.s_out -> rf.a_real_in;
/// }?;
/// let (real, imag) = (net.probe(&net.rf.real)?, net.probe(&net.rf.imag)?);
/// net.run(RunSteps(4))?;
/// assert_eq!(real.data().as_slice(), Some(&[3200, 0, -1051, -998][..]));
/// assert_eq!(imag.data().as_slice(), Some(&[0, 1279, 607, -576][..]));
/// # net.stop()
/// # }
/// ```
#[process]
pub struct RfIz<T: Membrane = f32> {
    /// Input to the real part.
    a_real_in: InPort<T>,
    /// Input to the imaginary part.
    a_imag_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Real part of the voltage.
    #[var(init = T::ZERO, finite)]
    real: Var<T>,
    /// Imaginary part of the voltage.
    #[var(init = T::ZERO, finite)]
    imag: Var<T>,
    /// Period of the rotation, in steps.
    #[var(shape = shape, range = f64::POSITIVE)]
    period: Var<f64>,
    /// Fraction of the voltage lost per step.
    #[var(shape = shape, range = 0.0..=1.0)]
    alpha: Var<f64>,
    /// Least imaginary part at which a neuron spikes.
    #[var(init = 1.0, range = T::REAL_THRESHOLD)]
    vth: Var<f64>,
    /// Fractional bits of the voltage in fixed point: 0 … 31.
    #[param(default = 0)]
    state_exp: Param<u32>,
    /// Fractional bits of sine and cosine in fixed point: 1 … 30.
    #[param(default = 12)]
    decay_bits: Param<u32>,
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

/// Fires at the threshold and resets the voltage.
#[inline(always)]
fn at_threshold<T: Resonator>(vth: T, rotated: Rotated<T>) -> ([T; 2], bool) {
    let Rotated { re, im, .. } = rotated;
    let fires = im >= vth;
    let re = select_unpredictable(fires, T::ZERO, re);
    let im = select_unpredictable(fires, T::below(vth), im);
    ([re, im], fires)
}

resonator_model!(RfIz, RfIzFloat, FloatingPt, T, [T: Real], [T], at_threshold);
resonator_model!(RfIz, RfIzFixed, FixedPt, i32, [], [], at_threshold);
