//! The arithmetic of traces and rules: floating point, or Loihi's fixed point.

use super::values::FactorValues;
use crate::proc::synapse::weights::{SignMode, Weight, WeightError};

/// A synaptic variable that a rule changes.
pub(super) use lava_rules::Target;

/// A number type that rules are evaluated in: `f32`, `f64`, or `i32` for Loihi's fixed point.
pub(super) trait LearningNumber: Weight {
    /// The scale of a product.
    type Scale: Copy + Send;
    /// A constant in a factor.
    type Constant: Copy + Send;
    /// The number that a spike adds to a trace.
    type Impulse: Copy + Send;

    /// A trace that is not carried to the next step, as Intel's Lava has it.
    fn not_carried() -> Self;

    /// The scale `mantissa * 2^exponent` of a product whose factors have `widths` bits in all.
    fn scale_of(mantissa: i32, exponent: i32, widths: u32) -> Self::Scale;

    /// A constant that is added to a variable.
    fn constant(number: f64) -> Self::Constant;

    /// An impulse.
    fn impulse(number: f64) -> Self::Impulse;

    /// The trace after an impulse; `random` is from 0 to 127.
    fn raised(self, impulse: Self::Impulse, random: u32) -> Self;

    /// The traces after a step of decay to the fraction `kept`; `random` is in [0, 1).
    fn decay(from: &[Self], to: &mut [Self], kept: f64, random: f64);

    /// Half of the number that a pre-synaptic neuron sent.
    fn half(self) -> Self;

    /// The trace plus half of the number that was sent, which saturates.
    fn add_saturating(self, half: Self) -> Self;

    /// The trace plus half of the number that was sent, and whether it counts as a spike.
    fn add_overflowing(self, half: Self) -> (Self, bool);

    /// The weight as it is stored before the first step.
    fn stored(mode: SignMode, bits: u32) -> Result<impl Fn(Self) -> Self, WeightError>;

    /// Multiplies sums of weights by `2^exponent` in fixed point.
    fn shift(sums: &mut [Self], exponent: i32);

    /// Starts products with a scale.
    fn begin(products: &mut [Self], scale: Self::Scale);

    /// Multiplies products by a factor `value + constant`, or its sign.
    fn multiply(products: &mut [Self], values: FactorValues<'_, Self>, factor: FactorKind<Self>);

    /// Starts the sums that are added to variables.
    fn begin_sums(sums: &mut [Self], variable: &[Self]);

    /// Adds products to sums.
    fn add_products(sums: &mut [Self], products: &[Self], scale: Self::Scale);

    /// Stores variables with their sums. Returns `false` if one is not finite.
    fn store(variable: &mut [Self], sums: &[Self], bounds: Bounds) -> bool;
}

/// The constant of a factor, its sign function, and its width in bits.
#[derive(Clone, Copy)]
pub(super) struct FactorKind<T: LearningNumber> {
    pub(super) constant: Option<T::Constant>,
    pub(super) is_sign: bool,
    pub(super) width: u32,
}

/// The numbers that a variable may have, and how it is rounded.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) target: Target,
    pub(super) sign_mode: SignMode,
    /// In [0, 1).
    pub(super) random: f64,
}
