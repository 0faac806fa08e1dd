//! `S4d`, `SigmaS4dDelta` and `SigmaS4dDeltaLayer`.

use anyhow::{Context as _, Result};
use lava::prelude::*;
use lava::proc::SigmaS4dDeltaLayer;
use lava::proc::{S4d, SigmaS4dDelta};

use super::super::adapted_var::Scaled;
use super::super::handle::Handle;
use super::{Kind, Making, Model, REAL};

/// `lava.proc.s4d.process.S4d`
pub(super) const S4D: Kind = Kind {
    name: "S4d",
    args: &["shape", "a", "b", "c", "s4_state", "s4_exp", "inp_exp"],
    models: &[Model {
        name: "S4dModel",
        tags: REAL,
        build: s4d,
    }],
};

/// `lava.proc.s4d.process.SigmaS4dDelta`
pub(super) const SIGMA_S4D_DELTA: Kind = Kind {
    name: "SigmaS4dDelta",
    args: &["shape", "vth", "a", "b", "c", "state_exp", "s4_exp"],
    models: &[Model {
        name: "PySigmaS4dDeltaModelFloat",
        tags: REAL,
        build: sigma_s4d_delta,
    }],
};

/// `lava.proc.s4d.process.SigmaS4dDeltaLayer`
pub(super) const SIGMA_S4D_DELTA_LAYER: Kind = Kind {
    name: "SigmaS4dDeltaLayer",
    // The bits of messages and `s4_exp` are without effect.
    args: &[
        "shape",
        "vth",
        "a",
        "b",
        "c",
        "d_states",
        "s4_exp",
        "num_message_bits",
        "state_exp",
    ],
    models: &[Model {
        name: "SubDenseLayerModel",
        tags: REAL,
        build: layer,
    }],
};

fn layer(making: &Making<'_>) -> Result<Handle> {
    let layer = SigmaS4dDeltaLayer::<f64>::shape(making.shape("shape")?)
        .vth(making.required::<f64>("vth")?)
        .a(making.required::<f64>("a")?)
        .b(making.required::<f64>("b")?)
        .c(making.required::<f64>("c")?)
        .d_states(making.whole_or("d_states", 1)?)
        .state_exp(making.whole_or("state_exp", 0)?)
        .name(&making.process.name);
    let layer = making.net.add(layer)?;
    Ok(Handle::new()
        .receives("s_in", &layer.s_in)
        .sends("a_out", &layer.a_out)
        .holds("a", layer.a)
        .holds("b", layer.b)
        .holds("c", layer.c)
        .holds("s4_state", layer.s4_state))
}

fn s4d(making: &Making<'_>) -> Result<Handle> {
    let coefficient = |name| {
        let parts = making.complex(name)?;
        parts.with_context(|| format!("no argument `{name}`"))
    };
    let ([a, a_im], [b, b_im]) = (coefficient("a")?, coefficient("b")?);
    let [c, c_im] = coefficient("c")?;
    let state = making.complex("s4_state")?;
    let [state, state_im] = state.unwrap_or_else(|| [(); 2].map(|()| ArrayD::zeros(vec![])));
    let unit = S4d::<f64>::shape(making.shape("shape")?)
        .a(a)
        .b(b)
        .c(c)
        .a_im(a_im)
        .b_im(b_im)
        .c_im(c_im)
        .s4_state(state)
        .s4_state_im(state_im)
        .name(&making.process.name);
    let unit = making.net.add(unit)?;
    // Of complex numbers Lava reads back the real part.
    Ok(Handle::new()
        .receives("a_in", &unit.a_in)
        .sends("s_out", &unit.s_out)
        .holds("a", unit.a)
        .holds("b", unit.b)
        .holds("c", unit.c)
        .holds("s4_state", unit.s4_state))
}

fn sigma_s4d_delta(making: &Making<'_>) -> Result<Handle> {
    let state_exp = making.whole_or("state_exp", 0)?;
    let unit = SigmaS4dDelta::<f64>::shape(making.shape("shape")?)
        .vth(making.required::<f64>("vth")?)
        .a(making.required::<f64>("a")?)
        .b(making.required::<f64>("b")?)
        .c(making.required::<f64>("c")?)
        .state_exp(state_exp)
        .name(&making.process.name);
    let unit = making.net.add(unit)?;
    let vth = Scaled {
        var: unit.vth,
        exponent: state_exp,
    };
    Ok(Handle::new()
        .receives("a_in", &unit.a_in)
        .sends("s_out", &unit.s_out)
        .holds("vth", vth)
        .holds("a", unit.a)
        .holds("b", unit.b)
        .holds("c", unit.c)
        .holds("sigma", unit.sigma)
        .holds("s4_state", unit.s4_state)
        .holds("act", unit.act)
        .holds("residue", unit.residue)
        .holds("state_exp", unit.state_exp))
}
