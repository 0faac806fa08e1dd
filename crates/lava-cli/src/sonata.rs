//! Circuits of SONATA.

use anyhow::bail;
use lava::prelude::*;
use lava::sonata::{SonataCircuit, SonataOptions};

use crate::arguments::{Arguments, Command, OF_GRAPHS};

/// Returns `false` if the circuit does not fit.
pub(crate) fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    if let Some((name, _)) = arguments.inputs.first() {
        bail!("a circuit has its inputs in its files: `--input {name}` is for other networks");
    }
    arguments.refuse(&OF_GRAPHS, "a circuit of SONATA")?;
    arguments.refuse(
        &["--record"],
        "a circuit of SONATA, whose simulation names its reports,",
    )?;
    let circuit = SonataCircuit::open_with(&arguments.file, &arguments.limits)?;
    if arguments.command == Command::Info {
        info(&circuit);
        return Ok(true);
    }
    let simulated = circuit.simulation.is_some() || arguments.steps.is_some();
    if arguments.command == Command::Run && !simulated {
        bail!("the configuration has no `run`; give `--steps N`");
    }
    let mut options = SonataOptions::new();
    options.dt = arguments.dt.map(|seconds| seconds * 1e3);
    let report = circuit.check(&options);
    if arguments.command != Command::Draw || !report.fits() {
        print!("{report}");
    }
    if !crate::builds(arguments.command) || !report.fits() {
        return Ok(report.fits());
    }
    let net = Network::<Loihi1SimCfg>::new();
    let built = circuit.build::<f64>(&net, &options)?;
    if arguments.command == Command::Draw {
        crate::draw::write(&net, arguments)?;
        return Ok(true);
    }
    let steps = arguments.steps.or(built.steps).unwrap_or_default();
    let recording = built.record(&net)?;
    crate::before_run(&net, arguments)?;
    net.run(RunSteps(steps))?;
    let seconds = steps as f64 * built.dt / 1e3;
    for (name, spikes) in recording.spikes().populations {
        let neurons = built.populations[&name].ids.len();
        let rate = spikes.len() as f64 / neurons as f64 / seconds;
        println!("{name}: {} spikes, {rate:.2} Hz", spikes.len());
    }
    if let Some(folder) = &arguments.out {
        recording.write(&circuit, folder)?;
        println!("→ {}", folder.display());
    }
    net.stop()?;
    Ok(true)
}

fn info(circuit: &SonataCircuit) {
    for population in &circuit.nodes {
        println!("nodes {}: {}", population.name, population.len());
        attributes(population.attributes.names().into_iter());
    }
    for population in &circuit.edges {
        let (from, to) = (&population.source, &population.target);
        println!(
            "edges {}: {}, {from} → {to}",
            population.name,
            population.len()
        );
        attributes(population.attributes.names().into_iter());
    }
    for name in circuit.node_sets.sets.keys() {
        println!("node set {name}");
    }
    if let Some(simulation) = &circuit.simulation {
        println!(
            "simulation: {} to {} ms in steps of {} ms",
            simulation.start, simulation.stop, simulation.dt
        );
        for (name, input) in &simulation.inputs {
            let spikes: usize = input.spikes.populations.values().map(Vec::len).sum();
            println!("input {name}: {spikes} spikes");
        }
        for (name, report) in &simulation.reports {
            println!("report {name}: {}", report.variable);
        }
    }
}

fn attributes<'a>(names: impl Iterator<Item = &'a str>) {
    let names: Vec<&str> = names.collect();
    println!("  {}", names.join(", "));
}
