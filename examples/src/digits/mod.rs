//! A spiking network that reads handwritten digits.
//!
//! `data` loads images and weights from files that `npy` reads, `pixels` turns an image into spikes, `classifier` is the
//! network, `product` the same layers as products of matrices, `plot` pictures what it did. The program that uses them is `digits.rs`.

mod classifier;
mod data;
mod npy;
mod pixels;
mod plot;
mod product;

pub use classifier::{Classifier, Layer, Population, Precision, Raster};
pub use data::{Digits, Image, SIZE, Weights};
pub use pixels::Pixels;
pub use plot::picture;
pub use product::DenseProduct;
