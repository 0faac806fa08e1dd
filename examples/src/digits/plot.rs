//! A picture of every spike that an image has caused.

use lava::plot::{Figure, curves, images, raster, rasters};
use lava::statistics::SpikeTrains;
use ndarray::Axis;

use super::classifier::{Population, Raster};
use super::data::Image;

/// The picture of an image, of the votes for each digit, and of all spikes.
pub fn picture(raster_of: &Raster, image: &Image<'_>, label: u8) -> Figure {
    let [pixels, hidden, output] = &raster_of.populations;
    let [pixels, hidden, output] =
        [pixels, hidden, output].map(|group| trains(group, raster_of.steps));
    let spikes = pixels.spikes() + hidden.spikes() + output.spikes();
    let digits: Vec<f64> = (0..=output.neurons())
        .map(|digit| digit as f64 - 0.5)
        .collect();
    let votes: Vec<f64> = output.counts().iter().map(|count| *count as f64).collect();
    let image = images(image.view().insert_axis(Axis(0)));
    let votes = curves("digit", "votes").bars("", &digits, &votes);
    let inside = rasters([("pixels", pixels), ("hidden", hidden)]);
    Figure::new()
        .inline()
        .title(format!(
            "A handwritten {label}, read as {}",
            raster_of.answer
        ))
        .subtitle(format!("{spikes} spikes in {} steps", raster_of.steps))
        .row([
            image.title("Image").into(),
            votes
                .title("Spikes of the output neurons, one per digit")
                .into(),
        ])
        .plot(inside.title("Spikes of pixels and of hidden neurons"))
        .plot(raster(&output).title("Spikes of the output neurons"))
}

fn trains(population: &Population, steps: u64) -> SpikeTrains {
    SpikeTrains::new(
        population.neurons,
        1..=steps,
        population.spikes.iter().copied(),
    )
}
