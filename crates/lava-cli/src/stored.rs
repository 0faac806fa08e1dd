//! Networks that `Network::store` has written.

use std::io::Read;

use anyhow::{Context, bail};
use lava::io::Tensor;
use lava::monitor::{Probe, SpikeProbe};
use lava::prelude::*;
use lava_core::files;
use ndarray::{ArrayD, Axis};

use crate::arguments::{Arguments, Command, OF_GRAPHS};

/// Returns `false` if the network cannot be built.
pub(crate) fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    let kind = "a stored network";
    arguments.refuse(&OF_GRAPHS, kind)?;
    arguments.refuse(&["--dt", "--input"], kind)?;
    let (mut bytes, name) = (Vec::new(), arguments.file.display().to_string());
    let read = files::open(&arguments.file).and_then(|mut file| file.read_to_end(&mut bytes));
    read.with_context(|| format!("`{name}` cannot be read"))?;
    if arguments.command == Command::Info {
        print!("{}", lava::store::description(&bytes, &name)?);
        return Ok(true);
    }
    match lava::store::run_configuration(&bytes, &name)?.as_deref() {
        Some("Loihi2SimCfg") => built(
            &Network::<Loihi2SimCfg>::load_from(&bytes, &name)?,
            arguments,
        ),
        _ => built(
            &Network::<Loihi1SimCfg>::load_from(&bytes, &name)?,
            arguments,
        ),
    }
}

fn built<C>(net: &Network<C>, arguments: &Arguments) -> anyhow::Result<bool> {
    match arguments.command {
        Command::Draw => crate::draw::write(net, arguments)?,
        Command::Run => run(net, arguments)?,
        _ => {
            net.compile()?;
            println!("{}", net.memory_estimate()?);
        }
    }
    Ok(true)
}

fn run<C>(net: &Network<C>, arguments: &Arguments) -> anyhow::Result<()> {
    let mut recordings = Vec::new();
    for path in &arguments.records {
        recordings.push((path, recording(net, path)?));
    }
    crate::before_run(net, arguments)?;
    net.run(RunSteps(arguments.steps.unwrap_or(100)))?;
    if recordings.is_empty() {
        println!("{}", net.report()?);
    }
    for (path, recording) in recordings {
        let data = recording();
        match &arguments.out {
            None => println!(
                "{path}, sums over {} steps: {}",
                data.shape()[0],
                data.sum_axis(Axis(0))
            ),
            Some(folder) => {
                let file = folder.join(format!("{path}.npy"));
                println!("{path} {:?} → {}", data.shape(), file.display());
                Tensor::from(data).write_npy(file)?;
            }
        }
    }
    net.stop()?;
    Ok(())
}

/// The rows of a port or Var, the axis of time first.
type Recording = Box<dyn Fn() -> ArrayD<f64>>;

/// Records a port or Var, whatever its type.
fn recording<C>(net: &Network<C>, path: &str) -> anyhow::Result<Recording> {
    if let Ok(port) = net.out_port::<Spike>(path) {
        let probe: SpikeProbe = net.probe(&port)?;
        return Ok(Box::new(move || {
            probe.data().mapv(|spike| f64::from(u8::from(spike)))
        }));
    }
    macro_rules! numbers {
        ($($type:ty)+) => {$(
            if let Ok(port) = net.out_port::<$type>(path) {
                let probe: Probe<$type> = net.probe(&port)?;
                return Ok(Box::new(move || probe.data().mapv(f64::from)));
            }
            if let Ok(var) = net.var::<$type>(path) {
                let probe: Probe<$type> = net.probe(&var)?;
                return Ok(Box::new(move || probe.data().mapv(f64::from)));
            }
        )+};
    }
    numbers!(f32 f64 i32 u32 i16 u16 i8 u8);
    match net.var::<f32>(path) {
        Err(error) => Err(error.into()),
        Ok(_) => bail!("`{path}` cannot be recorded"),
    }
}
