//! A network that was stored and read runs as the one that was stored.

use lava::error::StoreError;
use lava::prelude::*;
use lava_benchmarks::{Options, Simulation};
use lava_examples::digits::{Classifier, Digits, Weights};

use crate::circuits::{CIRCUITS, Net, network};
use crate::continuation::{TestFile, assert_same, state};

/// Steps of each run.
const STEPS: u64 = 40;

/// Stores a network and reads it; runs both, and compares their states.
fn check(name: &str, net: &Net, steps: u64) -> lava::Result<()> {
    let file = TestFile::new(&format!("stored-{}", name.replace(' ', "-")));
    net.store(&file.0)?;
    let read = Net::load(&file.0)?;
    let written = std::fs::read(&file.0)?;
    read.store(&file.0)?;
    assert!(
        std::fs::read(&file.0)? == written,
        "{name} is written otherwise when it was read"
    );
    for net in [net, &read] {
        net.run(RunSteps(steps))?;
    }
    let (found, expected) = (state(&read, &file)?, state(net, &file)?);
    assert_same(&found, &expected, name);
    read.stop()?;
    net.stop()
}

/// Checks the circuits whose number, divided by 3, leaves `rest`.
fn check_circuits(rest: usize) -> lava::Result<()> {
    for (_, (name, circuit)) in CIRCUITS.iter().enumerate().filter(|(at, _)| at % 3 == rest) {
        let net = network(*circuit, 2)?;
        match *name {
            // It has a data set.
            "sources" => {
                let error = net.store("sources.lava").expect_err("it cannot be stored");
                let error = error.downcast_ref::<StoreError>();
                assert!(
                    matches!(error, Some(StoreError::Unstorable { part, .. }) if part == "loader"),
                    "{error:?}"
                );
            }
            name => check(name, &net, STEPS)?,
        }
    }
    Ok(())
}

#[test]
fn a_first_third_of_the_circuits_runs_as_stored() -> lava::Result<()> {
    check_circuits(0)
}

#[test]
fn a_second_third_of_the_circuits_runs_as_stored() -> lava::Result<()> {
    check_circuits(1)
}

#[test]
fn a_last_third_of_the_circuits_runs_as_stored() -> lava::Result<()> {
    check_circuits(2)
}

#[test]
fn the_benchmark_networks_run_as_stored() -> anyhow::Result<()> {
    type Build = fn(&Options) -> anyhow::Result<Simulation>;
    let networks: [(&str, Build, f64); 8] = [
        ("brunel", lava_benchmarks::brunel, 0.03),
        ("brunel_stdp", lava_benchmarks::brunel_stdp, 0.03),
        ("cuba", lava_benchmarks::cuba, 0.1),
        ("coba", lava_benchmarks::coba, 0.1),
        ("lif_only", lava_benchmarks::lif_only, 0.001),
        ("dense_ff", lava_benchmarks::dense_ff, 0.1),
        ("microcircuit", lava_benchmarks::microcircuit, 0.01),
        ("fly", lava_benchmarks::fly, 0.005),
    ];
    for (name, build, scale) in networks {
        let options = Options {
            scale,
            ..Options::default()
        };
        check(name, &build(&options)?.net, 40)?;
    }
    Ok(())
}

#[test]
fn the_network_that_reads_digits_answers_as_stored() -> anyhow::Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let network = Classifier::<i32>::new(&weights)?;
    let file = TestFile::new("stored-digits");
    network.network().store(&file.0)?;
    let read = Net::load(&file.0)?;
    let pixels = read.var::<u8>("image.pixels")?;
    let hidden = read.probe(&read.out_port::<Spike>("hidden.s_out")?)?;
    let (image, _) = digits.test().next().expect("there are images");
    let expected = network
        .network()
        .probe(&network.network().out_port::<Spike>("hidden.s_out")?)?;
    network.classify(&image, 32)?;
    pixels.set(&image)?;
    read.run(RunSteps(32))?;
    assert!(!hidden.events().is_empty());
    assert_eq!(hidden.events(), expected.events());
    Ok(())
}
