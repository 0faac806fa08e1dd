//! Random input: its statistics, and that it does not depend on how a network is run.
//!
//! Every seed is fixed, so that nothing here fails by chance; bounds are four standard errors.

use lava::monitor::Probe;
use lava::prelude::*;
use lava::proc::{Events, PoissonInput, PoissonSpikes, SpikeTrain};
use ndarray::{ArrayD, Axis};

use crate::support::loihi;

const NEURONS: usize = 400;
const STEPS: u64 = 1000;

/// The counts of a network of one input: steps by neurons.
fn counts(rate: f64, seed: u64) -> lava::Result<ArrayD<f64>> {
    let net = loihi();
    let input: PoissonInput<f64> = net.add(PoissonInput::shape([NEURONS]).rate(rate).seed(seed))?;
    let events = net.probe(&input.a_out)?;
    net.run(RunSteps(STEPS))?;
    Ok(events.data())
}

fn correlation<'a>(
    mean: f64,
    a: impl Iterator<Item = &'a f64>,
    b: impl Iterator<Item = &'a f64>,
) -> f64 {
    let pairs = a.zip(b).map(|(a, b)| (a - mean) * (b - mean));
    let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), pair| (sum + pair, count + 1.0));
    sum / count / mean
}

#[test]
fn counts_have_the_mean_and_variance_of_a_poisson_distribution() -> lava::Result<()> {
    let samples = NEURONS as f64 * STEPS as f64;
    for lambda in [0.01, 0.8, 1.6, 20.0, 3000.0] {
        let counts = counts(lambda * 10_000.0, 7)?;
        let mean = counts.sum() / samples;
        let error = (lambda / samples).sqrt();
        assert!(
            (mean - lambda).abs() < 4.0 * error,
            "mean {mean}, not {lambda}"
        );
        let variance = counts.mapv(|count| (count - lambda).powi(2)).sum() / samples;
        // The fourth central moment of a Poisson distribution is λ + 3λ².
        let error = ((lambda + 2.0 * lambda * lambda) / samples).sqrt();
        assert!(
            (variance - lambda).abs() < 4.0 * error,
            "variance {variance}, not {lambda}"
        );
    }
    Ok(())
}

#[test]
fn counts_have_the_probabilities_of_a_poisson_distribution() -> lava::Result<()> {
    let samples = NEURONS as f64 * STEPS as f64;
    let counts = counts(16_000.0, 8)?;
    let mut probability = (-1.6_f64).exp();
    for count in 0..9 {
        let share = counts
            .iter()
            .filter(|other| **other == f64::from(count))
            .count() as f64;
        let error = (probability * (1.0 - probability) / samples).sqrt();
        assert!(
            (share / samples - probability).abs() < 4.0 * error,
            "of {count}"
        );
        probability *= 1.6 / f64::from(count + 1);
    }
    Ok(())
}

#[test]
fn neurons_steps_and_seeds_are_independent() -> lava::Result<()> {
    let (counts, other) = (counts(16_000.0, 9)?, counts(16_000.0, 10)?);
    let bound = 4.0 / (NEURONS as f64 * STEPS as f64 * 0.9).sqrt();
    let slice = |axis, from: isize| counts.slice_axis(Axis(axis), (from..).into());
    for (axis, distance) in [(0, 1), (0, 2), (1, 1), (1, 4), (1, 32), (1, 128), (1, 256)] {
        let later = slice(axis, distance);
        let earlier = counts.slice_axis(Axis(axis), (..-distance).into());
        let correlation = correlation(1.6, earlier.iter(), later.iter());
        let bound = bound * (NEURONS as f64 / (NEURONS as f64 - 256.0)).sqrt();
        assert!(
            correlation.abs() < bound,
            "{correlation} along axis {axis} at {distance}"
        );
    }
    let correlation = correlation(1.6, counts.iter(), other.iter());
    assert!(correlation.abs() < bound, "{correlation} between seeds");
    Ok(())
}

#[test]
fn every_neuron_has_its_own_rate_and_weight() -> lava::Result<()> {
    let rates: Vec<f64> = (0..NEURONS).map(|neuron| 100.0 * neuron as f64).collect();
    let net = loihi();
    let input = PoissonInput::shape([NEURONS]).rate(rates.clone()).seed(3);
    let input: PoissonInput<f64> = net.add(input.weight(-2.0))?;
    let most = rates.iter().map(|rate| f64::min(*rate, 10_000.0));
    let most: Vec<f64> = most.collect();
    let spikes = net.add(PoissonSpikes::shape([NEURONS]).rate(most).seed(3))?;
    let (sums, spikes) = (net.probe(&input.a_out)?, net.probe(&spikes.s_out)?);
    net.run(RunSteps(STEPS))?;
    let (sums, counts) = (sums.data().sum_axis(Axis(0)), spikes.counts());
    for (neuron, rate) in rates.iter().enumerate() {
        let mean = rate * STEPS as f64 * 1e-4;
        let bound = 4.5 * mean.sqrt();
        assert!(
            (sums[neuron] / -2.0 - mean).abs() <= bound,
            "input to neuron {neuron}"
        );
        let probability = (rate * 1e-4).min(1.0);
        let mean = probability * STEPS as f64;
        let bound = 4.5 * (mean * (1.0 - probability)).sqrt();
        assert!(
            (counts[neuron] as f64 - mean).abs() <= bound,
            "spikes of neuron {neuron}"
        );
    }
    Ok(())
}

#[test]
fn rates_can_be_set_between_runs() -> lava::Result<()> {
    let net = loihi();
    let silent = net.add(PoissonSpikes::shape([NEURONS]).rate(0.0).seed(1))?;
    let input: PoissonInput = net.add(PoissonInput::shape([NEURONS]).rate(0.0).seed(1))?;
    let (spikes, events) = (net.probe(&silent.s_out)?, net.probe(&input.a_out)?);
    net.run(RunSteps(100))?;
    assert_eq!((spikes.events().len(), events.data().sum()), (0, 0.0));
    silent.rate.set(10_000.0)?;
    input.rate.set(20_000.0)?;
    net.run(RunSteps(100))?;
    assert_eq!(spikes.events().len(), 100 * NEURONS, "one a step");
    let error = silent.rate.set(10_001.0).unwrap_err().to_string();
    assert!(
        error.contains("once in a step of 0.1 ms, at 10000 Hz"),
        "{error}"
    );
    assert!(
        error.contains("`rate` is 10001 Hz") && error.contains("PoissonInput"),
        "{error}"
    );
    assert_eq!(silent.rate.get()?.first(), Some(&10_000.0), "it stays");
    assert!((events.data().sum() - 80_000.0).abs() < 4.0 * 80_000.0_f32.sqrt());
    assert!(input.rate.set(-1.0).is_err());
    let error = input.rate.set(1e300).unwrap_err();
    assert!(error.to_string().contains("events a step"), "{error}");
    Ok(())
}

/// The output of every random input on `workers` workers: two of each process, some runs and a
/// reset.
fn everything(workers: usize) -> lava::Result<Vec<ArrayD<f64>>> {
    let net = loihi();
    net.set_workers(workers)?;
    let mut probes = Vec::new();
    let mut spikes = Vec::new();
    for seed in [1, 2] {
        let rates: Vec<f64> = (0..700)
            .map(|neuron| f64::from(neuron % 50) * 300.0)
            .collect();
        for rate in [vec![16_000.0; 700], rates] {
            let input = PoissonInput::shape([700]).rate(rate.clone()).seed(seed);
            let input: PoissonInput<f64> = net.add(input)?;
            probes.push(net.probe(&input.a_out)?);
            let rate: Vec<f64> = rate.iter().map(|rate| f64::min(*rate, 9_999.0)).collect();
            let train = net.add(PoissonSpikes::shape([700]).rate(rate).seed(seed))?;
            spikes.push(net.probe(&train.s_out)?);
        }
    }
    net.run(RunSteps(60))?;
    net.run(RunSteps(40))?;
    assert_eq!(net.workers(), workers);
    let spikes = spikes.iter().map(|probe| probe.data().mapv(f64::from));
    Ok(probes.iter().map(Probe::data).chain(spikes).collect())
}

#[test]
fn draws_are_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let alone = everything(1)?;
    assert!(alone.iter().all(|data| data.sum() > 1000.0));
    assert_ne!(alone[0], alone[2], "seeds differ");
    for workers in [2, 3] {
        assert!(everything(workers)? == alone, "{workers} workers");
    }
    Ok(())
}

#[test]
fn a_larger_population_begins_like_a_smaller_one() -> lava::Result<()> {
    let draws = |neurons: usize| -> lava::Result<ArrayD<f32>> {
        let net = loihi();
        let input: PoissonInput = net.add(PoissonInput::shape([neurons]).rate(2e4).seed(5))?;
        let events = net.probe(&input.a_out)?;
        net.run(RunSteps(10))?;
        Ok(events.data())
    };
    let (small, large) = (draws(300)?, draws(900)?);
    assert_eq!(small, large.slice_axis(Axis(1), (..300).into()));
    Ok(())
}

#[test]
fn a_reset_starts_random_input_and_trains_again() -> lava::Result<()> {
    let net = loihi();
    let poisson = net.add(PoissonSpikes::shape([50]).rate(500.0).seed(4))?;
    let events = Events::from_steps([(2, 7), (2, 3), (9, 49), (100, 0)]);
    let train = net.add(SpikeTrain::shape([50]).events(events))?;
    let rounds: Vec<_> = (0..2)
        .map(|_| {
            let probes = [net.probe(&poisson.s_out)?, net.probe(&train.s_out)?];
            net.run(RunSteps(5))?;
            net.run(RunSteps(25))?;
            net.reset()?;
            Ok(probes.map(|probe| probe.data()))
        })
        .collect::<lava::Result<_>>()?;
    assert_eq!(rounds[0], rounds[1]);
    Ok(())
}

#[test]
fn trains_are_played_in_steps_or_milliseconds() -> lava::Result<()> {
    let net = loihi();
    let trains = [vec![1.0, 0.1], vec![], vec![0.3, 0.26]];
    let events = Events::merging_times(trains, 0.1)?;
    let train = net.add(SpikeTrain::shape([3]).events(events))?;
    let spikes = net.probe(&train.s_out)?;
    net.run(RunSteps(20))?;
    assert_eq!(spikes.events(), [(1, 0), (3, 2), (10, 0)]);
    Ok(())
}

#[test]
fn spikes_that_fall_into_one_step_are_refused_or_counted() -> lava::Result<()> {
    let trains = [vec![3.0], vec![1.04, 2.0, 1.01]];
    let error = Events::from_times(trains.clone(), 0.1)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("neuron 1 spikes at 1.01 ms and at 1.04 ms") && error.contains("step 10"),
        "{error}"
    );
    let events = Events::merging_times(trains.clone(), 0.1)?;
    assert_eq!((events.len(), events.merged()), (3, 1));
    let events = Events::from_steps([(1, 0), (1, 0), (1, 0), (2, 0)]);
    assert_eq!((events.len(), events.merged()), (2, 2));
    Ok(())
}

#[test]
fn a_train_is_replaced_between_runs() -> lava::Result<()> {
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let neurons = 40_000;
        let first = Events::from_steps([(1, 0), (3, 1), (12, 0)]);
        let train = net.add(SpikeTrain::shape([neurons]).events(first))?;
        let spikes = net.probe(&train.s_out)?;
        net.run(RunSteps(5))?;
        let later = Events::from_steps([(2, 0), (6, neurons - 1), (7, 1), (7, 0)]);
        train.events.set(later)?;
        assert_eq!(train.events.get()?[0], 4);
        net.run(RunSteps(10))?;
        let expected = [(1, 0), (3, 1), (6, neurons - 1), (7, 0), (7, 1)];
        assert_eq!(spikes.events(), expected);
        let outside = Events::from_steps([(20, neurons)]);
        let error = train.events.set(outside).unwrap_err().to_string();
        assert!(error.contains("neuron 40000"), "{error}");
        net.reset()?;
        net.run(RunSteps(15))?;
        assert_eq!(
            spikes.events(),
            [(1, 0), (3, 1), (12, 0)],
            "the initial value"
        );
    }
    Ok(())
}

#[test]
fn times_are_made_for_the_time_step_of_the_network() -> lava::Result<()> {
    let build = |dt: f64| -> lava::Result<Network<Loihi1SimCfg>> {
        let net = loihi();
        net.set_dt(dt * lava::units::ms)?;
        let events = Events::from_times([[1.0]], 0.1)?;
        net.add(SpikeTrain::shape([1]).events(events))?;
        Ok(net)
    };
    build(0.1)?.run(RunSteps(1))?;
    let error = build(0.2)?.run(RunSteps(1)).unwrap_err().to_string();
    assert!(
        error.contains("0.1 ms") && error.contains("0.2 ms"),
        "{error}"
    );
    Ok(())
}

#[test]
fn impossible_trains_are_refused() -> lava::Result<()> {
    for time in [0.0, 0.04, -3.0, f64::NAN, f64::INFINITY] {
        assert!(Events::from_times([[time]], 0.1).is_err(), "{time} ms");
    }
    for (events, what) in [([(1, 3)], "neuron 3"), ([(0, 0)], "step 0")] {
        let net = loihi();
        let _ = net.add(SpikeTrain::shape([3]).events(Events::from_steps(events)))?;
        let error = net.run(RunSteps(1)).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
    Ok(())
}

/// The messages of two trains and an input for which nobody chose a seed, in a network of this seed.
fn unseeded(seed: Option<u64>, workers: usize) -> lava::Result<[ArrayD<f64>; 3]> {
    let net = loihi();
    net.set_workers(workers)?;
    let trains = [(); 2].map(|()| net.add(PoissonSpikes::shape([NEURONS]).rate(2000.0)));
    let [left, right] = trains;
    let input: PoissonInput<f64> = net.add(PoissonInput::shape([NEURONS]).rate(2000.0))?;
    if let Some(seed) = seed {
        net.set_seed(seed)?;
    }
    let (left, right) = (net.probe(&left?.s_out)?, net.probe(&right?.s_out)?);
    let events = net.probe(&input.a_out)?;
    net.run(RunSteps(100))?;
    let spikes = |raster: ArrayD<bool>| raster.mapv(|spike| f64::from(u8::from(spike)));
    Ok([spikes(left.data()), spikes(right.data()), events.data()])
}

#[test]
fn streams_without_seeds_are_independent_and_follow_the_networks_seed() -> lava::Result<()> {
    let base = unseeded(None, 1)?;
    let other = unseeded(Some(1), 1)?;
    let all = [
        &base[0], &base[1], &base[2], &other[0], &other[1], &other[2],
    ];
    for (number, one) in all.iter().enumerate() {
        for another in &all[..number] {
            let correlation = correlation(0.2, one.iter(), another.iter());
            // Four standard errors of 40,000 pairs.
            assert!(correlation.abs() < 0.02, "{correlation}");
        }
    }
    for workers in [1, 2, 3] {
        assert!(unseeded(Some(0), workers)? == base, "{workers} workers");
        assert!(unseeded(Some(1), workers)? == other, "{workers} workers");
    }
    Ok(())
}

#[test]
fn a_seed_can_be_read_and_set() -> lava::Result<()> {
    let net = loihi();
    let input = net.add(PoissonSpikes::shape([NEURONS]).rate(2000.0))?;
    let same = net.add(PoissonSpikes::shape([NEURONS]).rate(2000.0).seed(9))?;
    let (first, second) = (net.probe(&input.s_out)?, net.probe(&same.s_out)?);
    net.run(RunSteps(20))?;
    assert!(first.data() != second.data());
    let drawn = first.data();
    net.reset()?;
    net.run(RunSteps(20))?;
    assert!(first.data() == drawn, "a reset plays the same");
    input.seed.set(9)?;
    net.run(RunSteps(20))?;
    let later = |probe: ArrayD<bool>| probe.slice_axis(Axis(0), (20..40).into()).to_owned();
    assert!(later(first.data()) == later(second.data()));
    let error = net.set_seed(3).unwrap_err().to_string();
    assert!(error.contains("seed is in use"), "{error}");
    Ok(())
}
