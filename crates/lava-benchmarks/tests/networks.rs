//! The benchmark networks do what the literature says, on any number of workers.

use std::ops::Range;

use anyhow::{Result, ensure};
use lava::prelude::*;
use lava_benchmarks::{
    Options, Report, Simulation, brunel, brunel_stdp, coba, cuba, dense_ff, fly, lif_only,
    microcircuit, million,
};

type Build = fn(&Options) -> Result<Simulation>;

const SEEDS: [u64; 3] = [1, 2, 3];

fn measure(build: Build, scale: f64, time: f64, seed: u64) -> Result<Report> {
    let options = Options {
        scale,
        seed,
        ..Options::default()
    };
    build(&options)?.measure(time)
}

/// The rate of Brunel's network of 1,250 neurons, in Hz, if its input did not fluctuate: the
/// interval between spikes is τ·ln(μ/(μ − θ)) and the refractory period, where the mean input μ
/// follows from the rate.
fn rate_in_the_mean() -> f64 {
    let (tau, refractory, threshold, weight) = (20.0, 2.0, 20.0, 0.1);
    let (external, recurrent) = (20.0, 100.0 - 5.0 * 25.0);
    let mut rate = 0.0;
    for _ in 0..100 {
        let input: f64 = weight * tau * (external + recurrent * rate);
        rate = 1.0 / (refractory + tau * (input / (input - threshold)).ln());
    }
    1000.0 * rate
}

#[test]
fn brunel_fires_as_in_mean_field_theory() -> Result<()> {
    let expected = rate_in_the_mean();
    for seed in SEEDS {
        let report = measure(brunel, 0.125, 100.0, seed)?;
        for part in &report.populations {
            let off = (part.rate / expected - 1.0).abs();
            ensure!(off < 0.04, "{part:?}: expected {expected:.1} Hz");
        }
    }
    Ok(())
}

#[test]
fn brunel_with_stdp_fires_as_without() -> Result<()> {
    let expected = rate_in_the_mean();
    let report = measure(brunel_stdp, 0.125, 100.0, 1)?;
    for part in &report.populations {
        // Numbers of synapses differ between neurons, and weights move a little.
        let off = (part.rate / expected - 1.0).abs();
        ensure!(off < 0.1, "{part:?}: expected {expected:.1} Hz");
    }
    Ok(())
}

#[test]
fn vogels_abbott_networks_sustain_themselves_irregularly() -> Result<()> {
    // Brian 2.9 gives 5.0 to 5.6 Hz and 14.5 Hz with these parameters.
    for seed in SEEDS {
        irregular(&measure(cuba, 1.0, 200.0, seed)?, 4.2..6.4)?;
    }
    irregular(&measure(coba, 1.0, 200.0, 1)?, 12.5..16.5)
}

/// Checks that the rates are within bounds and the spikes irregular.
fn irregular(report: &Report, bounds: Range<f64>) -> Result<()> {
    for part in &report.populations {
        ensure!(bounds.contains(&part.rate), "{part:?}: not in {bounds:?}");
        ensure!(part.irregularity > 0.2, "{part:?}");
    }
    Ok(())
}

#[test]
fn the_small_microcircuit_keeps_the_published_order_of_rates() -> Result<()> {
    for seed in SEEDS {
        let report = measure(microcircuit, 0.05, 200.0, seed)?;
        for part in &report.populations {
            // A small circuit fires less: its synapses are few and strong.
            let share = part.rate / part.published.unwrap_or(f64::NAN);
            ensure!((0.15..1.3).contains(&share), "{part:?}");
            // And asynchronously: in the full circuit correlations are about 0.001 to 0.02.
            ensure!(part.correlation.abs() < 0.05, "{part:?}");
        }
        for layer in report.populations.chunks(2) {
            ensure!(layer[0].rate < layer[1].rate, "{layer:?}");
        }
    }
    Ok(())
}

#[test]
fn the_full_microcircuit_has_the_published_number_of_synapses() -> Result<()> {
    let options = Options {
        scale: 0.02,
        ..Options::default()
    };
    let scaled = microcircuit(&options)?.build.synapses as f64;
    let full = scaled / options.scale.powi(2);
    ensure!((full / 298.88e6 - 1.0).abs() < 1e-3, "{full}");
    Ok(())
}

/// Options of a small circuit without stored synapses.
fn procedural(scale: f64, seed: u64) -> Options {
    Options {
        scale,
        seed,
        procedural: true,
        ..Options::default()
    }
}

#[test]
fn the_microcircuit_fires_alike_without_stored_synapses() -> Result<()> {
    let mut rates = [[0.0; 8]; 2];
    for seed in SEEDS {
        let stored = microcircuit(&Options {
            procedural: false,
            ..procedural(0.05, seed)
        })?;
        let drawn = microcircuit(&procedural(0.05, seed))?;
        // Tables take most of it at this size.
        ensure!(drawn.build.bytes < stored.build.bytes / 4);
        ensure!(drawn.build.synapses == stored.build.synapses);
        for (rates, network) in rates.iter_mut().zip([stored, drawn]) {
            let report = network.measure(300.0)?;
            for (rate, part) in rates.iter_mut().zip(report.populations) {
                *rate += part.rate / SEEDS.len() as f64;
            }
        }
    }
    for (stored, drawn) in rates[0].iter().zip(rates[1]) {
        // Networks of this size differ by their synapses.
        let off = (stored - drawn).abs() / (0.25 * stored + 0.5);
        ensure!(off < 1.0, "{rates:?}");
    }
    Ok(())
}

#[test]
fn a_network_with_too_many_synapses_for_any_memory_is_built_at_once() -> Result<()> {
    let full = million(&Options::default())?;
    assert_eq!(full.build.synapses, 10_000_000_000);
    ensure!(full.build.bytes < 100_000, "{} bytes", full.build.bytes);
    ensure!(full.net.memory_estimate()?.total() < 1_000_000_000);
    Ok(())
}

#[test]
fn the_fly_is_as_active_as_published() -> Result<()> {
    let report = measure(fly, 0.03, 400.0, 1)?;
    let [brain] = &report.populations[..] else {
        panic!("one population");
    };
    let spikes = brain.spikes as f64 / report.model_time;
    ensure!((12_000.0..22_000.0).contains(&spikes), "{brain:?}");
    ensure!((300..550).contains(&brain.active), "{brain:?}");
    let reached = brain.events / brain.spikes as f64;
    ensure!(
        (90.0..150.0).contains(&reached),
        "{reached} deliveries a spike"
    );
    ensure!(report.awake.is_some_and(|awake| awake < 1.0));
    ensure!(report.to_string().contains("neurons awake"));
    Ok(())
}

#[test]
fn a_fly_is_as_active_by_either_update() -> Result<()> {
    let [event_driven, clock_driven] = [false, true].map(|clock_driven| {
        let options = Options {
            scale: 0.03,
            clock_driven,
            ..Options::default()
        };
        let report = fly(&options)?.measure(100.0)?;
        Ok::<_, anyhow::Error>((report.populations[0].spikes, report.awake))
    });
    let (event_driven, clock_driven) = (event_driven?, clock_driven?);
    // In single precision, rounding moves a spike by a step now and then.
    let ratio = event_driven.0 as f64 / clock_driven.0 as f64;
    ensure!(
        (0.95..1.05).contains(&ratio),
        "{event_driven:?}, {clock_driven:?}"
    );
    Ok(())
}

#[test]
fn a_fly_at_rest_stays_there() -> Result<()> {
    let options = Options {
        scale: 0.01,
        driven: 0,
        ..Options::default()
    };
    let report = fly(&options)?.measure(20.0)?;
    assert_eq!((report.populations[0].spikes, report.awake), (0, Some(0.0)));
    let options = Options {
        driven: 1_000_000,
        ..options
    };
    let error = fly(&options).unwrap_err().to_string();
    ensure!(error.contains("--driven is 1000000"), "{error}");
    Ok(())
}

#[test]
fn a_layer_of_dense_ff_fires_in_turns() -> Result<()> {
    let report = measure(dense_ff, 0.1, 100.0, 1)?;
    let [input, output] = &report.populations[..] else {
        panic!("two layers");
    };
    assert_eq!((input.spikes, input.irregularity), (100 * 5, 0.0));
    ensure!(output.rate > 1.0, "{output:?}");
    Ok(())
}

#[test]
fn any_number_of_workers_gives_the_same_spikes() -> Result<()> {
    let without_synapses: Build = |options| {
        microcircuit(&Options {
            procedural: true,
            ..options.clone()
        })
    };
    let networks: [(&str, Build, f64, u64); 9] = [
        ("brunel", brunel, 0.05, 300),
        ("cuba", cuba, 0.25, 200),
        ("coba", coba, 0.25, 200),
        ("microcircuit", microcircuit, 0.03, 400),
        ("microcircuit --procedural", without_synapses, 0.03, 400),
        ("million", million, 0.002, 300),
        ("fly", fly, 0.01, 400),
        ("dense_ff", dense_ff, 0.1, 50),
        ("lif_only", lif_only, 0.005, 100),
    ];
    for (name, build, scale, steps) in networks {
        let one = events(build, scale, steps, 1)?;
        let spikes: usize = one.iter().map(Vec::len).sum();
        ensure!(spikes > 20, "{name}: {spikes} spikes show nothing");
        for workers in [2, 3, 8] {
            let same = events(build, scale, steps, workers)? == one;
            ensure!(same, "{name}: {workers} workers differ from one");
        }
    }
    Ok(())
}

/// Every population's spikes on `workers` workers.
fn events(build: Build, scale: f64, steps: u64, workers: usize) -> Result<Vec<Vec<(u64, usize)>>> {
    let options = Options {
        scale,
        threads: Some(workers),
        ..Options::default()
    };
    let simulation = build(&options)?;
    simulation.net.run(RunSteps(steps))?;
    let populations = simulation.populations.iter();
    Ok(populations.map(|part| part.spikes.events()).collect())
}

#[test]
fn arguments_that_make_no_sense_are_named() {
    for (arguments, message) in [
        (
            ["--scale", "0"],
            "--scale is 0; it must be a positive number",
        ),
        (
            ["--time", "inf"],
            "--time is inf; it must be a positive number",
        ),
        (
            ["--threads", "0"],
            "--threads is 0; there must be at least one",
        ),
        (["--seed", "-1"], "--seed takes a number, not \"-1\""),
        (
            ["--speed", "1"],
            "there is no argument --speed; --help lists them",
        ),
    ] {
        let parsed = Options::parse(arguments.map(str::to_owned));
        assert_eq!(parsed.unwrap_err().to_string(), message);
    }
    let missing = Options::parse(["--seed".to_owned()]);
    let message = missing.unwrap_err().to_string();
    assert_eq!(message, "--seed needs a number after it");
}

/// Builds a network for a number of workers.
fn on_workers(build: Build, scale: f64, threads: usize) -> Result<Simulation> {
    build(&Options {
        scale,
        threads: Some(threads),
        ..Options::default()
    })
}

#[test]
fn a_saved_run_goes_on_with_the_same_bits_on_other_workers() -> Result<()> {
    let networks: [(&str, Build, f64); 8] = [
        ("brunel", brunel, 0.06),
        ("brunel_stdp", brunel_stdp, 0.06),
        ("cuba", cuba, 0.25),
        ("coba", coba, 0.25),
        ("microcircuit", microcircuit, 0.02),
        ("dense_ff", dense_ff, 0.1),
        ("lif_only", lif_only, 0.01),
        ("fly", fly, 0.01),
    ];
    for (name, build, scale) in networks {
        let file = |part: &str| {
            let name = format!("lava-{}-{name}-{part}", std::process::id());
            std::env::temp_dir().join(name)
        };
        let (saved, end) = (file("saved"), file("end"));
        let state = |simulation: &Simulation| -> Result<Vec<u8>> {
            simulation.net.save(&end)?;
            Ok(std::fs::read(&end)?)
        };
        let mut expected = None;
        for [before, after] in [[1, 2], [2, 3], [3, 1]] {
            let first = on_workers(build, scale, before)?;
            first.net.run(RunSteps(101))?;
            first.net.save(&saved)?;
            first.net.run(RunSteps(57))?;
            let whole = state(&first)?;
            let second = on_workers(build, scale, after)?;
            second.net.restore(&saved)?;
            second.net.run(RunSteps(57))?;
            ensure!(
                whole == state(&second)?,
                "{name}: {before} to {after} workers"
            );
            let expected = expected.get_or_insert_with(|| whole.clone());
            ensure!(*expected == whole, "{name} on {before} workers");
        }
        std::fs::remove_file(saved)?;
        std::fs::remove_file(end)?;
    }
    Ok(())
}

#[test]
fn spikes_are_written_one_file_a_population() -> Result<()> {
    let options = Options {
        scale: 0.05,
        ..Options::default()
    };
    let simulation = dense_ff(&options)?;
    let report = simulation.measure(100.0)?;
    let folder = std::env::temp_dir().join(format!("lava-spikes-{}", std::process::id()));
    simulation.save_spikes(&folder)?;
    for (number, part) in report.populations.iter().enumerate() {
        let bytes = std::fs::metadata(folder.join(format!("{number}.npy")))?.len();
        // Two numbers of 8 bytes each, those of the warm-up, too, and a header.
        ensure!(bytes > 16 * part.spikes as u64, "{part:?}: {bytes} bytes");
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
