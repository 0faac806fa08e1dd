//! Networks of lava-dl.

use anyhow::{Context, bail};
use lava::io::Tensor;
use lava::netx::{NetxFile, NetxOptions};
use lava::prelude::*;
use lava::proc::Source;
use ndarray::{ArrayD, Axis};

use crate::arguments::{Arguments, Command, OF_GRAPHS};

/// Returns `false` if the network cannot be built.
pub(crate) fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    let kind = "a network of lava-dl";
    arguments.refuse(&OF_GRAPHS, kind)?;
    arguments.refuse(&["--dt", "--record"], kind)?;
    let file = NetxFile::read_with(&arguments.file, &arguments.limits)?;
    if arguments.command != Command::Draw {
        print!("{file}");
    }
    if arguments.command == Command::Info {
        return Ok(true);
    }
    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    if arguments.command == Command::Draw {
        crate::draw::write(&net, arguments)?;
        return Ok(true);
    }
    for block in &network.blocks {
        println!(
            "layer {}, {}: {:?} neurons",
            block.layer, block.type_name, block.shape
        );
    }
    if !crate::builds(arguments.command) {
        return Ok(true);
    }
    let rows = match arguments.inputs.first() {
        Some((_, path)) => {
            let array = Tensor::read_npy_with(path, &arguments.limits)?;
            let array = array
                .to_array()
                .with_context(|| format!("{}: no numbers", path.display()))?;
            if array.ndim() == 0 || array.is_empty() {
                bail!("{}: there are no steps in it", path.display());
            }
            let is_whole = |value: &f64| f64::from(*value as i32) == *value;
            if let Some(value) = array.iter().find(|value| !is_whole(value)) {
                let path = path.display();
                bail!("{path}: layers of lava-dl take integers of 32 bits, `{value}` is none");
            }
            array.mapv(|value| value as i32)
        }
        None => ArrayD::from_elem([&[1], network.input.shape()].concat(), 1),
    };
    let steps = arguments.steps.unwrap_or(rows.shape()[0].max(100) as u64);
    let source: Source<i32> = net.add(Source::data(rows))?;
    source.s_out.connect(&network.input)?;
    let output = net.probe(&network.output)?;
    crate::before_run(&net, arguments)?;
    net.run(RunSteps(steps))?;
    match &arguments.out {
        Some(folder) => {
            let path = folder.join("output.npy");
            println!("output {:?} → {}", output.data().shape(), path.display());
            Tensor::from(output.data()).write_npy(path)?;
        }
        None => println!(
            "output, sums over {steps} steps: {}",
            output.data().sum_axis(Axis(0))
        ),
    }
    net.stop()?;
    Ok(true)
}
