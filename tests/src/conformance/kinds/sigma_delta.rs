//! `Sigma`, `Delta` and `SigmaDelta`.

use anyhow::{Result, bail};
use lava::prelude::*;
use lava::proc::{ActivationMode, Delta, Sigma, SigmaDelta, Signal};

use super::super::adapted_var::{Scaled, Unused};
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::{FIXED, Kind, Making, Model, REAL};

/// `lava.proc.sdn.process.Sigma`
pub(super) const SIGMA: Kind = Kind {
    name: "Sigma",
    args: &["shape"],
    models: &[
        Model {
            name: "PySigmaModelFloat",
            tags: REAL,
            build: sigma::<f64>,
        },
        Model {
            name: "PySigmaModelFixed",
            tags: FIXED,
            build: sigma::<i32>,
        },
    ],
};

/// `lava.proc.sdn.process.Delta`
pub(super) const DELTA: Kind = Kind {
    name: "Delta",
    args: &["shape", "vth", "cum_error", "spike_exp", "state_exp"],
    models: &[
        Model {
            name: "PyDeltaModelFloat",
            tags: REAL,
            build: delta::<f64>,
        },
        Model {
            name: "PyDeltaModelFixed",
            tags: FIXED,
            build: delta::<i32>,
        },
    ],
};

/// The model that [`TraceCfg`](super::super::config::TraceCfg) has to be told of.
pub const CORRECTED: &str = "PySigmaDeltaModelFixedCorrected";

/// `lava.proc.sdn.process.SigmaDelta`
pub(super) const SIGMA_DELTA: Kind = Kind {
    name: "SigmaDelta",
    args: &[
        "shape",
        "vth",
        "bias",
        "act_mode",
        "cum_error",
        "spike_exp",
        "state_exp",
    ],
    models: &[
        Model {
            name: "PySigmaDeltaModelFloat",
            tags: REAL,
            build: sigma_delta::<f64>,
        },
        Model {
            name: "PySigmaDeltaModelFixed",
            tags: FIXED,
            build: sigma_delta::<i32>,
        },
        Model {
            name: CORRECTED,
            tags: &[],
            build: sigma_delta::<i32>,
        },
    ],
};

fn sigma<T: Signal + Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Sigma<T>: Runs,
    Var<T>: AnyVar,
{
    let sigma = Sigma::<T>::shape(making.shape("shape")?).name(&making.process.name);
    let sigma = making.net.add(sigma)?;
    Ok(Handle::new()
        .receives("a_in", &sigma.a_in)
        .sends("s_out", &sigma.s_out)
        .holds("sigma", sigma.sigma))
}

/// `spike_exp` and `state_exp`.
fn exponents(making: &Making<'_>) -> Result<(i32, i32)> {
    let spike_exp = making.whole_or("spike_exp", 0)?;
    Ok((spike_exp, making.whole_or("state_exp", 0)?))
}

fn delta<T: Signal + Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Delta<T>: Runs,
    Var<T>: AnyVar,
{
    let shape = making.shape("shape")?;
    let (spike_exp, state_exp) = exponents(making)?;
    let exponent = spike_exp + state_exp;
    making.required::<f64>("vth")?;
    let delta = Delta::<T>::shape(shape.as_slice())
        .vth(making.scaled("vth", exponent, T::ZERO)?)
        .cum_error(making.truth("cum_error")?.unwrap_or(false))
        .spike_exp(spike_exp)
        .state_exp(state_exp)
        .name(&making.process.name);
    let delta = making.net.add(delta)?;
    let vth = Scaled {
        var: delta.vth,
        exponent,
    };
    Ok(Handle::new()
        .receives("a_in", &delta.a_in)
        .sends("s_out", &delta.s_out)
        .holds("vth", vth)
        .holds("sigma", Unused { shape })
        .holds("act", delta.act)
        .holds("residue", delta.residue)
        .holds("error", delta.error)
        .holds("spike_exp", delta.spike_exp)
        .holds("state_exp", delta.state_exp))
}

fn sigma_delta<T: Signal + Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    SigmaDelta<T>: Runs,
    Var<T>: AnyVar,
{
    let (spike_exp, state_exp) = exponents(making)?;
    let exponent = spike_exp + state_exp;
    making.required::<f64>("vth")?;
    let neuron = SigmaDelta::<T>::shape(making.shape("shape")?)
        .vth(making.scaled("vth", exponent, T::ZERO)?)
        .bias(making.scaled("bias", exponent, T::ZERO)?)
        .act_mode(act_mode(making)?)
        .cum_error(making.truth("cum_error")?.unwrap_or(false))
        .spike_exp(spike_exp)
        .state_exp(state_exp)
        .name(&making.process.name);
    let neuron = making.net.add(neuron)?;
    let scaled = |var| Scaled { var, exponent };
    Ok(Handle::new()
        .receives("a_in", &neuron.a_in)
        .sends("s_out", &neuron.s_out)
        .holds("vth", scaled(neuron.vth))
        .holds("bias", scaled(neuron.bias))
        .holds("sigma", neuron.sigma)
        .holds("act", neuron.act)
        .holds("residue", neuron.residue)
        .holds("error", neuron.error)
        .holds("spike_exp", neuron.spike_exp)
        .holds("state_exp", neuron.state_exp))
}

fn act_mode(making: &Making<'_>) -> Result<ActivationMode> {
    Ok(match making.member("act_mode")? {
        None | Some("RELU") => ActivationMode::Relu,
        Some("UNIT") => ActivationMode::Unit,
        Some(other) => bail!("unknown activation mode {other}"),
    })
}
