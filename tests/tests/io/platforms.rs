//! One LIF neuron, as eleven platforms compute it: the published recordings of the format, `lif_*.csv`.

use lava::nir::{Imported, NirGraph, NirOptions, Quantization};
use lava::prelude::*;
use lava::proc::{Discretization, Real, ResetMode, Source, SpikeTiming};

use super::shared;

/// The input, the voltage and the spikes of a platform.
struct Recording {
    input: Vec<f64>,
    voltage: Vec<f64>,
    spikes: Vec<usize>,
}

fn recording(platform: &str) -> Option<Recording> {
    let text = std::fs::read_to_string(shared(&format!("nir/lif_{platform}.csv"))?);
    let text = text.expect("the recording can be read");
    let column = |number: usize| -> Vec<f64> {
        let cells = text.lines().filter_map(|line| line.split(',').nth(number));
        cells
            .map(|cell| cell.trim().parse().expect("a number"))
            .collect()
    };
    let spikes = column(2).into_iter().enumerate();
    Some(Recording {
        input: column(0),
        voltage: column(1),
        spikes: spikes
            .filter(|(_, spike)| *spike != 0.0)
            .map(|(row, _)| row)
            .collect(),
    })
}

/// The voltages and the rows with spikes of the published graph under `options`.
fn simulated<T: Real>(input: &[f64], options: &NirOptions) -> lava::Result<(Vec<T>, Vec<usize>)> {
    let path = shared("nir/lif_norse.nir").expect("it is beside the recordings");
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported<T> = NirGraph::read(path)?.build(&net, options)?;
    let rows = input.iter().map(|value| T::of(*value)).collect();
    let rows = ndarray::Array2::from_shape_vec((input.len(), 1), rows)?;
    imported.feed(&net, "input", rows.into_dyn())?;
    let voltage = net.probe(imported.voltage("1")?)?;
    let spikes = net.probe(imported.spikes("1")?)?;
    net.run(RunSteps(input.len() as u64))?;
    let rows = spikes
        .events()
        .iter()
        .map(|(step, _)| *step as usize - 1)
        .collect();
    Ok((voltage.data().into_iter().collect(), rows))
}

fn euler() -> NirOptions {
    NirOptions::new().discretization(Discretization::DecayEuler)
}

/// The largest difference of two voltages, the second times `unit`.
fn difference<T: Real>(ours: &[T], theirs: &[f64], unit: f64) -> f64 {
    let pairs = ours.iter().zip(theirs);
    pairs
        .map(|(a, b)| (a.double() - b * unit).abs())
        .fold(0.0, f64::max)
}

#[test]
fn the_exact_solution_has_the_published_spikes_and_voltages() -> lava::Result<()> {
    let Some(exact) = recording("exact") else {
        return Ok(());
    };
    let within = NirOptions::new().timing(SpikeTiming::WithinStep);
    let (voltage, spikes) = simulated::<f64>(&exact.input, &within)?;
    assert_eq!(spikes, exact.spikes);
    // The graph's numbers are in single precision.
    assert!(difference(&voltage, &exact.voltage, 1.0) < 1e-8);
    // Resets at the ends of steps are off by what the neuron gains in the rest of its step.
    let (voltage, spikes) = simulated::<f64>(&exact.input, &NirOptions::new())?;
    assert_eq!(spikes, exact.spikes);
    assert!(difference(&voltage, &exact.voltage, 1.0) < 1e-2);
    Ok(())
}

#[test]
fn norse_is_reproduced_to_the_bit() -> lava::Result<()> {
    let Some(norse) = recording("norse") else {
        return Ok(());
    };
    let options = NirOptions::new().discretization(Discretization::ForwardEuler);
    let (voltage, spikes) = simulated::<f32>(&norse.input, &options)?;
    assert_eq!(spikes, norse.spikes);
    let theirs: Vec<f32> = norse.voltage.iter().map(|v| *v as f32).collect();
    assert_eq!(voltage, theirs);
    Ok(())
}

#[test]
fn spyx_is_reproduced_to_the_bit() -> lava::Result<()> {
    let Some(spyx) = recording("spyx") else {
        return Ok(());
    };
    let options = euler()
        .timing(SpikeTiming::BeforeStep)
        .reset(ResetMode::Subtract);
    let (voltage, spikes) = simulated::<f32>(&spyx.input, &options)?;
    assert_eq!(spikes, spyx.spikes);
    let theirs: Vec<f32> = spyx.voltage.iter().map(|v| *v as f32).collect();
    assert_eq!(voltage, theirs);
    Ok(())
}

#[test]
fn snntorch_nengo_and_lava_have_the_same_spikes() -> lava::Result<()> {
    // The unit of their voltages, and the largest difference: single precision in that unit.
    let cases = [
        // Input adds 1 to the voltage, and not dt/tau.
        ("snntorch", euler(), 0.04, 1e-7),
        // The threshold is 1.
        ("nengo", NirOptions::new(), 0.1, 1e-7),
        ("lava_cpu_float", euler().synaptic_delay(true), 1.0, 1e-7),
    ];
    for (platform, options, unit, largest) in cases {
        let Some(recording) = recording(platform) else {
            return Ok(());
        };
        let (voltage, spikes) = simulated::<f32>(&recording.input, &options)?;
        assert_eq!(spikes, recording.spikes, "{platform}");
        let difference = difference(&voltage, &recording.voltage, unit);
        assert!(difference < largest, "{platform}: {difference}");
    }
    Ok(())
}

#[test]
fn lava_in_fixed_point_is_reproduced_to_the_bit() -> lava::Result<()> {
    let Some(fixed) = recording("lava_cpu_fixed") else {
        return Ok(());
    };
    let path = shared("nir/lif_norse.nir").expect("it is beside the recordings");
    let net = Network::<Loihi1SimCfg>::new();
    let quantization = Quantization::new().scale(256.0).truncates(true);
    let imported = NirGraph::read(path)?.build_fixed(&net, &euler(), &quantization)?;
    let rows = fixed.input.iter().map(|value| *value as i32).collect();
    let rows = ndarray::Array2::from_shape_vec((fixed.input.len(), 1), rows)?;
    let source: Source<i32> = net.add(Source::data(rows))?;
    source.s_out.connect(&imported.inputs["input"])?;
    let lif = &imported.neurons["1"];
    let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
    net.run(RunSteps(fixed.input.len() as u64))?;
    let rows: Vec<_> = spikes
        .events()
        .iter()
        .map(|(step, _)| *step as usize - 1)
        .collect();
    assert_eq!(rows, fixed.spikes);
    let theirs: Vec<i32> = fixed.voltage.iter().map(|v| *v as i32).collect();
    assert_eq!(voltage.data().into_raw_vec_and_offset().0, theirs);
    Ok(())
}
