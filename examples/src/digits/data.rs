//! Images, labels and trained weights, from `data/digits`.

use std::path::Path;

use anyhow::{Result, ensure};
use ndarray::{Array, Array1, Array2, Array3, ArrayView2, Axis, Dimension};

use super::npy::{self, Number};

/// The height and width of an image in pixels.
pub const SIZE: usize = 8;

/// An image, dark 0 to bright 16: `[row, column]`.
pub type Image<'a> = ArrayView2<'a, u8>;

/// Handwritten digits, of which some were kept from training.
#[derive(Debug)]
pub struct Digits {
    /// All images: `[image, row, column]`.
    images: Array3<u8>,
    labels: Array1<u8>,
    /// Indices of the test images.
    test: Array1<u16>,
}

/// The weights of both layers, trained for neurons that spike at 1: `[outputs, inputs]`.
#[derive(Debug)]
pub struct Weights {
    /// From the pixels to the hidden neurons.
    pub hidden: Array2<f32>,
    /// From the hidden neurons to one neuron per digit.
    pub output: Array2<f32>,
}

impl Digits {
    /// Reads the images.
    pub fn load() -> Result<Digits> {
        let digits = Digits {
            images: read("images")?,
            labels: read("labels")?,
            test: read("test_index")?,
        };
        let images = digits.images.len_of(Axis(0));
        let labels = digits.labels.len();
        ensure!(labels == images, "{labels} labels for {images} images");
        let known = |&index: &u16| usize::from(index) < images;
        let all = digits.test.iter().all(known);
        ensure!(all, "a test image that is not among the {images}");
        Ok(digits)
    }

    /// The test images with their labels.
    pub fn test(&self) -> impl ExactSizeIterator<Item = (Image<'_>, u8)> {
        self.test
            .iter()
            .map(|index| self.image(usize::from(*index)))
    }

    /// All other images with their labels.
    pub fn training(&self) -> impl Iterator<Item = (Image<'_>, u8)> {
        let mut trains = vec![true; self.labels.len()];
        for index in &self.test {
            trains[usize::from(*index)] = false;
        }
        let indices = (0..trains.len()).filter(move |index| trains[*index]);
        indices.map(|index| self.image(index))
    }

    fn image(&self, index: usize) -> (Image<'_>, u8) {
        (self.images.index_axis(Axis(0), index), self.labels[index])
    }
}

impl Weights {
    /// Reads the weights.
    pub fn load() -> Result<Weights> {
        Ok(Weights {
            hidden: read("w1")?,
            output: read("w2")?,
        })
    }
}

fn read<T: Number, D: Dimension>(name: &str) -> Result<Array<T, D>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/digits");
    npy::read(&folder.join(name).with_extension("npy"))
}
