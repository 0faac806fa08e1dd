//! Resonate-and-fire neurons that fire when their phase is zero.

use super::rotation::{Format, Resonator, Turn, Turned, resonators, turn};
use crate::prelude::*;
use crate::proc::Membrane;
use crate::proc::fired::Fired;
use crate::proc::real::Real;

/// A population of resonate-and-fire neurons: a complex voltage that turns by a `period`th of a
/// circle in every step, loses a fraction `alpha`, and fires when it comes round with enough
/// amplitude. A neuron picks out of its input what has its own period.
///
/// ```text
/// real' = (1 − alpha)·(cos(2π/period)·real − sin(2π/period)·imag) + a_real_in
/// imag' = (1 − alpha)·(sin(2π/period)·real + cos(2π/period)·imag) + a_imag_in
/// spikes where real' ≥ vth, imag' ≥ 0 and imag < 0
/// ```
///
/// Nothing is reset. Input counts in the step in which it arrives.
///
/// `period`, `alpha` and `vth` are real numbers, `f64`, whatever the neurons compute in, and may
/// differ from neuron to neuron. In fixed point, `Rf<i32>`, bit for bit as Lava computes it: the
/// voltage has `state_exp` bits behind the point, inputs are shifted left and `vth` is multiplied
/// accordingly; sine and cosine with their decay have `decay_bits` bits; each of the four products
/// is rounded towards zero, and their sum with the input saturates at 24 bits.
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
    /// Steps of a full turn.
    #[var(shape = shape, range = f64::POSITIVE)]
    period: Var<f64>,
    /// Fraction of the voltage lost per step.
    #[var(shape = shape, range = 0.0..=1.0)]
    alpha: Var<f64>,
    /// Real part from which a neuron spikes.
    #[var(init = 1.0, range = T::REAL_THRESHOLD)]
    vth: Var<f64>,
    /// In fixed point, the bits of the voltage behind the point: 0 … 31.
    #[param(default = 0)]
    state_exp: Param<u32>,
    /// In fixed point, the bits of sine and cosine behind the point: 1 … 30.
    #[param(default = 12)]
    decay_bits: Param<u32>,
}

/// A neuron fires when it comes round.
#[inline(always)]
fn comes_round<T: Resonator>(vth: T, turned: Turned<T>) -> ([T; 2], bool) {
    let Turned { before, re, im } = turned;
    let fires = (re >= vth) & (im >= T::ZERO) & (before < T::ZERO);
    ([re, im], fires)
}

#[implements(proc = Rf<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct RfFloat<T: Real> {
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

impl<T: Real> Shardable for RfFloat<T> {}

impl<T: Real> LoihiModel for RfFloat<T> {
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
        resonators!(self).step(&mut self.fired, comes_round);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = Rf<i32>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct RfFixed {
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

impl Shardable for RfFixed {}

impl LoihiModel for RfFixed {
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
        resonators!(self).step(&mut self.fired, comes_round);
        self.s_out.send_indices(&self.fired.neurons)
    }
}
