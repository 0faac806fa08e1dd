//! `LIF`.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::{Lif, Membrane};

use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Latched, Number, Runs};
use super::{FIXED, Kind, Making, Model, REAL};

/// `lava.proc.lif.process.LIF`
pub(super) const LIF: Kind = Kind {
    name: "LIF",
    args: &[
        "shape",
        "u",
        "v",
        "du",
        "dv",
        "bias_mant",
        "bias_exp",
        "vth",
    ],
    models: &[
        Model {
            name: "PyLifModelFloat",
            tags: REAL,
            build: |making| {
                let lif = add::<f64>(making)?;
                let vth = lif.vth.clone();
                Ok(handle(lif).holds("vth", vth))
            },
        },
        Model {
            name: "PyLifModelBitAcc",
            tags: FIXED,
            build: |making| {
                let lif = add::<i32>(making)?;
                let vth = Latched::new(lif.vth.clone(), making.net);
                Ok(handle(lif).holds("vth", vth))
            },
        },
    ],
};

fn add<T: Membrane + Number>(making: &Making<'_>) -> Result<Lif<T>>
where
    Lif<T>: Runs,
{
    let lif = Lif::<T>::shape(making.shape("shape")?)
        .u(making.values("u", T::ZERO)?)
        .v(making.values("v", T::ZERO)?)
        .du(making.unrounded("du", T::ZERO)?)
        .dv(making.unrounded("dv", T::ZERO)?)
        .bias_mant(making.values("bias_mant", T::ZERO)?)
        .bias_exp(making.values("bias_exp", 0)?)
        .vth(making.unrounded("vth", T::VTH)?)
        .name(&making.process.name);
    Ok(making.net.add(lif)?)
}

/// Everything but the threshold.
fn handle<T: Membrane + Number + Carried>(lif: Lif<T>) -> Handle
where
    Var<T>: AnyVar,
{
    Handle::new()
        .receives("a_in", &lif.a_in)
        .sends("s_out", &lif.s_out)
        .holds("u", lif.u)
        .holds("v", lif.v)
        .holds("du", lif.du)
        .holds("dv", lif.dv)
        .holds("bias_mant", lif.bias_mant)
        .holds("bias_exp", lif.bias_exp)
}
