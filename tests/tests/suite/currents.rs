//! Input currents: their sources, and their effect on the neurons of the field.

use lava::prelude::*;
use lava::proc::{
    AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, NoiseCurrent, SineCurrent,
    Source, StepCurrent,
};
use lava::units::ms;
use ndarray::{ArrayD, Axis};

use crate::support::{fails, flat, loihi};

/// The voltage of a neuron in 300 steps under a current that a port receives, and under the same
/// current as `i_e`, set before every step.
macro_rules! both_ways {
    ($process:ident) => {{
        let current: Vec<f64> = (0..300).map(|n| 700.0 + 5.0 * f64::from(n % 40)).collect();
        let rows = ndarray::Array2::from_shape_fn((300, 1), |(step, _)| current[step]);
        let net = network! { Loihi1SimCfg;
            input:  Source<f64>   = Source::data(rows.clone());
            neuron: $process<f64> = $process::shape([1]).i_e(100.0);
            input.s_out -> neuron.current_in;
        }?;
        let v = net.probe(&net.neuron.v_m)?;
        let spikes = net.probe(&net.neuron.s_out)?;
        net.run(RunSteps(300))?;
        let other = loihi();
        let neuron: $process<f64> = other.add($process::shape([1]))?;
        let expected = other.probe(&neuron.v_m)?;
        for current in current {
            neuron.i_e.set(100.0 + current)?;
            other.run(RunSteps(1))?;
        }
        (flat(v.data()), flat(expected.data()), spikes.events().len())
    }};
}

#[test]
fn a_current_acts_during_the_step_as_i_e_does() -> lava::Result<()> {
    for (v, expected, spikes) in [
        both_ways!(IafPscExp),
        both_ways!(IafPscAlpha),
        both_ways!(IafPscDelta),
        both_ways!(IafCondExp),
        both_ways!(AeifCondExp),
    ] {
        assert!(spikes > 0);
        for (step, (v, expected)) in v.iter().zip(&expected).enumerate() {
            assert!(
                (v - expected).abs() < 1e-9,
                "{v}, not {expected} mV in step {step}"
            );
        }
    }
    Ok(())
}

#[test]
fn a_current_changes_at_its_times() -> lava::Result<()> {
    let net = loihi();
    let step = StepCurrent::shape([2]).times([0.0, 0.3, 0.5]);
    let step: StepCurrent = net.add(step.amplitudes([1.0, -2.0, 0.0]).gain([1.0, 10.0]))?;
    let current = net.probe(&step.a_out)?;
    net.run(RunSteps(7))?;
    let expected = [1.0, 1.0, 1.0, -2.0, -2.0, 0.0, 0.0].map(|i| [i, 10.0 * i]);
    assert_eq!(current.data(), ndarray::arr2(&expected).into_dyn());
    step.times.set([0.0, 0.3, 0.9])?;
    step.amplitudes.set([0.0, 0.0, 5.0])?;
    net.run(RunSteps(4))?;
    let later: Vec<f32> = current
        .data()
        .index_axis(Axis(1), 0)
        .iter()
        .skip(7)
        .copied()
        .collect();
    assert_eq!(later, [0.0, 0.0, 5.0, 5.0]);
    Ok(())
}

#[test]
fn times_that_are_not_ascending_are_refused() -> lava::Result<()> {
    for times in [[1.0, 0.5], [1.0, 1.0], [1.01, 1.04]] {
        let net = loihi();
        let _: StepCurrent =
            net.add(StepCurrent::shape([1]).times(times).amplitudes([1.0, 2.0]))?;
        fails(net.compile(), &["`times`", "ascending"]);
    }
    let net = loihi();
    let three = StepCurrent::shape([1])
        .times([1.0, 2.0])
        .amplitudes([1.0, 2.0, 3.0]);
    fails(
        net.add(three).map(|_: StepCurrent| ()),
        &["amplitudes", "[2]"],
    );
    Ok(())
}

#[test]
fn a_sine_has_the_frequency_in_any_time_step() -> lava::Result<()> {
    for (dt, steps) in [(0.1, 400), (0.5, 80)] {
        let net = loihi();
        net.set_dt(dt * ms)?;
        let sine = SineCurrent::shape([2])
            .amplitude([3.0, 1.0])
            .frequency([50.0, 25.0]);
        let sine: SineCurrent<f64> = net.add(sine.phase(0.5).offset([0.0, 2.0]))?;
        let current = net.probe(&sine.a_out)?;
        net.run(RunSteps(steps))?;
        for (step, row) in current.data().outer_iter().enumerate() {
            let t = (step as f64 + 0.5) * dt / 1000.0;
            let expected = [(3.0, 50.0, 0.0), (1.0, 25.0, 2.0)].map(|(amplitude, f, offset)| {
                offset + amplitude * (std::f64::consts::TAU * f * t + 0.5).sin()
            });
            for (value, expected) in row.iter().zip(expected) {
                assert!((value - expected).abs() < 1e-9, "{value}, not {expected}");
            }
        }
    }
    Ok(())
}

/// Noise of `neurons` neurons: steps by neurons.
fn noise(neurons: usize, steps: u64, tau: f64, workers: usize) -> lava::Result<ArrayD<f64>> {
    let net = loihi();
    net.set_workers(workers)?;
    let noise = NoiseCurrent::shape([neurons])
        .std(2.0)
        .mean(5.0)
        .tau(tau)
        .seed(11);
    let noise: NoiseCurrent<f64> = net.add(noise)?;
    let current = net.probe(&noise.a_out)?;
    net.run(RunSteps(steps))?;
    Ok(current.data())
}

/// The power of the rows from 200 on, at `frequency` in Hz: a one-sided density.
fn density(rows: &ArrayD<f64>, frequency: f64) -> f64 {
    let (dt, from) = (1e-4, 200);
    let rows = rows.slice_axis(Axis(0), (from..).into());
    let (steps, neurons) = (rows.shape()[0] as f64, rows.shape()[1] as f64);
    let power = rows.axis_iter(Axis(1)).map(|train| {
        let (re, im) = train
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(re, im), (step, x)| {
                let (sin, cos) = (std::f64::consts::TAU * frequency * dt * step as f64).sin_cos();
                (re + (x - 5.0) * cos, im + (x - 5.0) * sin)
            });
        re * re + im * im
    });
    2.0 * dt / steps * power.sum::<f64>() / neurons
}

#[test]
fn noise_has_the_spectrum_that_it_states() -> lava::Result<()> {
    const NEURONS: usize = 600;
    let std = 2.0_f64;
    // Whole periods in 2000 steps. Four standard errors of an exponential distribution.
    let bound = 4.0 / (NEURONS as f64).sqrt();
    let white = noise(NEURONS, 2200, 0.0, 1)?;
    let coloured = noise(NEURONS, 2200, 2.0, 1)?;
    for frequency in [5.0, 50.0, 100.0, 500.0] {
        let expected = 2.0 * std.powi(2) * 1e-4;
        let share = density(&white, frequency) / expected;
        assert!(
            (share - 1.0).abs() < bound,
            "white: {share} at {frequency} Hz"
        );
        let tau = 2e-3;
        let corner = std::f64::consts::TAU * frequency * tau;
        let expected = 4.0 * std.powi(2) * tau / (1.0 + corner.powi(2));
        let share = density(&coloured, frequency) / expected;
        assert!(
            (share - 1.0).abs() < bound,
            "coloured: {share} at {frequency} Hz"
        );
    }
    Ok(())
}

#[test]
fn noise_has_its_mean_deviation_and_correlation() -> lava::Result<()> {
    let samples = noise(500, 2000, 0.0, 1)?.mapv(|x| (x - 5.0) / 2.0);
    let count = samples.len() as f64;
    let moment = |n: i32| samples.mapv(|x| x.powi(n)).sum() / count;
    for (n, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
        let bound = 4.5 * f64::sqrt(variance / count);
        assert!(
            (moment(n) - expected).abs() < bound,
            "moment {n}: {}",
            moment(n)
        );
    }
    let coloured = noise(2000, 400, 5.0, 1)?.mapv(|x| (x - 5.0) / 2.0);
    for lag in [1, 10, 50] {
        let (early, late) = (
            coloured.index_axis(Axis(0), 300),
            coloured.index_axis(Axis(0), 300 + lag),
        );
        let correlation = (&early * &late).sum() / 2000.0;
        let expected = (-(lag as f64) * 0.1 / 5.0).exp();
        assert!(
            (correlation - expected).abs() < 0.14,
            "{correlation} after {lag} steps"
        );
    }
    Ok(())
}

#[test]
fn noise_does_not_depend_on_workers_and_repeats() -> lava::Result<()> {
    let one = noise(40_000, 3, 1.0, 1)?;
    assert_eq!(one, noise(40_000, 3, 1.0, 2)?);
    let net = loihi();
    let noise: NoiseCurrent = net.add(NoiseCurrent::shape([100]).std(1.0).tau(3.0).seed(2))?;
    let current = net.probe(&noise.a_out)?;
    net.run(RunSteps(5))?;
    let first = current.data();
    net.reset()?;
    net.run(RunSteps(5))?;
    assert_eq!(current.data(), first);
    Ok(())
}

#[test]
fn setting_a_current_that_acts_on_many_neurons_changes_nothing_else() -> lava::Result<()> {
    let currents: Vec<f64> = (0..1000).map(|n| f64::from(n) / 2.0).collect();
    let net = loihi();
    let built: IafPscExp<f64> = net.add(IafPscExp::shape([1000]).i_e(currents.clone()))?;
    let set: IafPscExp<f64> = net.add(IafPscExp::shape([1000]))?;
    net.compile()?;
    set.i_e.set(currents)?;
    net.run(RunSteps(300))?;
    assert_eq!(set.v_m.get()?, built.v_m.get()?);
    Ok(())
}
