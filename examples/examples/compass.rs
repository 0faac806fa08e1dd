//! A sense of direction: neurons on a ring that know where one looks, and two rings that turn them.
//!
//! Cells of the head direction, as in the brains of rats and flies: their synapses keep one bump of activity,
//! at any place, and each of two more rings sees the bump and pushes it on by two places, to the left or to the
//! right, the faster the more it is driven. Source: Skaggs, Knierim, Kudrimoti & McNaughton (1995), NIPS 7;
//! Turner-Evans et al. (2017), eLife 6.
//!
//! ```text
//! cargo run --release -p lava-examples --example compass [PICTURE.svg]
//! cargo run --release -p lava-examples --features live --example compass -- play
//! ```
//!
//! The second is to play with in a browser: the sliders `left.bias_mant` and `right.bias_mant` turn the compass.

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::f64::consts::TAU;

use anyhow::Result;
use lava::dnf::{Border, Field, FieldKernel, bump};
use lava::plot::{Figure, raster};
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Lif, Source, Sparse};
use lava::statistics::SpikeTrains;
use lava::units::ms;
use lava_examples::picture_path;
use ndarray::Axis;

/// The neurons of a ring, five degrees each.
const PLACES: usize = 72;
/// The drive of a ring that does not turn.
const REST: f32 = -3.0;
/// Steps of a millisecond, and the drives of the left and the right ring.
const COURSE: [(u64, f32, f32); 5] = [
    (400, REST, REST),
    (600, REST, -1.0),
    (400, REST, REST),
    (600, -0.6, REST),
    (400, REST, REST),
];

/// Synapses from each place of a ring to the one `by` places further.
fn shifted(by: isize) -> Result<Synapses<f32>> {
    let target = |source: usize| (source as isize + by).rem_euclid(PLACES as isize) as usize;
    let list: Vec<Synapse> = (0..PLACES)
        .map(|source| Synapse {
            source,
            target: target(source),
            delay: 1,
            weight: 3.0,
        })
        .collect();
    Ok(Synapses::from_list(PLACES, PLACES, &list)?)
}

fn main() -> Result<()> {
    let light = bump(&[PLACES], &[36.0], 3.0, 0.6).insert_axis(Axis(0));
    let ring = FieldKernel::selective(0.6, [4.0], -0.15).border(Border::Circular);
    // Thresholds differ, so that more neurons take part the more their ring is driven.
    let thresholds = (0..PLACES).map(|place| 5.0 + 15.0 * (place as f32 * 0.618_034).fract());
    let thresholds: Vec<f32> = thresholds.collect();
    let turning = || {
        let ring = Lif::shape([PLACES]).du(1.0).dv(0.1);
        ring.vth(thresholds.clone()).bias_mant(REST)
    };
    let net = network! { Loihi1SimCfg;
        light:   Source = Source::data(light);
        heading: Field  = Field::shape([PLACES]).kernel(ring);
        left:    Lif    = turning();
        right:   Lif    = turning();
        seen:    Sparse = Sparse::synapses(shifted(0)?);
        to_left: Sparse = Sparse::synapses(shifted(-2)?);
        to_right: Sparse = Sparse::synapses(shifted(2)?);

        light.s_out   -> heading.a_in;
        heading.s_out -> seen.s_in;
        seen.a_out    -> [left.a_in, right.a_in];
        left.s_out    -> to_left.s_in;
        right.s_out   -> to_right.s_in;
        [to_left.a_out, to_right.a_out] -> heading.a_in;
    }?;
    net.set_dt(1.0 * ms)?;
    // The light is seen once; what stays is a memory.
    net.run(RunFor(60.0 * ms))?;
    net.light.data.set(0.0)?;
    #[cfg(feature = "live")]
    if std::env::args().nth(1).as_deref() == Some("play") {
        return play(&net, &net.heading, &net.left, &net.right);
    }

    let spikes = net.probe(&net.heading.s_out)?;
    for (steps, left, right) in COURSE {
        net.left.bias_mant.set(left)?;
        net.right.bias_mant.set(right)?;
        net.run(RunSteps(steps))?;
    }
    let trains = spikes.trains();
    let ends: Vec<f64> = COURSE
        .iter()
        .scan(60, |time, (steps, ..)| {
            *time += steps;
            Some(*time as f64)
        })
        .map(|time| direction(&trains, time - 100.0, time))
        .collect();
    let turned: Vec<f64> = ends.windows(2).map(|two| turn(two[0], two[1])).collect();
    println!("it looks at {:.0} degrees, then turns by", ends[0]);
    for (turned, (steps, left, right)) in turned.iter().zip(&COURSE[1..]) {
        println!(
            "{turned:5.0} degrees in {steps} ms, driven by {left} to the left, {right} to the right"
        );
    }
    let path = picture_path("compass.svg")?;
    Figure::new()
        .title("A sense of direction")
        .size(800, 400)
        .plot(raster(&trains).y_label("place on the ring"))
        .save(&path)?;
    println!("pictured in {}", path.display());
    assert!(
        turned[0] > 45.0 && turned[2] < -45.0,
        "it turns: {turned:?}"
    );
    assert!(
        turned[1].abs() < 30.0 && turned[3].abs() < 30.0,
        "it keeps: {turned:?}"
    );
    net.stop()?;
    Ok(())
}

/// The direction of the spikes in a time, in degrees.
fn direction(trains: &SpikeTrains, from: f64, to: f64) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    for place in 0..PLACES {
        let times = trains.times(place);
        let count = times
            .iter()
            .filter(|time| (from..to).contains(*time))
            .count() as f64;
        let (sin, cos) = (place as f64 / PLACES as f64 * TAU).sin_cos();
        (x, y) = (x + count * cos, y + count * sin);
    }
    y.atan2(x).to_degrees().rem_euclid(360.0)
}

/// The turn from a direction to another, the shorter way.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// Serves a page with the ring and two sliders, in real time, until it is stopped.
#[cfg(feature = "live")]
fn play(net: &Network<Loihi1SimCfg>, heading: &Field, left: &Lif, right: &Lif) -> Result<()> {
    net.on_step(|_| {
        std::thread::sleep(std::time::Duration::from_millis(1));
        lava::network::StepAction::Continue
    })?;
    let view = net
        .live()
        .title("A sense of direction")
        .raster("heading", &heading.s_out)
        .slider(&left.bias_mant, REST..=1.0)
        .slider(&right.bias_mant, REST..=1.0)
        .serve()?;
    println!("open {}", view.address());
    net.run(RunContinuous)?;
    Ok(())
}
