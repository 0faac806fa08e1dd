//! Random initial values.

use rand_distr::Distribution;
use rand_philox::Philox;

/// `count` numbers of a distribution.
pub(super) fn draw<D: Distribution<f32>>(distribution: D, count: usize, seed: u64) -> Vec<f32> {
    let random = Philox::from_u64_seed(seed);
    distribution.sample_iter(random).take(count).collect()
}
