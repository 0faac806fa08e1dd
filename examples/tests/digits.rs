//! The network reads real images as well as its reference does, in any numbers, on any number of
//! workers.

use anyhow::Result;
use lava_examples::digits::{Classifier, DenseProduct, Digits, Image, Precision, Weights};

const IMAGES: usize = 200;
const STEPS: u64 = 32;

/// The number of the first test images that a network gets right.
fn right<T: Precision>(network: &Classifier<T>, digits: &Digits) -> Result<usize> {
    let mut right = 0;
    for (image, label) in digits.test().take(IMAGES) {
        right += usize::from(network.classify(&image, STEPS)? == label);
    }
    Ok(right)
}

#[test]
fn floating_point_and_fixed_point_read_digits_equally_well() -> Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let float = right(&Classifier::<f32>::new(&weights)?, &digits)?;
    let fixed = right(&Classifier::<i32>::new(&weights)?, &digits)?;
    let result = format!("of {IMAGES} images {float} in floating, {fixed} in fixed point");
    assert!(float * 100 >= IMAGES * 97, "{result}");
    assert!(float.abs_diff(fixed) * 100 <= IMAGES * 2, "{result}");
    Ok(())
}

#[test]
fn two_workers_count_the_same_spikes_as_one() -> Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let networks = [1, 2].map(|workers| {
        let network = Classifier::<f32>::new(&weights)?;
        network.network().set_workers(workers)?;
        anyhow::Ok(network)
    });
    let [one, two] = networks;
    let (one, two) = (one?, two?);
    for (image, _) in digits.test().take(20) {
        assert_eq!(one.classify(&image, STEPS)?, two.classify(&image, STEPS)?);
        assert_eq!(one.votes(), two.votes());
    }
    assert_eq!((one.network().workers(), two.network().workers()), (1, 2));
    Ok(())
}

#[test]
fn a_raster_holds_the_spikes_that_are_counted() -> Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let network = Classifier::<f32>::new(&weights)?;
    let (image, _) = digits.test().next().expect("there are test images");
    let answer = network.classify(&image, STEPS)?;
    let votes: u64 = network.votes().iter().sum();
    let raster = network.raster(&image, STEPS)?;
    let [pixels, hidden, output] = &raster.populations;
    let neurons = [pixels, hidden, output].map(|group| group.neurons);
    assert_eq!(neurons, [64, 128, 10]);
    assert_eq!((raster.answer, output.spikes.len() as u64), (answer, votes));
    // A pixel of brightness b fires b/16 of the time, so in 32 steps twice for each sixteenth.
    let brightness: usize = image.iter().map(|&pixel| usize::from(pixel)).sum();
    assert_eq!(pixels.spikes.len(), 2 * brightness);
    Ok(())
}

#[test]
fn a_batch_reads_each_image_as_it_is_read_alone() -> Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let images: Vec<Image<'_>> = digits.test().map(|(image, _)| image).take(40).collect();
    let one = Classifier::<f32>::new(&weights)?;
    let alone: Vec<u8> = images
        .iter()
        .map(|image| one.classify(image, STEPS))
        .collect::<Result<_, _>>()?;
    for workers in [1, 2] {
        let batch = Classifier::<f32>::batch(&weights, 16)?;
        batch.network().set_workers(workers)?;
        assert_eq!(batch.classify_all(&images, STEPS)?, alone);
    }
    let fixed = Classifier::<i32>::new(&weights)?.classify_all(&images, STEPS)?;
    let batch = Classifier::<i32>::batch(&weights, 16)?;
    assert_eq!(batch.classify_all(&images, STEPS)?, fixed);
    Ok(())
}

#[test]
fn products_of_matrices_read_the_same_digits() -> Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let images: Vec<Image<'_>> = digits.test().map(|(image, _)| image).take(100).collect();
    let network = Classifier::<f32>::batch(&weights, 50)?.classify_all(&images, STEPS)?;
    let product = DenseProduct::new(&weights, 50).classify_all(&images, STEPS);
    let equal = network
        .iter()
        .zip(&product)
        .filter(|(one, other)| one == other);
    assert!(equal.count() >= 98, "{network:?}, not {product:?}");
    Ok(())
}
