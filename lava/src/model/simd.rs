//! SIMD dispatch: the spike phase, compiled for the widest vectors of the processor.
//!
//! A program is compiled for the baseline of its architecture, so its loops use narrow vectors.
//! [`Simd::run_spk`] compiles a model's spike phase a second time, for AVX2, and [`Simd::run_lrn`] its
//! learning phase: the neuron kernels of the library then take about half as long
//! (`cargo bench --bench population`). Results are the same bits: the compiler neither reorders nor
//! contracts floating-point operations.
//!
//! The invariant of the `unsafe` code: a function compiled for a feature runs only if that feature was
//! detected.

#![allow(unsafe_code)]

use super::loihi::LoihiModel;
use crate::Result;

/// The vector extensions of the processor. Made by [`detect`](Simd::detect) only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Simd {
    avx2: bool,
}

impl Simd {
    /// Detects AVX2 and the integer extensions that came with it.
    pub(super) fn detect() -> Simd {
        #[cfg(target_arch = "x86_64")]
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        #[cfg(not(target_arch = "x86_64"))]
        let avx2 = false;
        Simd { avx2 }
    }

    /// Runs a model's spike phase. The code that is inlined into it uses the widest vectors.
    #[inline(always)]
    pub(super) fn run_spk(self, model: &mut impl LoihiModel) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `avx2` is true only if each of the features was detected.
            return unsafe { with_avx2(model) };
        }
        model.run_spk()
    }

    /// Runs a model's learning phase, as [`run_spk`](Simd::run_spk).
    #[inline(always)]
    pub(super) fn run_lrn(self, model: &mut impl LoihiModel) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `avx2` is true only if each of the features was detected.
            return unsafe { learn_with_avx2(model) };
        }
        model.run_lrn()
    }
}

/// The spike phase with AVX2, and the integer instructions that came with it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_spk()
}

/// The learning phase with the same instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn learn_with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_lrn()
}
