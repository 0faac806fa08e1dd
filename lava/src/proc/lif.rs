//! Leaky integrate-and-fire neurons.

use std::ops::RangeInclusive;

use num_traits::Float;

use super::fired::{Fired, blocks};
use crate::prelude::*;
use crate::process::Value;

/// A population of leaky integrate-and-fire neurons with a synaptic current.
///
/// In floating point (`Lif<f32>`, the default, and `Lif<f64>`), every step and neuron:
///
/// ```text
/// u ← u·(1 − du) + a_in
/// v ← v·(1 − dv) + u + bias_mant        spikes and v ← 0 where v > vth
/// ```
///
/// In fixed point, `Lif<i32>`, bit for bit as Loihi computes it: `du` and `dv` are in units of
/// 1/4096; input and threshold are shifted left by 6 bits, so `u`, `v` and the bias are in units
/// of 1/64 of a weight; the bias is `bias_mant·2^bias_exp`; `u` wraps around at 24 bits and `v`
/// saturates there; products are rounded towards zero.
///
/// ```text
/// u ← wrap(u·(4095 − du)/4096 + (a_in << 6))
/// v ← clamp(v·(4096 − dv)/4096 + u + bias)      spikes and v ← 0 where v > vth << 6
/// ```
///
/// Every parameter may differ from neuron to neuron.
///
/// Source: Davies et al. (2018), *Loihi: A Neuromorphic Manycore Processor with On-Chip
/// Learning*, IEEE Micro 38(1); arithmetic as in Intel's Lava (`PyLifModelBitAcc`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let fixed: Lif<i32> = net.add(Lif::shape([2]).bias_mant(100).bias_exp(6).vth(200).dv(400))?;
/// net.run(RunSteps(1))?;
/// assert_eq!(fixed.v.get()?, ndarray::arr1(&[6400, 6400]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Lif<T: Membrane = f32> {
    /// Synaptic input, summed over all connections.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Synaptic current.
    #[var(init = T::ZERO, finite)]
    u: Var<T>,
    /// Membrane voltage.
    #[var(init = T::ZERO, finite)]
    v: Var<T>,
    /// Fraction of the current lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    du: Var<T>,
    /// Fraction of the voltage lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    dv: Var<T>,
    /// Constant input to the voltage; in fixed point the mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias, in fixed point; floating-point models do not use it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// Voltage above which a neuron spikes.
    #[var(init = T::VTH, range = T::THRESHOLD)]
    vth: Var<T>,
}

/// A type that membrane voltages can have: `f32`, `f64`, or `i32` for Loihi's fixed point.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a membrane voltage",
    label = "not a membrane type",
    note = "neurons compute in `f32`, `f64`, or `i32` for Loihi's fixed point"
)]
pub trait Membrane: Value {
    /// The decays that make sense.
    const DECAY: RangeInclusive<Self>;
    /// The biases that the model can hold.
    const BIAS: RangeInclusive<Self>;
    /// The thresholds that make sense.
    const THRESHOLD: RangeInclusive<Self>;
    /// The default threshold, 10.
    const VTH: Self;
}

impl Membrane for f32 {
    const DECAY: RangeInclusive<f32> = 0.0..=1.0;
    const BIAS: RangeInclusive<f32> = f32::MIN..=f32::MAX;
    const THRESHOLD: RangeInclusive<f32> = f32::NEG_INFINITY..=f32::INFINITY;
    const VTH: f32 = 10.0;
}

impl Membrane for f64 {
    const DECAY: RangeInclusive<f64> = 0.0..=1.0;
    const BIAS: RangeInclusive<f64> = f64::MIN..=f64::MAX;
    const THRESHOLD: RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;
    const VTH: f64 = 10.0;
}

impl Membrane for i32 {
    const DECAY: RangeInclusive<i32> = 0..=4095;
    const BIAS: RangeInclusive<i32> = -32_768..=32_767;
    const THRESHOLD: RangeInclusive<i32> = -(1 << 24)..=(1 << 24);
    const VTH: i32 = 10;
}

/// The membrane types that compute in floating point.
trait FloatMembrane: Membrane + Float {}

impl FloatMembrane for f32 {}
impl FloatMembrane for f64 {}

#[implements(proc = Lif<T>, protocol = Loihi, splittable)]
#[tag(FloatingPt)]
struct LifFloat<T: FloatMembrane> {
    a_in: In<T>,
    s_out: Out<Spike>,
    u: Vec<T>,
    v: Vec<T>,
    du: PerNeuron<T>,
    dv: PerNeuron<T>,
    bias_mant: PerNeuron<T>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<T>,
    #[local]
    fired: Fired,
}

impl<T: FloatMembrane> Splittable for LifFloat<T> {}

impl<T: FloatMembrane> LoihiModel for LifFloat<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let a_in = self.a_in.recv_slice();
        self.fired.neurons.clear();
        for (start, len) in blocks(self.v.len()) {
            let (u, v) = (&mut self.u[start..][..len], &mut self.v[start..][..len]);
            let a_in = &a_in[start..][..len];
            let (du, dv) = (self.du.block(start, len), self.dv.block(start, len));
            let (bias, vth) = (self.bias_mant.block(start, len), self.vth.block(start, len));
            self.fired.block(start, len, |i| {
                u[i] = u[i] * (T::one() - du[i]) + a_in[i];
                let voltage = v[i] * (T::one() - dv[i]) + u[i] + bias[i];
                let fires = voltage > vth[i];
                v[i] = if fires { T::zero() } else { voltage };
                fires
            });
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = Lif<i32>, protocol = Loihi, splittable)]
#[tag(FixedPt)]
struct LifFixed {
    a_in: In<i32>,
    s_out: Out<Spike>,
    u: Vec<i32>,
    v: Vec<i32>,
    du: PerNeuron<i32>,
    dv: PerNeuron<i32>,
    bias_mant: PerNeuron<i32>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<i32>,
    #[local]
    fired: Fired,
}

impl Splittable for LifFixed {}

impl LoihiModel for LifFixed {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let a_in = self.a_in.recv_slice();
        self.fired.neurons.clear();
        for (start, len) in blocks(self.v.len()) {
            let (u, v) = (&mut self.u[start..][..len], &mut self.v[start..][..len]);
            let a_in = &a_in[start..][..len];
            let (du, dv) = (self.du.block(start, len), self.dv.block(start, len));
            let mantissa = self.bias_mant.block(start, len);
            let exponent = self.bias_exp.block(start, len);
            let vth = self.vth.block(start, len);
            self.fired.block(start, len, |i| {
                u[i] = fixed::current(u[i], du[i], a_in[i]);
                let bias = fixed::bias(mantissa[i], exponent[i]);
                let voltage = fixed::voltage(v[i], dv[i], u[i], bias);
                let fires = voltage > fixed::weight_units(vth[i]);
                v[i] = if fires { 0 } else { voltage };
                fires
            });
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}

/// Loihi's arithmetic.
mod fixed {
    /// Where the current wraps around.
    const LIMIT: i32 = 1 << 23;

    /// `value·factor / 4096`, rounded towards zero.
    #[inline(always)]
    fn decay(value: i32, factor: i32) -> i32 {
        (i64::from(value) * i64::from(factor) / 4096) as i32
    }

    /// A weight, input or threshold in the units of `u` and `v`.
    #[inline(always)]
    pub(super) fn weight_units(value: i32) -> i32 {
        value.wrapping_shl(6)
    }

    #[inline(always)]
    pub(super) fn bias(mantissa: i32, exponent: i32) -> i32 {
        if exponent >= 0 {
            mantissa.wrapping_shl(exponent as u32)
        } else {
            mantissa.wrapping_shr(exponent.unsigned_abs())
        }
    }

    #[inline(always)]
    pub(super) fn current(u: i32, du: i32, input: i32) -> i32 {
        let sum = decay(u, 4096 - (du + 1)).wrapping_add(weight_units(input));
        let wrapped = if sum > LIMIT {
            sum.wrapping_sub(2 * LIMIT)
        } else {
            sum
        };
        if wrapped <= -LIMIT {
            sum.wrapping_add(2 * LIMIT)
        } else {
            wrapped
        }
    }

    #[inline(always)]
    pub(super) fn voltage(v: i32, dv: i32, u: i32, bias: i32) -> i32 {
        decay(v, 4096 - dv)
            .wrapping_add(u)
            .wrapping_add(bias)
            .clamp(-(LIMIT - 1), LIMIT - 1)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn decay_rounds_towards_zero() {
            assert_eq!(decay(-448, 3095), -338);
            assert_eq!(decay(6400, 3095), 4835);
        }

        #[test]
        fn the_current_wraps_at_24_bits() {
            assert_eq!(current(0, 0, LIMIT / 64), LIMIT);
            assert_eq!(current(0, 0, LIMIT / 64 + 1), 64 - LIMIT);
            assert_eq!(current(0, 0, -LIMIT / 64), LIMIT);
        }

        #[test]
        fn a_negative_exponent_shifts_the_bias_down() {
            assert_eq!(bias(-5, -1), -3);
            assert_eq!(bias(3, 6), 192);
        }
    }
}
