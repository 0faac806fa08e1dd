//! Statistics agree with elephant, SciPy and NumPy.

use lava::prelude::*;
use lava::proc::{IafPscExp, Lif};
use lava::statistics::{
    Bins, RateKernel, SpikeTrains, autocorrelation, cv, fano_factor, histogram, lv, pearson,
    power_spectrum, smooth, synchrony,
};
use lava::units::ms;
use ndarray::Array2;
use serde::Deserialize;

/// The numbers that `tests/statistics/reference.py` has computed.
#[derive(Deserialize)]
struct Reference {
    dt: f64,
    steps: u64,
    width: f64,
    max_lag: f64,
    sigma: f64,
    segment: usize,
    trains: Vec<Vec<u64>>,
    rates: Vec<f64>,
    cvs: Vec<f64>,
    lvs: Vec<f64>,
    fano_factor_over_neurons: f64,
    fano_factors: Vec<f64>,
    correlations: Vec<f64>,
    correlogram: Vec<f64>,
    lags: Vec<f64>,
    rate: Vec<f64>,
    elephant_rate: Vec<f64>,
    frequencies: Vec<f64>,
    power: Vec<f64>,
    count_synchrony: f64,
    voltages: Vec<Vec<f64>>,
    synchrony: f64,
    autocorrelation: Vec<f64>,
    values: Vec<f64>,
    heights: Vec<u64>,
    edges: Vec<f64>,
}

fn reference() -> (Reference, SpikeTrains) {
    let text = include_str!("../../statistics/reference.json");
    let reference: Reference = serde_json::from_str(text).expect("the script has written it");
    let neurons = reference.trains.iter().enumerate();
    let events = neurons.flat_map(|(neuron, train)| train.iter().map(move |step| (*step, neuron)));
    let neurons = reference.trains.len();
    let trains = SpikeTrains::new(neurons, 1..=reference.steps, events);
    let trains = trains.with_dt(reference.dt * ms);
    (reference, trains)
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let apart = (found - expected).abs();
        let bound = tolerance * expected.abs().max(1.0);
        assert!(apart <= bound, "{found}, not {expected}, at {index}");
    }
}

#[test]
fn rates_and_intervals_agree() {
    let (reference, trains) = reference();
    assert_near(&trains.rates(), &reference.rates, 1e-9);
    assert_near(&trains.cvs(), &reference.cvs, 1e-9);
    assert_near(&trains.lvs(), &reference.lvs, 1e-9);
    let mean = reference.rates.iter().sum::<f64>() / reference.rates.len() as f64;
    assert_near(&[trains.mean_rate()], &[mean], 1e-9);
}

#[test]
fn counts_agree() {
    let (reference, trains) = reference();
    let counts: Vec<f64> = trains.counts().iter().map(|count| *count as f64).collect();
    assert_near(
        &[fano_factor(&counts)],
        &[reference.fano_factor_over_neurons],
        1e-9,
    );
    assert_near(
        &trains.fano_factors(reference.width),
        &reference.fano_factors,
        1e-9,
    );
    let found = trains.synchrony(reference.width);
    assert_near(&[found], &[reference.count_synchrony], 1e-9);
}

#[test]
fn correlations_agree() {
    let (reference, trains) = reference();
    let found: Vec<f64> = trains.correlations(reference.width).into_iter().collect();
    assert_near(&found, &reference.correlations, 1e-9);
    let correlogram = trains.cross_correlogram(0, 3, reference.width, reference.max_lag);
    assert_near(&correlogram.lags, &reference.lags, 1e-9);
    assert_near(&correlogram.counts, &reference.correlogram, 1e-9);
    let found = autocorrelation(&reference.voltages[0], 29);
    assert_near(&found, &reference.autocorrelation, 1e-9);
    let [one, other] = [0, 1].map(|neuron| trains.binned(reference.width).row(neuron).to_vec());
    assert_near(&[pearson(&one, &other)], &[reference.correlations[1]], 1e-9);
}

#[test]
fn rates_over_time_agree() {
    let (reference, trains) = reference();
    let kernel = RateKernel::Gaussian(reference.sigma);
    let curve = trains.population_rate(kernel);
    assert_eq!(curve.times[0], reference.dt);
    assert_near(&curve.rates, &reference.rate, 1e-9);
    // elephant's differs by the part of the Gaussian that is cut, and at the ends.
    let single = trains.select([1]).population_rate(kernel);
    let inside = 100..reference.steps as usize - 100;
    let (found, expected) = (
        &single.rates[inside.clone()],
        &reference.elephant_rate[inside],
    );
    let highest = expected.iter().copied().fold(0.0, f64::max);
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 0.03 * highest,
            "{found}, not {expected}"
        );
    }
}

#[test]
fn spectra_agree() {
    let (reference, trains) = reference();
    let spectrum = trains.power_spectrum(reference.segment as f64 * reference.dt);
    assert_near(&spectrum.frequencies, &reference.frequencies, 1e-9);
    assert_near(&spectrum.power, &reference.power, 1e-9);
}

#[test]
fn synchrony_and_histograms_agree() {
    let (reference, _) = reference();
    let voltages = reference.voltages.concat();
    let voltages = Array2::from_shape_vec((5, 200), voltages).expect("five rows");
    assert_near(&[synchrony(voltages.view())], &[reference.synchrony], 1e-9);
    let found = histogram(&reference.values, Bins::Number(7));
    assert_eq!(found.counts, reference.heights);
    assert_near(&found.edges, &reference.edges, 1e-9);
}

#[test]
fn kernels_have_area_one_and_keep_constants() {
    let mut pulse = vec![0.0; 401];
    pulse[200] = 1.0;
    for kernel in [
        RateKernel::Boxcar(2.5),
        RateKernel::Gaussian(3.0),
        RateKernel::Exponential(5.0),
        RateKernel::Alpha(4.0),
        RateKernel::Gaussian(0.0),
    ] {
        let response = smooth(&pulse, 0.5, kernel);
        assert!(
            (response.iter().sum::<f64>() - 1.0).abs() < 1e-9,
            "{kernel:?}"
        );
        let constant = smooth(&[2.0; 50], 0.5, kernel);
        assert!(
            constant[1..].iter().all(|value| (value - 2.0).abs() < 1e-9),
            "{kernel:?}"
        );
    }
    // A synapse responds after the spike only, and decays by its time constant.
    let response = smooth(&pulse, 0.5, RateKernel::Exponential(5.0));
    assert!(response[..200].iter().all(|value| *value == 0.0));
    assert!((response[210] / response[200] - (-1.0_f64).exp()).abs() < 1e-9);
}

#[test]
fn what_is_not_defined_is_nan() {
    let empty = SpikeTrains::new(2, 1..=10, []);
    assert_eq!(empty.rates(), [0.0, 0.0]);
    for value in [
        empty.cvs()[0],
        empty.lvs()[1],
        empty.fano_factors(2.0)[0],
        empty.correlations(2.0)[[0, 0]],
        empty.synchrony(1.0),
        SpikeTrains::new(0, 1..=10, []).mean_rate(),
        cv(&[1.0]),
        lv(&[1.0]),
        pearson(&[], &[]),
    ] {
        assert!(value.is_nan(), "{value}");
    }
    assert!(power_spectrum(&[1.0], 1.0, 8).power.is_empty());
    assert_eq!(
        empty.population_rate(RateKernel::Gaussian(1.0)).rates,
        [0.0; 10]
    );
    assert_eq!(empty.cross_correlogram(0, 5, 1.0, 2.0).counts, [0.0; 5]);
    assert_eq!(histogram(&[f64::NAN], Bins::Number(3)).not_finite, 1);
    assert_eq!(histogram(&[5.0; 3], Bins::Number(1)).counts, [3]);
    assert_eq!(
        histogram(&[0.1, 0.2, 0.35], Bins::Width(0.1)).counts,
        [1, 1, 1]
    );
}

#[test]
fn windows_and_selections_are_trains() {
    let (_, trains) = reference();
    let late = trains.between(401..=800);
    assert_eq!(late.duration(), 200.0);
    let both = trains.between(1..=400).spikes() + late.spikes();
    assert_eq!(both, trains.spikes());
    let picked = trains.select([3, 9, 0]);
    assert_eq!((picked.neurons(), picked.train(1)), (2, trains.train(0)));
}

#[test]
fn a_probe_knows_the_time_step_and_its_steps() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.1 * ms)?;
    let neurons: IafPscExp = net.add(IafPscExp::shape([2]).i_e(1000.0))?;
    let spikes = net.probe(&neurons.s_out)?;
    net.run(RunSteps(1000))?;
    let trains = spikes.trains();
    assert_eq!((trains.neurons(), trains.duration()), (2, 100.0));
    let rate = spikes.events().len() as f64 / 2.0 / 0.1;
    assert!(rate > 0.0);
    assert_near(&[trains.mean_rate()], &[rate], 1e-9);
    spikes.clear();
    net.run(RunSteps(500))?;
    assert_eq!(spikes.trains().steps(), 1001..1501);
    net.stop()
}

#[test]
fn rates_of_a_probe_of_some_steps_count_these() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([1]).bias_mant(2.0).vth(1.0))?;
    let options = lava::monitor::ProbeOptions::new().every(10);
    let spikes = net.probe_with(&lif.s_out, &options)?;
    net.run(RunSteps(100))?;
    let trains = spikes.trains();
    assert_eq!((trains.spikes(), trains.rates()[0]), (10, 1.0));
    net.stop()
}
