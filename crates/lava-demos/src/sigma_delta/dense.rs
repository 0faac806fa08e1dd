//! The conventional network: every frame is computed from scratch.

use ndarray::{Array2, ArrayView1};

use lava_examples::digits::Weights;

/// The network's answer to each frame, `[frame, digit]`: `W₂·max(W₁·x, 0)`.
pub fn dense(frames: &Array2<f32>, weights: &Weights) -> Array2<f32> {
    let hidden = frames.dot(&weights.hidden.t()).mapv(|x| x.max(0.0));
    hidden.dot(&weights.output.t())
}

/// The digit that an output stands for: the first of the largest.
pub fn answer(output: ArrayView1<'_, f32>) -> usize {
    let mut best = 0;
    for (digit, value) in output.iter().enumerate() {
        if *value > output[best] {
            best = digit;
        }
    }
    best
}
