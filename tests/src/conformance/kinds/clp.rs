//! `NoveltyDetector`, `Readout`, `Allocator` and `IdBroadcast`.

use anyhow::Context as _;
use lava::prelude::*;
use lava::proc::clp::{Allocator, IdBroadcast, NoveltyDetector, Readout};

use super::super::array::check_size;
use super::super::handle::Handle;
use super::{FIXED, Kind, Model};

/// `lava.proc.clp.novelty_detector.process.NoveltyDetector`
pub(super) const NOVELTY_DETECTOR: Kind = Kind {
    name: "NoveltyDetector",
    args: &["t_wait"],
    models: &[Model {
        name: "PyNoveltyDetectorModel",
        tags: FIXED,
        build: |making| {
            let t_wait: Option<i32> = making.whole("t_wait")?;
            let t_wait = t_wait.context("no argument `t_wait`")?;
            let detector = NoveltyDetector::t_wait(t_wait).name(&making.process.name);
            let detector = making.net.add(detector)?;
            Ok(Handle::new()
                .receives("input_aval_in", &detector.input_aval_in)
                .receives("output_aval_in", &detector.output_aval_in)
                .sends("novelty_detected_out", &detector.novelty_detected_out)
                .holds("t_wait", detector.t_wait))
        },
    }],
};

/// `lava.proc.clp.nsm.process.Readout`
pub(super) const READOUT: Kind = Kind {
    name: "Readout",
    args: &["n_protos", "proto_labels"],
    models: &[Model {
        name: "PyReadoutModel",
        tags: FIXED,
        build: |making| {
            let n_protos = making
                .whole("n_protos")?
                .context("no argument `n_protos`")?;
            check_size(&[n_protos])?;
            let readout = Readout::n_protos(n_protos)
                .proto_labels(making.values("proto_labels", 0)?)
                .name(&making.process.name);
            let readout = making.net.add(readout)?;
            Ok(Handle::new()
                .receives("inference_in", &readout.inference_in)
                .receives("label_in", &readout.label_in)
                .sends("user_output", &readout.user_output)
                .sends("feedback", &readout.feedback)
                .sends("trigger_alloc", &readout.trigger_alloc)
                .holds("proto_labels", readout.proto_labels)
                .holds("last_winner_id", readout.last_winner_id))
        },
    }],
};

/// `lava.proc.clp.nsm.process.Allocator`
pub(super) const ALLOCATOR: Kind = Kind {
    name: "Allocator",
    // The number of prototypes is without effect.
    args: &["n_protos", "next_alloc_id"],
    models: &[Model {
        name: "PyAllocatorModel",
        tags: FIXED,
        build: |making| {
            let next: i32 = making.whole("next_alloc_id")?.unwrap_or(1);
            let allocator = Allocator::new().next_alloc_id(next);
            let allocator = making.net.add(allocator.name(&making.process.name))?;
            Ok(Handle::new()
                .receives("trigger_in", &allocator.trigger_in)
                .sends("allocate_out", &allocator.allocate_out)
                .holds("next_alloc_id", allocator.next_alloc_id))
        },
    }],
};

/// `lava.proc.clp.id_broadcast.process.IdBroadcast`
pub(super) const ID_BROADCAST: Kind = Kind {
    name: "IdBroadcast",
    args: &["shape"],
    models: &[Model {
        name: "PyIdBroadcastModel",
        tags: FIXED,
        build: |making| {
            let shape = making.shape_or("shape", &[1])?;
            let broadcast = IdBroadcast::shape(shape).name(&making.process.name);
            let broadcast = making.net.add(broadcast)?;
            Ok(Handle::new()
                .receives("a_in", &broadcast.a_in)
                .sends("s_out", &broadcast.s_out)
                .holds("val", broadcast.val))
        },
    }],
};
