//! Recordings that are written while a network runs, and after it.

use std::path::Path;

use lava::io::{Arrays, Tensor};
use lava::monitor::{Probe, ProbeOptions, SpikeProbe};
use lava::prelude::*;
use lava::proc::Lif;
use lava::units::ms;

use super::arrays::TestFile;

/// Neurons that fire now and then, as rows and columns.
fn network(shape: [usize; 2]) -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    let net = Network::new();
    net.set_workers(2)?;
    net.set_dt(0.5 * ms)?;
    let count = shape[0] * shape[1];
    let bias: Vec<f32> = (0..count).map(|neuron| 0.1 * (neuron % 7) as f32).collect();
    let bias = ndarray::Array2::from_shape_vec(shape, bias).expect("a bias for each");
    let lif = net.add(Lif::shape(shape).bias_mant(bias).vth(1.0).name("lif"))?;
    Ok((net, lif))
}

/// The arrays that a file of the recording of `voltage` has.
fn expected_values(voltage: &Probe<f32>) -> Arrays {
    let mut arrays = Arrays::new();
    let steps = voltage.time_steps();
    arrays.insert("step", Tensor::new([steps.len()], steps));
    arrays.insert("value", voltage.data());
    arrays.insert("dt", Tensor::scalar(0.5));
    arrays
}

fn expected_spikes(spikes: &SpikeProbe) -> Arrays {
    let mut arrays = Arrays::new();
    let (steps, neurons): (Vec<u64>, Vec<u32>) = spikes
        .events()
        .into_iter()
        .map(|(step, neuron)| (step, neuron as u32))
        .unzip();
    arrays.insert("step", Tensor::new([steps.len()], steps));
    arrays.insert("neuron", Tensor::new([neurons.len()], neurons));
    arrays.insert("dt", Tensor::scalar(0.5));
    arrays
}

/// Compares a file that was streamed with what is in memory.
#[track_caller]
fn assert_same(file: &Path, saved: &Path, expected: &Arrays) {
    if file.extension().is_some_and(|ending| ending == "csv") {
        let read = |path| std::fs::read_to_string(path).expect("a text");
        assert_eq!(read(file), read(saved));
        return;
    }
    for path in [file, saved] {
        let read = Arrays::read(path).expect("the file is complete");
        assert_eq!(read, *expected, "{}", path.display());
    }
}

#[test]
fn a_file_has_what_is_in_memory_at_the_end_of_each_run() -> lava::Result<()> {
    for ending in ["npz", "h5", "csv"] {
        let file = |name: &str| TestFile::new(&format!("{name}.{ending}"));
        let [values, trains, saved] = ["values", "trains", "saved"].map(file);
        let (net, lif) = network([2, 150])?;
        let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
        let streams = (
            net.probe_with(&lif.v, &ProbeOptions::new().to_file(&values.0))?,
            net.probe_with(&lif.s_out, &ProbeOptions::new().to_file(&trains.0))?,
        );
        for steps in [1, 5, 400, 3] {
            net.run(RunSteps(steps))?;
            voltage.save(&saved.0)?;
            assert_same(&values.0, &saved.0, &expected_values(&voltage));
            spikes.save(&saved.0)?;
            assert_same(&trains.0, &saved.0, &expected_spikes(&spikes));
        }
        assert_eq!(streams.0.steps(), 0, "none is kept in memory");
        assert!(spikes.events().len() > 10_000);
        net.reset()?;
        net.run(RunSteps(4))?;
        assert_eq!(voltage.steps(), 4);
        voltage.save(&saved.0)?;
        assert_same(&values.0, &saved.0, &expected_values(&voltage));
        // Dropping the probes completes the files, and leaves nothing beside them.
        drop(streams);
        assert_same(&values.0, &saved.0, &expected_values(&voltage));
        let name = values
            .0
            .file_name()
            .expect("it has one")
            .to_string_lossy()
            .into_owned();
        let folder = std::fs::read_dir(std::env::temp_dir())?;
        let beside = folder
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&name));
        assert_eq!(beside.count(), 1, "{ending}");
    }
    Ok(())
}

#[test]
fn a_file_of_numpy_has_the_values_alone_when_it_is_saved() -> lava::Result<()> {
    let file = TestFile::new("long.npy");
    let (net, lif) = network([10, 100])?;
    let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
    net.run(RunSteps(300))?;
    voltage.save(&file.0)?;
    assert_eq!(Tensor::read_npy(&file.0)?, voltage.data().into());
    spikes.save(&file.0)?;
    let events = spikes.events();
    let pairs: Vec<u64> = events
        .iter()
        .flat_map(|(step, neuron)| [*step, *neuron as u64])
        .collect();
    assert_eq!(
        Tensor::read_npy(&file.0)?,
        Tensor::new([events.len(), 2], pairs)
    );
    Ok(())
}

#[test]
fn a_file_that_cannot_be_is_refused() -> lava::Result<()> {
    let (net, lif) = network([1, 2])?;
    let refused = |name: &str| {
        let options = ProbeOptions::new().to_file(name);
        net.probe_with(&lif.v, &options)
            .expect_err(name)
            .to_string()
    };
    let error = refused("voltage.txt");
    assert!(
        error.contains("`lif.v`") && error.contains("`.npz`"),
        "{error}"
    );
    for name in [
        "no/such/folder/v.npz",
        "no/such/folder/v.h5",
        "no/such/folder/v.csv",
    ] {
        assert!(refused(name).contains(name));
    }
    let voltage = net.probe(&lif.v)?;
    let error = voltage
        .save("no/such/folder/v.h5")
        .expect_err("no such folder");
    assert!(error.to_string().contains("no/such/folder/v.h5"), "{error}");
    Ok(())
}
