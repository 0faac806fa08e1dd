//! The network reads real images as well as its reference does, in any numbers, on any number of
//! workers.

use std::thread;

use anyhow::Result;
use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use lava::ranks::LocalRank;
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

/// The answer and the votes for an image.
type Reading = (u8, Vec<u64>);

/// The readings of the first test images by a network, on each rank.
fn on_ranks<T: Precision>(size: usize) -> Result<Vec<Vec<Reading>>>
where
    Lif<T>: HasModel<Loihi, AnyTag, Cpu>,
    Dense<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let read = |rank: LocalRank| {
        let network = Classifier::<T>::new(&weights)?;
        network.network().set_ranks(rank)?;
        let images = digits.test().take(3);
        let read = images.map(|(image, _)| {
            let answer = network.classify(&image, STEPS)?;
            Ok((answer, network.votes()))
        });
        read.collect::<Result<Vec<_>>>()
    };
    thread::scope(|scope| {
        let ranks = LocalRank::group(size).into_iter();
        let threads: Vec<_> = ranks.map(|rank| scope.spawn(|| read(rank))).collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.collect()
    })
}

#[test]
fn any_number_of_ranks_counts_the_same_spikes() -> Result<()> {
    let one = on_ranks::<f32>(1)?.remove(0);
    for ranks in [2, 3] {
        assert!(on_ranks::<f32>(ranks)?.iter().all(|read| *read == one));
    }
    let one = on_ranks::<i32>(1)?.remove(0);
    assert!(on_ranks::<i32>(2)?.iter().all(|read| *read == one));
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
