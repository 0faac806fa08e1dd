//! Resonate-and-fire neurons as Izhikevich defined them.

use std::hint::select_unpredictable;

use super::rotation::{Format, Resonator, Turn, Turned, resonators, turn};
use crate::prelude::*;
use crate::proc::Membrane;
use crate::proc::fired::Fired;
use crate::proc::real::Real;

/// A population of resonate-and-fire neurons as Izhikevich defined them: they fire where the
/// imaginary part of the voltage reaches threshold, and are reset to just below it.
///
/// The voltage turns as that of [`Rf`](super::Rf), in floating and in fixed point, with the same
/// parameters:
///
/// ```text
/// real' = (1 − alpha)·(cos(2π/period)·real − sin(2π/period)·imag) + a_real_in
/// imag' = (1 − alpha)·(sin(2π/period)·real + cos(2π/period)·imag) + a_imag_in
/// spikes, real' ← 0 and imag' ← vth − ε where imag' ≥ vth
/// ```
///
/// ε is 10⁻⁵, and in fixed point 1, the smallest number there is.
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
    /// Steps of a full turn.
    #[var(shape = shape, range = f64::POSITIVE)]
    period: Var<f64>,
    /// Fraction of the voltage lost per step.
    #[var(shape = shape, range = 0.0..=1.0)]
    alpha: Var<f64>,
    /// Imaginary part from which a neuron spikes.
    #[var(init = 1.0, range = T::REAL_THRESHOLD)]
    vth: Var<f64>,
    /// In fixed point, the bits of the voltage behind the point: 0 … 31.
    #[param(default = 0)]
    state_exp: Param<u32>,
    /// In fixed point, the bits of sine and cosine behind the point: 1 … 30.
    #[param(default = 12)]
    decay_bits: Param<u32>,
}

/// A neuron fires at threshold, and is reset.
#[inline(always)]
fn reaches<T: Resonator>(vth: T, turned: Turned<T>) -> ([T; 2], bool) {
    let Turned { re, im, .. } = turned;
    let fires = im >= vth;
    let re = select_unpredictable(fires, T::ZERO, re);
    let im = select_unpredictable(fires, T::below(vth), im);
    ([re, im], fires)
}

#[implements(proc = RfIz<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct RfIzFloat<T: Real> {
    a_real_in: In<T>,
    a_imag_in: In<T>,
    s_out: Out<Spike>,
    real: Vec<T>,
    imag: Vec<T>,
    period: PerNeuron<f64>,
    alpha: PerNeuron<f64>,
    vth: PerNeuron<f64>,
    state_exp: u32,
    decay_bits: u32,
    #[local]
    turn: Turn<T>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl<T: Real> Shardable for RfIzFloat<T> {}

impl<T: Real> LoihiModel for RfIzFloat<T> {
    fn start(&mut self) -> crate::Result<()> {
        let parameters = [&self.period, &self.alpha, &self.vth];
        self.turn = turn(self.real.len(), parameters, Format::default());
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        resonators!(self).step(&mut self.fired, reaches);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = RfIz<i32>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct RfIzFixed {
    a_real_in: In<i32>,
    a_imag_in: In<i32>,
    s_out: Out<Spike>,
    real: Vec<i32>,
    imag: Vec<i32>,
    period: PerNeuron<f64>,
    alpha: PerNeuron<f64>,
    vth: PerNeuron<f64>,
    state_exp: u32,
    decay_bits: u32,
    #[local]
    turn: Turn<i32>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl Shardable for RfIzFixed {}

impl LoihiModel for RfIzFixed {
    fn start(&mut self) -> crate::Result<()> {
        let format = Format {
            state_exp: self.state_exp,
            decay_bits: self.decay_bits,
        };
        let parameters = [&self.period, &self.alpha, &self.vth];
        self.turn = turn(self.real.len(), parameters, format.checked()?);
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        resonators!(self).step(&mut self.fired, reaches);
        self.s_out.send_indices(&self.fired.neurons)
    }
}
