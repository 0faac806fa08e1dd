//! SIMD dispatch: the spike phase, compiled for the widest vectors of the processor.
//!
//! A program is compiled for the baseline of its architecture, so its loops use narrow vectors.
//! [`Simd::run_spk`] compiles a model's spike phase a second time, for AVX2, and [`Simd::run_lrn`] its
//! learning phase: the neuron kernels of the library then take about half as long
//! (`cargo bench --bench population`). A model that asks for it is compiled for AVX-512 as well, which
//! reads several places of a table at once. Results are the same bits: the compiler neither reorders nor
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
    avx512: bool,
}

impl Simd {
    /// Detects AVX2 and AVX-512, each with the extensions that came with it.
    pub(super) fn detect() -> Simd {
        #[cfg(target_arch = "x86_64")]
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        #[cfg(target_arch = "x86_64")]
        let avx512 = avx2
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        #[cfg(not(target_arch = "x86_64"))]
        let (avx2, avx512) = (false, false);
        Simd { avx2, avx512 }
    }

    /// Runs a model's spike phase. The code that is inlined into it uses the widest vectors.
    #[inline(always)]
    pub(super) fn run_spk<M: LoihiModel>(self, model: &mut M) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if M::USES_AVX512 && self.avx512 {
            // SAFETY: `avx512` is true only if each of the features was detected.
            return unsafe { with_avx512(model) };
        }
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

/// The bytes of a vector, in a model that is compiled for the widest.
pub(crate) fn vector_bytes() -> usize {
    match Simd::detect() {
        Simd { avx512: true, .. } => 64,
        Simd { avx2: true, .. } => 32,
        _ => 16,
    }
}

/// The spike phase with AVX2, and the integer instructions that came with it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_spk()
}

/// The spike phase with AVX-512, as all processors for servers have it since 2017.
#[cfg(target_arch = "x86_64")]
#[target_feature(
    enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
)]
fn with_avx512(model: &mut impl LoihiModel) -> Result<()> {
    model.run_spk()
}

/// The learning phase with the instructions of AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn learn_with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_lrn()
}
