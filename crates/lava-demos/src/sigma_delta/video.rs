//! The video that the networks are shown.

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2};

use lava_examples::digits::Digits;

/// The greatest brightness in the images.
const WHITE: f32 = 16.0;

/// Digits that fade one into the next: `frames` has a row of pixels, 0 to 1, for every frame.
#[derive(Debug)]
pub struct Video {
    /// `[frame, pixel]`.
    pub frames: Array2<f32>,
}

impl Video {
    /// The first `digits` test images, each still for `still` frames and then fading into the next
    /// over `fading`.
    ///
    /// # Errors
    /// If there are no frames.
    pub fn new(images: &Digits, digits: usize, still: usize, fading: usize) -> Result<Video> {
        let pixels = |image: lava_examples::digits::Image<'_>| -> Array1<f32> {
            image
                .iter()
                .map(|&pixel| f32::from(pixel) / WHITE)
                .collect()
        };
        let images: Vec<_> = images
            .test()
            .take(digits + 1)
            .map(|(image, _)| pixels(image))
            .collect();
        let mut frames = Vec::new();
        for pair in images.windows(2) {
            for frame in 0..still + fading {
                let faded = (frame + 1).saturating_sub(still) as f32 / (fading + 1) as f32;
                frames.push(&pair[0] * (1.0 - faded) + &pair[1] * faded);
            }
        }
        ensure!(!frames.is_empty(), "a video without frames");
        let rows: Vec<_> = frames.iter().map(|frame| frame.view()).collect();
        Ok(Video {
            frames: ndarray::stack(ndarray::Axis(0), &rows)?,
        })
    }
}
