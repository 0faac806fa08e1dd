//! `Spiker` and `Latch`.

use lava::prelude::*;
use lava::proc::{Latch, Spiker};

use super::super::handle::Handle;
use super::{ANY, Kind, Model};

/// `lava.proc.spiker.process.Spiker`
pub(super) const SPIKER: Kind = Kind {
    name: "Spiker",
    args: &["shape", "period", "payload"],
    models: &[Model {
        name: "SpikerModel",
        tags: ANY,
        build: |making| {
            let shape = making.shape_or("shape", &[1])?;
            let spiker = Spiker::<i32>::shape(shape)
                .period(making.values("period", 10)?)
                .payload(making.values("payload", 1)?)
                .name(&making.process.name);
            let spiker = making.net.add(spiker)?;
            Ok(Handle::new()
                .sends("s_out", &spiker.s_out)
                .holds("rate", spiker.period)
                .holds("payload", spiker.payload)
                .holds("counter", spiker.counter))
        },
    }],
};

/// `lava.proc.receiver.process.Receiver`
pub(super) const RECEIVER: Kind = Kind {
    name: "Receiver",
    args: &["shape"],
    models: &[Model {
        name: "PyReceiverModel",
        tags: ANY,
        build: |making| {
            let shape = making.shape_or("shape", &[1])?;
            let receiver = Latch::<i32>::shape(shape).name(&making.process.name);
            let receiver = making.net.add(receiver)?;
            Ok(Handle::new()
                .receives("a_in", &receiver.a_in)
                .holds("payload", receiver.payload))
        },
    }],
};
