//! A robot in the loop: spiking neurons balance a pole on a cart, a thousand times a second.
//!
//! ```text
//!            ┌────────────── cart and pole, simulated ◄───┐
//!     4 numbers │                                         │ a force
//!            sensor ─► encode ─► neurons ─► decode ─► motor
//! ```
//!
//! A thread of the program reads the sensors at a fixed rate, sends them into the network, and takes
//! its answer: a step of the network for each tick of the loop. How late the loop wakes up, its jitter, and
//! how long the network takes to answer are measured.
//!
//! ```text
//! cargo run --release -p lava-examples --example robot [PICTURE.svg] [SECONDS]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lava::channel;
use lava::plot::{Figure, curves, histogram};
use lava::prelude::*;
use lava::proc::io::{Extractor, Injector};
use lava::proc::{Dense, Lif, ResetMode};
use lava::statistics::Bins;
use lava_examples::picture_path;
use ndarray::{Array1, Array2, arr1};

/// The period of the loop.
const PERIOD: Duration = Duration::from_millis(1);
/// Neurons for each direction of each sensor.
const COPIES: usize = 8;
/// The unit of each sensor: place (m), speed (m/s), angle (rad), turning rate (rad/s).
const UNITS: [f64; 4] = [1.0, 1.0, 0.15, 0.8];
/// The force, in newton, for a unit of each sensor.
const GAINS: [f64; 4] = [2.0, 4.0, 9.0, 12.0];

/// A cart on rails with a pole on it. Source: Barto, Sutton & Anderson (1983), IEEE Trans. Syst. Man
/// Cybern. 13; the motor follows its command with a time constant of 10 ms.
#[derive(Clone, Copy, Default)]
struct CartPole {
    place: f64,
    speed: f64,
    angle: f64,
    turning: f64,
    force: f64,
}

impl CartPole {
    const GRAVITY: f64 = 9.8;
    const CART: f64 = 1.0;
    const POLE: f64 = 0.1;
    const HALF_LENGTH: f64 = 0.5;

    fn sensors(&self) -> [f64; 4] {
        [self.place, self.speed, self.angle, self.turning]
    }

    /// Moves on by `dt` seconds under a command to the motor and a push from outside, in newton.
    fn advance(&mut self, dt: f64, command: f64, push: f64) {
        self.force += dt / 0.01 * (command - self.force);
        let (sin, cos) = self.angle.sin_cos();
        let total = Self::CART + Self::POLE;
        let moment = Self::POLE * Self::HALF_LENGTH;
        let pushed = (self.force + push + moment * self.turning.powi(2) * sin) / total;
        let turning = (Self::GRAVITY * sin - cos * pushed)
            / (Self::HALF_LENGTH * (4.0 / 3.0 - Self::POLE * cos * cos / total));
        let speed = pushed - moment * turning * cos / total;
        self.place += dt * self.speed;
        self.speed += dt * speed;
        self.angle += dt * self.turning;
        self.turning += dt * turning;
    }
}

/// Measurements of a tick.
struct Tick {
    pole: CartPole,
    late: Duration,
    answered: Duration,
}

/// Weights from the sensors to the neurons: `COPIES` for each direction of each sensor.
fn encoders() -> Array2<f32> {
    Array2::from_shape_fn((8 * COPIES, 4), |(neuron, sensor)| {
        let direction = neuron / COPIES;
        let sign = if direction.is_multiple_of(2) {
            0.5
        } else {
            -0.5
        };
        if direction / 2 == sensor {
            (sign / UNITS[sensor]) as f32
        } else {
            0.0
        }
    })
}

/// Weights from the neurons to the motor.
fn decoders() -> Array2<f32> {
    Array2::from_shape_fn((1, 8 * COPIES), |(_, neuron)| {
        let direction = neuron / COPIES;
        let sign = if direction.is_multiple_of(2) {
            2.0
        } else {
            -2.0
        };
        (sign * GAINS[direction / 2] / COPIES as f64) as f32
    })
}

fn main() -> Result<()> {
    let path = picture_path("robot.svg")?;
    let seconds: f64 = match std::env::args().nth(2) {
        Some(text) => text.parse().context("SECONDS is a number")?,
        None => 1.0,
    };
    // ANCHOR: network
    let (sensors, source) = channel::bounded::<f32>([4], 1);
    let (target, commands) = channel::bounded::<f32>([1], 1);
    // Copies begin at different voltages, so that they do not fire together.
    let phases = Array1::from_shape_fn(8 * COPIES, |neuron| {
        (neuron % COPIES) as f32 / COPIES as f32
    });
    let net = network! { Loihi1SimCfg;
        sensor:  Injector        = Injector::source(source);
        encode:  Dense<f32, f32> = Dense::weights(encoders());
        neurons: Lif             = Lif::shape([8 * COPIES]).du(1.0).dv(0.05).bias_mant(0.1).v(phases)
            .vth(1.0).reset(ResetMode::Subtract);
        decode:  Dense           = Dense::weights(decoders());
        motor:   Extractor       = Extractor::target(target);

        sensor.s_out  -> encode.s_in;
        encode.a_out  -> neurons.a_in;
        neurons.s_out -> decode.s_in;
        decode.a_out  -> motor.a_in;
    }?;
    net.set_workers(1)?;
    net.start(RunContinuous)?;
    // ANCHOR_END: network

    // ANCHOR: loop
    let mut pole = CartPole {
        angle: 0.1,
        ..CartPole::default()
    };
    let ticks = (seconds / PERIOD.as_secs_f64()) as u32;
    let mut log = Vec::new();
    let start = Instant::now();
    for tick in 1..=ticks {
        let deadline = start + tick * PERIOD;
        wait_until(deadline);
        let woken = Instant::now();
        sensors.send(&arr1(&pole.sensors().map(|value| value as f32)))?;
        let command = commands.recv().context("the network has ended")?[0];
        let answered = woken.elapsed();
        // A push, halfway.
        let push = if tick.abs_diff(ticks / 2) < 20 {
            8.0
        } else {
            0.0
        };
        pole.advance(PERIOD.as_secs_f64(), f64::from(command), push);
        log.push(Tick {
            pole,
            late: woken - deadline,
            answered,
        });
    }
    net.stop()?;
    // ANCHOR_END: loop

    let tilt = log
        .iter()
        .map(|tick| tick.pole.angle.abs())
        .fold(0.0, f64::max);
    println!(
        "{ticks} ticks of {PERIOD:?}; the pole was tilted by {:.0}° at most",
        tilt.to_degrees()
    );
    report("late by", log.iter().map(|tick| tick.late));
    report("answered in", log.iter().map(|tick| tick.answered));
    assert!(tilt < 0.35, "the pole fell");
    assert!(
        pole.angle.abs() < 0.15,
        "it is balanced at the end: {}",
        pole.angle
    );
    draw(&path, &log)?;
    println!("pictured in {}", path.display());
    Ok(())
}

/// Sleeps until shortly before `deadline`, and then watches the clock: a sleep may end late.
fn wait_until(deadline: Instant) {
    const EARLY: Duration = Duration::from_micros(150);
    let left = deadline.saturating_duration_since(Instant::now());
    thread::sleep(left.saturating_sub(EARLY));
    while Instant::now() < deadline {
        std::hint::spin_loop();
    }
}

/// Prints median, 99th percentile and maximum.
fn report(name: &str, times: impl Iterator<Item = Duration>) {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{name:<12} median {:>9.1?}, 99 % {:>9.1?}, at most {:>9.1?}",
        at(50),
        at(99),
        at(100)
    );
}

/// Draws the angle, the place, and the jitter.
fn draw(path: &std::path::Path, log: &[Tick]) -> Result<()> {
    let times: Vec<f64> = (1..=log.len())
        .map(|tick| tick as f64 * PERIOD.as_secs_f64() * 1e3)
        .collect();
    let of =
        |value: fn(&CartPole) -> f64| log.iter().map(|tick| value(&tick.pole)).collect::<Vec<_>>();
    let in_us = |time: fn(&Tick) -> Duration| {
        log.iter()
            .map(|tick| time(tick).as_secs_f64() * 1e6)
            .collect::<Vec<_>>()
    };
    // The slowest hundredth is a task of the system's, and would hide the others.
    let common = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times.truncate((times.len() * 99 / 100).max(1));
        times
    };
    Figure::new()
        .title("A pole balanced by spiking neurons, pushed halfway")
        .plot(curves("time (ms)", "angle (°)").curve(
            "",
            &times,
            &of(|pole| pole.angle.to_degrees()),
        ))
        .plot(curves("time (ms)", "place (m)").curve("", &times, &of(|pole| pole.place)))
        .row([
            histogram(
                "late by (µs)",
                &common(in_us(|tick| tick.late)),
                Bins::Number(30),
            )
            .y_label("ticks")
            .into(),
            histogram(
                "answered in (µs)",
                &common(in_us(|tick| tick.answered)),
                Bins::Number(30),
            )
            .y_label("ticks")
            .into(),
        ])
        .inline()
        .save(path)?;
    Ok(())
}
