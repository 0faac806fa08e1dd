//! `PrototypeLIF`, `NoveltyDetector`, `Readout`, `Allocator` and `IdBroadcast`.

use anyhow::Context as _;
use lava::prelude::*;
use lava::proc::{Allocator, IdBroadcast, NoveltyDetector, PrototypeLif, Readout};

use super::super::adapted_var::Latched;
use super::super::array::check_size;
use super::super::handle::Handle;
use super::{FIXED, Kind, Model};

/// `lava.proc.clp.prototype_lif.process.PrototypeLIF`
pub(super) const PROTOTYPE_LIF: Kind = Kind {
    name: "PrototypeLIF",
    args: &[
        "shape",
        "u",
        "v",
        "du",
        "dv",
        "bias_mant",
        "bias_exp",
        "vth",
        // Without effect.
        "learning_rule",
    ],
    models: &[Model {
        name: "PrototypeLIFBitAcc",
        tags: FIXED,
        build: |making| {
            let lif = PrototypeLif::shape(making.shape("shape")?)
                .u(making.values("u", 0)?)
                .v(making.values("v", 0)?)
                .du(making.unrounded("du", 0)?)
                .dv(making.unrounded("dv", 0)?)
                .bias_mant(making.values("bias_mant", 0)?)
                .bias_exp(making.values("bias_exp", 0)?)
                .vth(making.unrounded("vth", 10)?)
                .name(&making.process.name);
            let lif = making.net.add(lif)?;
            Ok(Handle::new()
                .receives("a_in", &lif.a_in)
                .receives("a_third_factor_in", &lif.a_third_factor_in)
                .receives("reset_in", &lif.reset_in)
                .sends("s_out", &lif.s_out)
                .sends("s_out_bap", &lif.s_out_bap)
                .sends("s_out_y1", &lif.s_out_y1)
                .holds("u", lif.u)
                .holds("v", lif.v)
                .holds("du", lif.du)
                .holds("dv", lif.dv)
                .holds("bias_mant", lif.bias_mant)
                .holds("bias_exp", lif.bias_exp)
                .holds("y1", lif.y1)
                .holds("vth", Latched::new(lif.vth, making.net)))
        },
    }],
};

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
            let next: i32 = making.whole_or("next_alloc_id", 1)?;
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
