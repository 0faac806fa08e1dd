//! Code for the widest vectors that the processor has.
//!
//! A program is compiled for any processor of its kind, so its loops use narrow vectors. What
//! [`Simd::run_spk`] runs is compiled a second time, for AVX2: the neuron kernels of the library take
//! about half as long (`cargo bench --bench population`). Results are the same bits: the compiler
//! neither reorders nor contracts floating-point operations.
//!
//! The only invariant of the `unsafe` in here: what is compiled for a feature runs only where that
//! feature was detected.

#![allow(unsafe_code)]

use super::loihi::LoihiModel;
use crate::Result;

/// Whether the processor has the wide vectors. Only [`detect`](Simd::detect) makes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Simd {
    wide: bool,
}

impl Simd {
    pub(super) fn detect() -> Simd {
        #[cfg(target_arch = "x86_64")]
        let wide = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        #[cfg(not(target_arch = "x86_64"))]
        let wide = false;
        Simd { wide }
    }

    /// Runs a model's spike phase, compiled for the widest vectors that the processor has as far as
    /// it is inlined.
    #[inline(always)]
    pub(super) fn run_spk(self, model: &mut impl LoihiModel) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if self.wide {
            // SAFETY: `wide` is true only where each of the features was detected.
            return unsafe { with_avx2(model) };
        }
        model.run_spk()
    }
}

/// The spike phase with AVX2, and the integer instructions that came with it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_spk()
}
