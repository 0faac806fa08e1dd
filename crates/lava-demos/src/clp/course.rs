//! The lessons, and how well the network does.

use anyhow::Result;
use ndarray::Array1;

use super::network::{Answer, Prototypes};
use lava_examples::digits::{Digits, Image};

/// Number of classes.
const CLASSES: usize = 10;

/// The course of one class, and the network's performance after it.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// The class.
    pub class: usize,
    /// Number of patterns that were shown.
    pub shown: usize,
    /// Number of patterns that were novel, and learned.
    pub novel: usize,
    /// Number of prototypes in use.
    pub used: usize,
    /// Of the test patterns of each class so far: the share that is named right,
    pub right: Vec<f64>,
    /// and the share that is novel.
    pub unknown: Vec<f64>,
}

impl Lesson {
    /// The mean over all classes so far.
    pub fn mean(shares: &[f64]) -> f64 {
        shares.iter().sum::<f64>() / shares.len() as f64
    }
}

/// The pixels of an image, row by row.
fn pattern(image: &Image<'_>) -> Array1<f64> {
    image.iter().map(|pixel| f64::from(*pixel)).collect()
}

/// Teaches one class after the other, from `each` images, and examines all classes so far after
/// each.
///
/// # Errors
/// If the network cannot be run.
pub fn teach(prototypes: &Prototypes, digits: &Digits, each: usize) -> Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for class in 0..CLASSES {
        let (mut shown, mut novel) = (0, 0);
        let of_class = digits
            .training()
            .filter(|(_, digit)| usize::from(*digit) == class);
        for (image, _) in of_class.take(each) {
            let answer = prototypes.learn(&pattern(&image), class)?;
            shown += 1;
            novel += usize::from(answer == Answer::Novel);
        }
        let (right, unknown) = examine(prototypes, digits, class + 1)?;
        lessons.push(Lesson {
            class,
            shown,
            novel,
            used: prototypes.used()?,
            right,
            unknown,
        });
    }
    Ok(lessons)
}

/// Of the test images of the first classes, the shares that are named right and that are novel.
fn examine(
    prototypes: &Prototypes,
    digits: &Digits,
    classes: usize,
) -> Result<(Vec<f64>, Vec<f64>)> {
    let mut counts = vec![[0_u32; 3]; classes];
    for (image, digit) in digits.test() {
        let Some([all, right, unknown]) = counts.get_mut(usize::from(digit)) else {
            continue;
        };
        let answer = prototypes.recall(&pattern(&image))?;
        *all += 1;
        *right += u32::from(answer == Answer::Class(digit.into()));
        *unknown += u32::from(answer == Answer::Novel);
    }
    let share = |part: usize| {
        let shares = counts
            .iter()
            .map(move |counts| f64::from(counts[part]) / f64::from(counts[0].max(1)));
        shares.collect()
    };
    Ok((share(1), share(2)))
}
