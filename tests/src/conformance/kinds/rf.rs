//! `RF`, `RF_IZ` and `RFZero`.

use anyhow::{Result, ensure};
use lava::prelude::*;
use lava::proc::{Rf, RfIz, RfZero};

use super::super::handle::Handle;
use super::{Kind, Making, Model, REAL};

/// The arguments that `RF` and `RF_IZ` have.
const ARGS: &[&str] = &["shape", "period", "alpha", "state_exp", "decay_bits", "vth"];
/// The tags of the fixed-point models, which Lava does not call bit-accurate.
const FIXED: &[&str] = &["fixed_pt"];

/// A builder in floating point. Lava scales the threshold even there.
macro_rules! float {
    ($process:ident, $making:ident) => {{
        let state_exp = $making.whole::<i32>("state_exp")?.unwrap_or(0);
        let bits = $making.whole::<i32>("decay_bits")?.unwrap_or(0);
        ensure!(bits <= 0, "decay_bits {bits} in floating point");
        let vth = $making.values("vth", 1.0)?;
        let scaled = |vth: f64| match state_exp {
            1.. => (vth * f64::from(state_exp).exp2()).trunc(),
            _ => vth,
        };
        $process::<f64>::shape($making.shape("shape")?)
            .period($making.required("period")?)
            .alpha($making.required("alpha")?)
            .vth(vth.mapv(scaled))
            .name(&$making.process.name)
    }};
}

/// A builder in fixed point.
macro_rules! fixed {
    ($process:ident, $making:ident) => {
        $process::<i32>::shape($making.shape("shape")?)
            .period($making.required("period")?)
            .alpha($making.required("alpha")?)
            .state_exp($making.whole_or("state_exp", 0)?)
            .decay_bits($making.whole_or("decay_bits", 0)?)
            .vth($making.values("vth", 1.0)?)
            .name(&$making.process.name)
    };
}

/// Adds a resonator to the network; `sends` is what Lava declares its spikes as.
macro_rules! add {
    ($making:ident, $builder:expr, $sends:ident) => {{
        let rf = $making.net.add($builder)?;
        Ok(Handle::new()
            .receives("a_real_in", &rf.a_real_in)
            .receives("a_imag_in", &rf.a_imag_in)
            .$sends("s_out", &rf.s_out)
            .holds("real", rf.real)
            .holds("imag", rf.imag))
    }};
}

/// `lava.proc.rf.process.RF`
pub(super) const RF: Kind = Kind {
    name: "RF",
    args: ARGS,
    models: &[
        Model {
            name: "PyRFModelFloat",
            tags: REAL,
            build: |making| add!(making, float!(Rf, making), sends_truth),
        },
        Model {
            name: "PyRFModelFixed",
            tags: FIXED,
            build: |making| add!(making, fixed!(Rf, making), sends),
        },
    ],
};

/// `lava.proc.rf_iz.process.RF_IZ`
pub(super) const RF_IZ: Kind = Kind {
    name: "RF_IZ",
    args: ARGS,
    models: &[
        Model {
            name: "PyRF_IZModelFloat",
            tags: REAL,
            build: |making| add!(making, float!(RfIz, making), sends_truth),
        },
        Model {
            name: "PyRF_IZModelFixed",
            tags: FIXED,
            build: |making| add!(making, fixed!(RfIz, making), sends),
        },
    ],
};

/// `lava.proc.resfire.process.RFZero`
pub(super) const RF_ZERO: Kind = Kind {
    name: "RFZero",
    args: &["shape", "freqs", "decay_tau", "dt", "uth"],
    models: &[Model {
        name: "PyRFZeroModelFixed",
        tags: FIXED,
        build: rf_zero,
    }],
};

fn rf_zero(making: &Making<'_>) -> Result<Handle> {
    let rf = RfZero::shape(making.shape("shape")?)
        .freqs(making.required("freqs")?)
        .decay_tau(making.required("decay_tau")?)
        .dt(making
            .values("dt", 0.001)?
            .first()
            .copied()
            .unwrap_or(0.001))
        .uth(making.values("uth", 1)?)
        .name(&making.process.name);
    let rf = making.net.add(rf)?;
    Ok(Handle::new()
        .receives("u_in", &rf.u_in)
        .receives("v_in", &rf.v_in)
        .sends("s_out", &rf.s_out)
        .holds("u", rf.u)
        .holds("v", rf.v)
        .holds("uth", rf.uth)
        .holds("lct", rf.lct)
        .holds("lst", rf.lst))
}
