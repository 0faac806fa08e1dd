//! Neurons of the literature, each as its equations: their spikes in a second, and the speed of large
//! populations.
//!
//! `cargo run --release -p lava-examples --example neurons`; `-- 4000 100000` sets the numbers of
//! Hodgkin–Huxley and of AdEx neurons whose time is measured.

#![allow(clippy::print_stdout)]

use std::time::Instant;

use lava::network::HasChosenModel;
use lava::prelude::*;
use lava::proc::Real;
use lava::units::{Time, ms};
use lava_examples::neurons::{
    AdEx, FitzHughNagumo, Glif, HodgkinHuxley, Izhikevich, LifExp, MorrisLecar, PinskyRinzel,
    WangBuzsaki,
};

/// Prints the spikes of one neuron in a second, a mark for each of 100 intervals with a spike.
fn draw<B: Build>(
    name: &str,
    dt: f64,
    build: B,
    s_out: impl Fn(&B::Process) -> OutPort<Spike>,
) -> lava::Result<()>
where
    B::Process: HasChosenModel<B::Choice, Loihi1SimCfg>,
{
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(dt * ms)?;
    let neuron = net.add(build)?;
    let spikes = net.probe(&s_out(&neuron))?;
    let steps = (1000.0 / dt).round() as u64;
    net.run(RunSteps(steps))?;
    let mut line = ['·'; 100];
    for (step, _) in spikes.events() {
        line[((step - 1) * 100 / steps) as usize] = '|';
    }
    println!("{name:>16} {}", line.iter().collect::<String>());
    net.stop()
}

/// Prints the real-time factor of a population on one worker: wall time over model time.
fn measure<B: Build>(name: &str, dt: Time, build: B) -> lava::Result<()>
where
    B::Process: HasChosenModel<B::Choice, Loihi1SimCfg>,
{
    let net = Network::<Loihi1SimCfg>::new();
    net.set_workers(1)?;
    net.set_dt(dt)?;
    net.add(build)?;
    net.run(RunFor(10.0 * ms))?;
    let start = Instant::now();
    net.run(RunFor(100.0 * ms))?;
    println!("{name:>24} {:.3}", start.elapsed().as_secs_f64() / 0.1);
    net.stop()
}

/// Values from `from` on, that differ from neuron to neuron.
fn spread<T: Real>(count: usize, from: f64, to: f64) -> Vec<T> {
    let part = |n: usize| (n * 37 % 1000) as f64 / 1000.0;
    (0..count)
        .map(|n| T::of(from + (to - from) * part(n)))
        .collect()
}

fn main() -> anyhow::Result<()> {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let axons = numbers.first().copied().unwrap_or(400);
    let adaptive = numbers.get(1).copied().unwrap_or(10_000);

    println!("Spikes in a second:");
    draw(
        "LifExp",
        0.1,
        LifExp::<f32>::shape([1]).i_e(400.0),
        |neuron| neuron.s_out.clone(),
    )?;
    draw(
        "Izhikevich",
        0.1,
        Izhikevich::<f32>::shape([1]).i_e(10.0),
        |neuron| neuron.s_out.clone(),
    )?;
    draw("AdEx", 0.1, AdEx::<f32>::shape([1]).i_e(800.0), |neuron| {
        neuron.s_out.clone()
    })?;
    draw("Glif", 0.1, Glif::<f32>::shape([1]), |neuron| {
        neuron.s_out.clone()
    })?;
    draw(
        "FitzHughNagumo",
        0.1,
        FitzHughNagumo::<f32>::shape([1]),
        |neuron| neuron.s_out.clone(),
    )?;
    draw(
        "MorrisLecar",
        0.1,
        MorrisLecar::<f32>::shape([1]),
        |neuron| neuron.s_out.clone(),
    )?;
    draw(
        "HodgkinHuxley",
        0.01,
        HodgkinHuxley::<f32>::shape([1]).i_e(10.0),
        |neuron| neuron.s_out.clone(),
    )?;
    draw(
        "WangBuzsaki",
        0.01,
        WangBuzsaki::<f32>::shape([1]).i_e(1.0),
        |neuron| neuron.s_out.clone(),
    )?;
    draw(
        "PinskyRinzel",
        0.01,
        PinskyRinzel::<f32>::shape([1]).i_s(0.75),
        |neuron| neuron.s_out.clone(),
    )?;

    println!("\nReal-time factor on one worker:");
    let (currents, dt) = (spread::<f32>(axons, 5.0, 15.0), 0.01 * ms);
    measure(
        &format!("{axons} HodgkinHuxley f32"),
        dt,
        HodgkinHuxley::shape([axons]).i_e(currents),
    )?;
    let currents = spread::<f64>(axons, 5.0, 15.0);
    measure(
        &format!("{axons} HodgkinHuxley f64"),
        dt,
        HodgkinHuxley::<f64>::shape([axons]).i_e(currents),
    )?;
    let (currents, dt) = (spread::<f32>(adaptive, 500.0, 1000.0), 0.1 * ms);
    measure(
        &format!("{adaptive} AdEx f32"),
        dt,
        AdEx::shape([adaptive]).i_e(currents),
    )?;
    let currents = spread::<f64>(adaptive, 500.0, 1000.0);
    measure(
        &format!("{adaptive} AdEx f64"),
        dt,
        AdEx::<f64>::shape([adaptive]).i_e(currents),
    )?;
    Ok(())
}
