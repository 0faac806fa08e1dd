//! Dynamic neural fields: one field tracks two objects, another selects the stronger of them.
//!
//! Two objects of different colours move over 60 places. A camera sees them in noise, as a field of
//! places and colours. Reduced to places, it drives a field that keeps a peak for each object, and one
//! that keeps a single peak.
//!
//! ```text
//! cargo run --release -p lava-examples --example dnf [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::dnf::{Field, FieldKernel, FieldMap, Reduction, bump};
use lava::plot::{Figure, raster};
use lava::prelude::*;
use lava::proc::{Lif, PoissonSpikes, Source, Sparse};
use lava::statistics::SpikeTrains;
use lava::units::ms;
use lava_examples::picture_path;
use ndarray::{Array3, Axis};

/// Places, and colours.
const PLACES: usize = 60;
const COLOURS: usize = 8;
/// Steps of a millisecond.
const STEPS: usize = 1500;
/// The colour and the strength of either object.
const OBJECTS: [(usize, f64); 2] = [(1, 0.5), (6, 0.42)];

/// The places of both objects at a time, in steps: one goes to and fro, the other across.
fn places(step: usize) -> [f64; 2] {
    let time = step as f64 / STEPS as f64;
    [
        15.0 + 8.0 * (std::f64::consts::TAU * time).sin(),
        50.0 - 10.0 * time,
    ]
}

/// The input of the camera: a bump at the place and colour of each object.
fn scene() -> Array3<f32> {
    let mut scene = Array3::zeros((STEPS, PLACES, COLOURS));
    for (step, mut image) in scene.axis_iter_mut(Axis(0)).enumerate() {
        for (place, (colour, strength)) in places(step).into_iter().zip(OBJECTS) {
            image += &bump(&[PLACES, COLOURS], &[place, colour as f64], 1.5, strength);
        }
    }
    scene
}

fn main() -> Result<()> {
    // ANCHOR: network
    let several = FieldKernel::multi_peak(0.6, [2.5], -0.3, [7.0]);
    let one = FieldKernel::selective(0.9, [2.5], -0.6);
    // From places and colours to places; noise reaches every neuron of the camera.
    let to_places = FieldMap::new([PLACES, COLOURS])
        .reduce([1], Reduction::Sum)
        .scale(0.6);
    let pixels = FieldMap::new([PLACES, COLOURS]).scale(1.4);
    let net = network! { Loihi1SimCfg;
        scene:   Source        = Source::data(scene());
        noise:   PoissonSpikes = PoissonSpikes::shape([PLACES * COLOURS]).rate(25.0).seed(3);
        flicker: Sparse        = Sparse::synapses(pixels.synapses()?);
        camera:  Lif           = Lif::shape([PLACES, COLOURS]).du(0.5).dv(0.1).vth(4.0);
        track:   Sparse        = Sparse::synapses(to_places.synapses()?);
        choose:  Sparse        = Sparse::synapses(to_places.synapses()?);
        objects: Field         = Field::shape([PLACES]).kernel(several);
        winner:  Field         = Field::shape([PLACES]).kernel(one);

        noise.s_out -> flicker.s_in;
        [scene.s_out, flicker.a_out.reshape([PLACES, COLOURS])] -> camera.a_in;
        camera.s_out.flatten() -> [track.s_in, choose.s_in];
        track.a_out  -> objects.a_in;
        choose.a_out -> winner.a_in;
    }?;
    net.set_dt(1.0 * ms)?;
    let camera = net.probe(&net.camera.s_out)?;
    let objects = net.probe(&net.objects.s_out)?;
    let winner = net.probe(&net.winner.s_out)?;
    net.run(RunSteps(STEPS as u64))?;
    // ANCHOR_END: network

    let tracked = peaks(&objects.trains());
    let errors = tracked.iter().map(|(time, found)| {
        let true_places = places(*time as usize);
        let distance = |place: f64| {
            found
                .iter()
                .map(|peak| (peak - place).abs())
                .fold(f64::MAX, f64::min)
        };
        (
            found.len(),
            distance(true_places[0]).max(distance(true_places[1])),
        )
    });
    let settled: Vec<_> = errors.skip(3).collect();
    let both = settled
        .iter()
        .filter(|(peaks, error)| *peaks == 2 && *error < 4.0)
        .count();
    println!(
        "both objects are tracked in {both} of {} windows of 50 ms",
        settled.len()
    );
    let chosen: Vec<usize> = peaks(&winner.trains())
        .iter()
        .map(|(_, found)| found.len())
        .collect();
    let single = chosen.iter().skip(3).filter(|peaks| **peaks == 1).count();
    println!("one is chosen in {single} of {}", chosen.len() - 3);
    draw(&[camera.trains(), objects.trains(), winner.trains()])?;
    assert!(both * 10 >= settled.len() * 9, "{settled:?}");
    assert!(single * 10 >= (chosen.len() - 3) * 9, "{chosen:?}");
    net.stop()?;
    Ok(())
}

/// The peaks of a field of places in windows of 50 ms: the centres of neighbours that fire.
fn peaks(trains: &SpikeTrains) -> Vec<(f64, Vec<f64>)> {
    const WINDOW: f64 = 50.0;
    let windows = (0..STEPS / WINDOW as usize).map(|window| {
        let (from, to) = (window as f64 * WINDOW, (window + 1) as f64 * WINDOW);
        let counts: Vec<f64> = (0..PLACES)
            .map(|place| {
                trains
                    .times(place)
                    .iter()
                    .filter(|time| (from..to).contains(*time))
                    .count() as f64
            })
            .collect();
        let mut found = Vec::new();
        let (mut sum, mut weighted, mut gap) = (0.0, 0.0, 0);
        for (place, count) in counts.iter().chain([0.0; 4].iter()).enumerate() {
            gap = if *count > 0.0 { 0 } else { gap + 1 };
            sum += count;
            weighted += count * place as f64;
            // Three silent places end a peak.
            if gap == 3 {
                if sum >= 4.0 {
                    found.push(weighted / sum);
                }
                (sum, weighted) = (0.0, 0.0);
            }
        }
        ((from + to) / 2.0, found)
    });
    windows.collect()
}

/// Draws what the camera sees, summed over colours, and both fields.
fn draw([camera, objects, winner]: &[SpikeTrains; 3]) -> Result<()> {
    let path = picture_path("dnf.svg")?;
    let by_place = camera
        .events()
        .map(|(step, neuron)| (step, neuron / COLOURS));
    let seen = SpikeTrains::new(PLACES, 1..=STEPS as u64, by_place).with_dt(1.0 * ms);
    // ANCHOR: picture
    Figure::new()
        .title("Two objects in noise")
        .size(800, 900)
        .plot(
            raster(&seen)
                .title("the camera, all colours")
                .y_label("place"),
        )
        .plot(
            raster(objects)
                .title("a field with several peaks")
                .y_label("place"),
        )
        .plot(
            raster(winner)
                .title("a field with one peak")
                .y_label("place"),
        )
        .inline()
        .save(&path)?;
    // ANCHOR_END: picture
    println!("pictured in {}", path.display());
    Ok(())
}
