//! `Injector` and `Extractor`, through which the host and a network exchange items.
//!
//! In a trace the host acts between runs only: what would wait for it is an error.

use anyhow::{Context as _, Result, bail, ensure};
use lava::channel;
use lava::prelude::*;
use lava::proc::io;

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
            let (room, policy) = (room(making)?, policy(making)?);
            let (sender, receiver) = channel::bounded(making.shape("shape")?, room);
            let injector = io::Injector::source(receiver.clone())
                .when_empty(match policy.zeros {
                    true => io::Empty::Zeros,
                    false => io::Empty::Wait,
                })
                .taking(match policy.sums {
                    true => io::Taking::Sum,
                    false => io::Taking::First,
                });
            let injector: io::Injector<f64> =
                making.net.add(injector.name(&making.process.name))?;
            let handle = Handle::new().sends("out_port", &injector.s_out);
            Ok(handle.exchanges(Channel::to_process((sender, receiver), room, policy)))
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
            let (room, policy) = (room(making)?, policy(making)?);
            let (sender, receiver) = channel::bounded(making.shape("shape")?, room);
            let extractor = io::Extractor::target(sender).when_full(match policy.drops {
                true => io::Full::Drop,
                false => io::Full::Wait,
            });
            let extractor: io::Extractor<f64> =
                making.net.add(extractor.name(&making.process.name))?;
            let handle = Handle::new().receives("in_port", &extractor.a_in);
            Ok(handle.exchanges(Channel::from_process(receiver, room, policy)))
        },
    }],
};

/// Items that Lava keeps by default.
const ROOM: usize = 50;

fn room(making: &Making<'_>) -> Result<usize> {
    let room = making.whole_or("buffer_size", ROOM)?;
    ensure!(room > 0, "a buffer of no items");
    Ok(room)
}

fn policy(making: &Making<'_>) -> Result<Policy> {
    let mut policy = Policy::default();
    for (key, value) in making.object("channel_config").into_iter().flatten() {
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
