//! Resonate-and-fire neurons that fire when their phase is zero.

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

/// Resonate-and-fire neurons: a complex voltage that rotates by 2π/`period` and decays by a
/// fraction `alpha` per step, and fires at phase zero if its real part reaches `vth`. A neuron is a
/// band-pass filter: it responds to input of its own period.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/rf.svg"))]
///
/// ```text
/// real' = (1 − alpha)·(cos(2π/period)·real − sin(2π/period)·imag) + a_real_in
/// imag' = (1 − alpha)·(sin(2π/period)·real + cos(2π/period)·imag) + a_imag_in
/// spikes where real' ≥ vth, imag' ≥ 0 and imag < 0
/// ```
///
/// With [`Update::EventDriven`], in floating point, a neuron whose amplitude is below `vth` is not computed,
/// until something arrives.
///
/// Nothing is reset. Input acts in the step in which it arrives. Ports and Vars have the shape of
/// the population.
///
/// `period`, `alpha` and `vth` are real numbers, `f64`, for every `T`, and may differ from neuron
/// to neuron. In fixed point, `Rf<i32>`, bit for bit as in Lava: the voltage has `state_exp`
/// fractional bits, and input and `vth` are scaled accordingly; sine and cosine, times their decay,
/// have `decay_bits` fractional bits; each of the four products is rounded towards zero, and their
/// sum with the input saturates at 24 bits.
///
/// Source: Izhikevich (2001), *Resonate-and-fire neurons*, Neural Networks 14, 883–894; Orchard et
/// al. (2021), *Efficient neuromorphic signal processing with Loihi 2*, IEEE SiPS; arithmetic as in
/// Intel's Lava (`PyRFModelFloat`, `PyRFModelFixed`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Rf, Source};
///
/// # fn main() -> lava::Result<()> {
/// let mut pulse = [[0.0]; 20];
/// pulse[0] = [1.0];
/// let net = network! { Loihi1SimCfg;
///     input: Source = Source::data(pulse);
///     rf:    Rf     = Rf::shape([1]).period(6.7).alpha(0.05).vth(0.3);
///     input.s_out -> rf.a_real_in;
/// }?;
/// let spikes = net.probe(&net.rf.s_out)?;
/// net.run(RunSteps(20))?;
/// assert_eq!(spikes.events(), [(8, 0), (15, 0)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Rf<T: Membrane = f32> {
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
    /// Least real part at which a neuron spikes.
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

/// Fires at phase zero, without a reset.
#[inline(always)]
fn at_phase_zero<T: Resonator>(vth: T, rotated: Rotated<T>) -> ([T; 2], bool) {
    let Rotated { before, re, im } = rotated;
    let fires = (re >= vth) & (im >= T::ZERO) & (before < T::ZERO);
    ([re, im], fires)
}

resonator_model!(Rf, RfFloat, FloatingPt, T, [T: Real], [T], at_phase_zero);
resonator_model!(Rf, RfFixed, FixedPt, i32, [], [], at_phase_zero);
