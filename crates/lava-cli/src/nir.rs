//! NIR graphs.

use anyhow::{Context, bail};
use lava::io::Tensor;
use lava::nir::{Imported, NirGraph};
use lava::prelude::*;
use ndarray::{ArrayD, Axis};

use crate::arguments::{Arguments, Command};

/// Returns `false` if the graph does not fit.
pub(crate) fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    let graph = NirGraph::read_with(&arguments.file, &arguments.limits)?;
    if arguments.command == Command::Info {
        info(&graph);
        return Ok(true);
    }
    let report = graph.check(&arguments.options);
    if arguments.command != Command::Draw || !report.fits() {
        print!("{report}");
    }
    if !crate::builds(arguments.command) || !report.fits() {
        return Ok(report.fits());
    }
    if arguments.command == Command::Draw {
        let net = Network::<Loihi1SimCfg>::new();
        let _: Imported = graph.build(&net, &arguments.options)?;
        crate::draw::write(&net, arguments)?;
        return Ok(true);
    }
    run(&graph, arguments)?;
    Ok(true)
}

fn info(graph: &NirGraph) {
    println!(
        "NIR {}: {} nodes, {} edges",
        graph.version,
        graph.nodes.len(),
        graph.edges.len()
    );
    for (name, node) in &graph.nodes {
        println!("{name}  {}", node.primitive.kind());
    }
    for (from, to) in &graph.edges {
        println!("{from} → {to}");
    }
}

fn run(graph: &NirGraph, arguments: &Arguments) -> anyhow::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported = graph.build(&net, &arguments.options)?;
    let names: Vec<&str> = imported.inputs.keys().map(String::as_str).collect();
    for (name, _) in &arguments.inputs {
        let is_only = name.is_empty() && names.len() == 1;
        if !is_only && !names.contains(&name.as_str()) {
            let names = names.join("`, `");
            bail!("there is no input `{name}`; give `--input NAME=X.npy` for `{names}`");
        }
    }
    let mut longest = None;
    for (name, input) in &imported.inputs {
        let only = imported.inputs.len() == 1;
        let given = arguments
            .inputs
            .iter()
            .find(|(given, _)| given == name || (only && given.is_empty()));
        let rows = match given {
            Some((_, path)) => {
                let array = Tensor::read_npy_with(path, &arguments.limits)?;
                let array = array
                    .to_array()
                    .with_context(|| format!("{}: no numbers", path.display()))?;
                longest = longest.max(array.shape().first().map(|steps| *steps as u64));
                array.mapv(|value| value as f32)
            }
            None => ArrayD::from_elem([&[1], input.shape()].concat(), 1.0),
        };
        imported.feed(&net, name, rows)?;
    }
    let steps = arguments.steps.or(longest).unwrap_or(100);
    let mut probes = Vec::new();
    for (name, port) in &imported.outputs {
        probes.push((name.clone(), net.probe(port)?));
    }
    let mut spikes = Vec::new();
    for name in &arguments.records {
        spikes.push((name.clone(), net.probe(imported.spikes(name)?)?));
    }
    crate::before_run(&net, arguments)?;
    net.run(RunSteps(steps))?;
    for (name, probe) in probes {
        write(arguments, &name, probe.data())?;
    }
    for (name, probe) in spikes {
        write(
            arguments,
            &format!("{name}.spikes"),
            probe.data().mapv(|spike| f32::from(u8::from(spike))),
        )?;
    }
    net.stop()?;
    Ok(())
}

fn write(arguments: &Arguments, name: &str, data: ArrayD<f32>) -> anyhow::Result<()> {
    let Some(folder) = &arguments.out else {
        println!(
            "{name}, sums over {} steps: {}",
            data.shape()[0],
            data.sum_axis(Axis(0))
        );
        return Ok(());
    };
    let path = folder.join(format!("{}.npy", name.replace('/', "_")));
    println!("{name} {:?} → {}", data.shape(), path.display());
    Ok(Tensor::from(data).write_npy(path)?)
}
