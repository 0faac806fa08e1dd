//! Loihi's weight formats: sign modes, clipping and truncation to few bits.

use super::synapse::Stored;
use crate::model::In;
use crate::process::{Payload, Spike, Value};

/// Which signs the weights of a connection may have.
///
/// Loihi stores a weight in 8 bits. Where all weights have one sign, that is all magnitude;
/// where signs are mixed, one bit goes to the sign and the lowest bit of the magnitude is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignMode {
    /// No sign mode: weights are treated as excitatory.
    Null,
    /// Weights of both signs, −256 … 254, even.
    Mixed,
    /// Weights of 0 … 255.
    Excitatory,
    /// Weights of −255 … 0.
    Inhibitory,
}

impl SignMode {
    /// The mode that fits the weights: excitatory if none is negative, inhibitory if none is
    /// positive, mixed otherwise.
    ///
    /// ```
    /// use lava::proc::SignMode;
    /// assert_eq!(SignMode::of([3, -1]), SignMode::Mixed);
    /// assert_eq!(SignMode::of([0, 0]), SignMode::Excitatory);
    /// ```
    pub fn of(weights: impl IntoIterator<Item = i32>) -> SignMode {
        let signs = weights.into_iter().map(i32::signum);
        match signs.fold((false, false), |(minus, plus), sign| {
            (minus | (sign < 0), plus | (sign > 0))
        }) {
            (false, _) => SignMode::Excitatory,
            (true, false) => SignMode::Inhibitory,
            (true, true) => SignMode::Mixed,
        }
    }

    /// The nearest weight that 8 bits can hold in this mode.
    ///
    /// ```
    /// use lava::proc::SignMode;
    /// assert_eq!(SignMode::Excitatory.clip(300), 255);
    /// assert_eq!(SignMode::Mixed.clip(-300), -256);
    /// ```
    pub fn clip(self, weight: i32) -> i32 {
        match self {
            SignMode::Mixed => weight.clamp(-256, 255),
            SignMode::Inhibitory => weight.clamp(-255, 0),
            SignMode::Excitatory | SignMode::Null => weight.clamp(0, 255),
        }
    }

    /// Clears the bits that a weight of `bits` bits does not have; bits are lost at the bottom,
    /// and mixed weights lose one more.
    ///
    /// ```
    /// use lava::proc::SignMode;
    /// assert_eq!(SignMode::Mixed.truncate(5, 8), 4);
    /// assert_eq!(SignMode::Mixed.truncate(-5, 8), -6);
    /// assert_eq!(SignMode::Inhibitory.truncate(-7, 6), -4);
    /// ```
    pub fn truncate(self, weight: i32, bits: u32) -> i32 {
        let lost = 8_u32.saturating_sub(bits) + u32::from(self == SignMode::Mixed);
        match self {
            SignMode::Inhibitory => -((-weight >> lost) << lost),
            _ => (weight >> lost) << lost,
        }
    }
}

/// A type that synaptic weights can have: `f32`, `f64`, or `i32` for Loihi's fixed point.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of synaptic weights",
    label = "not a weight type",
    note = "weights are `f32`, `f64`, or `i32` for Loihi's fixed point"
)]
pub trait Weight: Value + Message<Self> + Stored<Self> {
    /// The product; integers wrap around.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// The nearest weight of this type to a number; `None` where there is none.
    fn from_f64(value: f64) -> Option<Self>;
    /// The weight as a number.
    fn to_f64(self) -> f64;
}

impl Weight for f32 {
    #[inline(always)]
    fn times(self, other: f32) -> f32 {
        self * other
    }

    fn from_f64(value: f64) -> Option<f32> {
        Some(value as f32).filter(|weight| weight.is_finite())
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Weight for f64 {
    #[inline(always)]
    fn times(self, other: f64) -> f64 {
        self * other
    }

    fn from_f64(value: f64) -> Option<f64> {
        Some(value).filter(|weight| weight.is_finite())
    }

    fn to_f64(self) -> f64 {
        self
    }
}

impl Weight for i32 {
    #[inline(always)]
    fn times(self, other: i32) -> i32 {
        self.wrapping_mul(other)
    }

    fn from_f64(value: f64) -> Option<i32> {
        let range = f64::from(i32::MIN)..=f64::from(i32::MAX);
        range.contains(&value).then(|| value.round() as i32)
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

/// The weight types that compute in floating point.
pub(super) trait FloatWeight: Weight {}

impl FloatWeight for f32 {}
impl FloatWeight for f64 {}

/// What can arrive at synapses of weight type `T`: [`Spike`]s, or numbers of that type.
#[diagnostic::on_unimplemented(
    message = "synapses of `{T}` cannot receive `{Self}`",
    label = "neither `Spike` nor `{T}`",
    note = "write `Dense<{T}>` for synapses that receive spikes, `Dense<{T}, {T}>` for numbers"
)]
pub trait Message<T>: Payload {
    /// Calls `act` for every input that is active in this step, in ascending order: with nothing
    /// for a spike, and with the number that was sent otherwise.
    #[doc(hidden)]
    fn active(port: &mut In<Self>, binary: bool, act: impl FnMut(usize, Option<T>));
}

impl<T> Message<T> for Spike {
    #[inline(always)]
    fn active(port: &mut In<Spike>, _: bool, mut act: impl FnMut(usize, Option<T>)) {
        for &input in port.recv().indices() {
            act(input as usize, None);
        }
    }
}

impl<T: Value> Message<T> for T {
    #[inline(always)]
    fn active(port: &mut In<T>, binary: bool, mut act: impl FnMut(usize, Option<T>)) {
        for (input, &value) in port.recv_slice().iter().enumerate() {
            if value != T::ZERO {
                act(input, (!binary).then_some(value));
            }
        }
    }
}
