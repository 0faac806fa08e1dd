//! `ATRLIF`.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::{AtrLif, Membrane};

use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::{FIXED, Kind, Making, Model, REAL};

/// `lava.proc.atrlif.process.ATRLIF`
pub(super) const ATRLIF: Kind = Kind {
    name: "ATRLIF",
    args: &[
        "shape",
        "i",
        "v",
        "theta",
        "r",
        "s",
        "delta_i",
        "delta_v",
        "delta_theta",
        "delta_r",
        "theta_0",
        "theta_step",
        "bias_mant",
        "bias_exp",
    ],
    models: &[
        Model {
            name: "PyATRLIFModelFloat",
            tags: REAL,
            build: build::<f64>,
        },
        Model {
            name: "PyATRLIFModelFixed",
            tags: FIXED,
            build: build::<i32>,
        },
    ],
};

fn build<T: Membrane + Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    AtrLif<T>: Runs,
    Var<T>: AnyVar,
{
    let fired = making.values("s", 0.0)?.mapv(|fired| fired != 0.0);
    let lif = AtrLif::<T>::shape(making.shape("shape")?)
        .i(making.values("i", T::ZERO)?)
        .v(making.values("v", T::ZERO)?)
        .theta(making.values("theta", T::THETA)?)
        .r(making.values("r", T::ZERO)?)
        .s(fired)
        .delta_i(making.values("delta_i", 0.4)?)
        .delta_v(making.values("delta_v", 0.4)?)
        .delta_theta(making.values("delta_theta", 0.2)?)
        .delta_r(making.values("delta_r", 0.2)?)
        .theta_0(making.values("theta_0", 5.0)?)
        .theta_step(making.values("theta_step", 3.75)?)
        .bias_mant(making.values("bias_mant", T::ZERO)?)
        .bias_exp(making.values("bias_exp", 0)?)
        .name(&making.process.name);
    let lif = making.net.add(lif)?;
    Ok(Handle::new()
        .receives("a_in", &lif.a_in)
        .sends("s_out", &lif.s_out)
        .holds("i", lif.i)
        .holds("v", lif.v)
        .holds("theta", lif.theta)
        .holds("r", lif.r)
        .holds("s", lif.s)
        .holds("delta_i", lif.delta_i)
        .holds("delta_v", lif.delta_v)
        .holds("delta_theta", lif.delta_theta)
        .holds("delta_r", lif.delta_r)
        .holds("theta_0", lif.theta_0)
        .holds("theta_step", lif.theta_step)
        .holds("bias_mant", lif.bias_mant)
        .holds("bias_exp", lif.bias_exp))
}
