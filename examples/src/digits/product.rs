//! The same layers as products of matrices, to compare with.

use ndarray::{Array2, s};

use super::data::{Image, SIZE, Weights};

/// The network of a [`Classifier`](super::Classifier) in floating point, written by hand for a batch of
/// images: in each step, a dense product for each layer, whether neurons have fired or not.
#[derive(Debug)]
pub struct DenseProduct {
    /// The weights of each layer, `[inputs, outputs]`.
    weights: [Array2<f32>; 2],
    images: usize,
}

impl DenseProduct {
    /// The layers, for `images` at once.
    pub fn new(weights: &Weights, images: usize) -> DenseProduct {
        let layers = [&weights.hidden, &weights.output];
        DenseProduct {
            weights: layers.map(|weights| weights.t().as_standard_layout().into_owned()),
            images,
        }
    }

    /// The digit that each image shows: the one whose output neuron fires most, of those the one with the
    /// highest voltage.
    pub fn classify_all(&self, images: &[Image<'_>], steps: u64) -> Vec<u8> {
        let batches = images.chunks(self.images);
        batches
            .flat_map(|images| self.classify(images, steps))
            .collect()
    }

    fn classify(&self, images: &[Image<'_>], steps: u64) -> Vec<u8> {
        let mut pixels = Array2::<f32>::zeros((self.images, SIZE * SIZE));
        for (mut pixels, image) in pixels.outer_iter_mut().zip(images) {
            pixels
                .iter_mut()
                .zip(image)
                .for_each(|(to, from)| *to = f32::from(*from) / 16.0);
        }
        let mut charge = Array2::<f32>::zeros(pixels.dim());
        let mut input = charge.clone();
        let zeros = |layer: usize| Array2::<f32>::zeros((self.images, self.weights[layer].ncols()));
        // Sums arrive one step later, as those of synapses.
        let (mut sums, mut v, mut fired) = (
            [zeros(0), zeros(1)],
            [zeros(0), zeros(1)],
            [zeros(0), zeros(1)],
        );
        let mut votes = zeros(1);
        for _ in 0..steps {
            fire(
                &mut charge,
                &pixels,
                &mut input,
                |charge| charge >= 1.0,
                |charge| charge - 1.0,
            );
            for layer in 0..2 {
                fire(
                    &mut v[layer],
                    &sums[layer],
                    &mut fired[layer],
                    |v| v > 1.0,
                    |_| 0.0,
                );
            }
            votes += &fired[1];
            let inputs = [&input, &fired[0]];
            for layer in 0..2 {
                ndarray::linalg::general_mat_mul(
                    1.0,
                    inputs[layer],
                    &self.weights[layer],
                    0.0,
                    &mut sums[layer],
                );
            }
        }
        let rank = |image: usize, digit: usize| (votes[[image, digit]], v[1][[image, digit]]);
        let best = |image| {
            let digits = 0..votes.slice(s![image, ..]).len();
            digits.reduce(|best, digit| {
                if rank(image, digit) > rank(image, best) {
                    digit
                } else {
                    best
                }
            })
        };
        (0..images.len())
            .map(|image| best(image).unwrap_or(0) as u8)
            .collect()
    }
}

/// Adds to the state of each neuron; `fired` becomes 1 where it fires, and is reset, and 0 elsewhere.
fn fire(
    state: &mut Array2<f32>,
    input: &Array2<f32>,
    fired: &mut Array2<f32>,
    fires: impl Fn(f32) -> bool,
    reset: impl Fn(f32) -> f32,
) {
    for ((state, input), fired) in state.iter_mut().zip(input).zip(fired) {
        *state += input;
        let has_fired = fires(*state);
        *fired = f32::from(u8::from(has_fired));
        *state = if has_fired { reset(*state) } else { *state };
    }
}
