//! `Injector` and `Extractor`, through which the host and a network exchange items.
//!
//! They are emulated: the library has no processes for it, and in a trace the host acts between
//! runs only. An item that Lava would wait for is an error.

use anyhow::{Context as _, Result, bail, ensure};
use lava::prelude::*;
use serde_json::{Map, Value};

use super::super::channel::{Channel, Policy};
use super::super::handle::Handle;
use super::{Kind, Making, Model};

/// `lava.proc.io.injector.Injector`
pub(super) const INJECTOR: Kind = Kind {
    name: "Injector",
    args: &["shape", "buffer_size", "channel_config"],
    models: &[Model {
        name: "PyLoihiInjectorModel",
        tags: &[],
        build: |making| {
            let channel = channel(making)?;
            let injector = Inject::shape(making.shape("shape")?).channel(channel.clone());
            let injector = making.net.add(injector.name(&making.process.name))?;
            let handle = Handle::new().sends("out_port", &injector.out_port);
            Ok(handle.exchanges(channel))
        },
    }],
};

/// `lava.proc.io.extractor.Extractor`
pub(super) const EXTRACTOR: Kind = Kind {
    name: "Extractor",
    args: &["shape", "buffer_size", "channel_config"],
    models: &[Model {
        name: "PyLoihiExtractorModel",
        tags: &[],
        build: |making| {
            let channel = channel(making)?;
            let extractor = Extract::shape(making.shape("shape")?).channel(channel.clone());
            let extractor = making.net.add(extractor.name(&making.process.name))?;
            let handle = Handle::new().receives("in_port", &extractor.in_port);
            Ok(handle.exchanges(channel))
        },
    }],
};

/// How many items Lava keeps unless told otherwise.
const ROOM: usize = 50;

fn channel(making: &Making<'_>) -> Result<Channel> {
    let room = making.whole("buffer_size")?.unwrap_or(ROOM);
    ensure!(room > 0, "a buffer of no items");
    let policy = match making.object("channel_config") {
        None => Policy::default(),
        Some(config) => policy(config)?,
    };
    Ok(Channel::new(making.shape("shape")?, room, policy))
}

fn policy(config: &Map<String, Value>) -> Result<Policy> {
    let mut policy = Policy::default();
    for (key, value) in config {
        let word = value.as_str().or_else(|| value.get("$enum")?.as_str());
        let word = word.with_context(|| format!("channel_config `{key}`: {value}"))?;
        match (key.as_str(), word.rsplit('.').next().unwrap_or(word)) {
            ("send_full", "NON_BLOCKING_DROP") => policy.drops = true,
            ("receive_empty", "NON_BLOCKING_ZEROS") => policy.zeros = true,
            ("receive_not_empty", "ACCUMULATE") => policy.sums = true,
            ("send_full" | "receive_empty", "BLOCKING") | ("receive_not_empty", "FIFO") => {}
            _ => bail!("unknown channel_config `{key}`: {word}"),
        }
    }
    Ok(policy)
}

/// Sends what the host has put into a channel.
#[process]
pub struct Inject {
    out_port: OutPort<f64>,
    #[param]
    channel: Param<Channel>,
}

#[implements(proc = Inject, protocol = Loihi)]
struct InjectModel {
    out_port: Out<f64>,
    channel: Channel,
}

impl LoihiModel for InjectModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let message = self.out_port.stage()?;
        self.channel.take(message).map_err(lava::Error::model)
    }
}

/// Puts what it receives into a channel to the host.
#[process]
pub struct Extract {
    in_port: InPort<f64>,
    #[param]
    channel: Param<Channel>,
}

#[implements(proc = Extract, protocol = Loihi)]
struct ExtractModel {
    in_port: In<f64>,
    channel: Channel,
}

impl LoihiModel for ExtractModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let message = self.in_port.recv_slice();
        self.channel.put(message).map_err(lava::Error::model)
    }
}
