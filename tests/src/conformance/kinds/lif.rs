//! `LIF`, `LearningLIF`, and the neurons that extend them.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::{Lif, LifRefractory, LifReset, Membrane, TernaryLif};
use lava::process::Value;

use super::super::adapted_var::Latched;
use super::super::handle::Handle;
use super::super::var::{Number, Runs};
use super::{FIXED, Kind, Making, Model, REAL};

/// The arguments that all of them have, and some more.
macro_rules! args {
    ($($more:literal),*) => {
        &["shape", "u", "v", "du", "dv", "bias_mant", "bias_exp", $($more),*]
    };
}

/// A builder with what all of them have in common.
macro_rules! builder {
    ($process:ident<$T:ty>, $making:ident) => {
        $process::<$T>::shape($making.shape("shape")?)
            .u($making.values("u", <$T>::ZERO)?)
            .v($making.values("v", <$T>::ZERO)?)
            .du($making.unrounded("du", <$T>::ZERO)?)
            .dv($making.unrounded("dv", <$T>::ZERO)?)
            .bias_mant($making.values("bias_mant", <$T>::ZERO)?)
            .bias_exp($making.values("bias_exp", 0)?)
            .name(&$making.process.name)
    };
}

/// The ports and Vars that all of them have in common.
macro_rules! handle {
    ($lif:ident) => {
        Handle::new()
            .receives("a_in", &$lif.a_in)
            .sends("s_out", &$lif.s_out)
            .holds("u", $lif.u)
            .holds("v", $lif.v)
            .holds("du", $lif.du)
            .holds("dv", $lif.dv)
            .holds("bias_mant", $lif.bias_mant)
            .holds("bias_exp", $lif.bias_exp)
    };
}

/// `lava.proc.lif.process.LIF`
pub(super) const LIF: Kind = Kind {
    name: "LIF",
    args: args!["vth"],
    models: &[
        Model {
            name: "PyLifModelFloat",
            tags: REAL,
            build: lif_float,
        },
        Model {
            name: "PyLifModelBitAcc",
            tags: FIXED,
            build: lif_fixed,
        },
    ],
};

/// `lava.proc.lif.process.LearningLIF`: Lava's models of it are those of `LIF`, and touch neither
/// the ports nor the Vars for learning.
pub(super) const LEARNING_LIF: Kind = Kind {
    name: "LearningLIF",
    args: args!["vth", "learning_rule"],
    models: &[
        Model {
            name: "PyLearningLIFModelFixed",
            tags: FIXED,
            build: lif_fixed,
        },
        Model {
            name: "PyLearningLifModelFloat",
            tags: REAL,
            build: lif_float,
        },
    ],
};

fn lif<T: Membrane + Number>(making: &Making<'_>) -> Result<Lif<T>>
where
    Lif<T>: Runs,
{
    let lif = builder!(Lif<T>, making).vth(making.unrounded("vth", T::VTH)?);
    Ok(making.net.add(lif)?)
}

fn lif_float(making: &Making<'_>) -> Result<Handle> {
    let lif = lif::<f64>(making)?;
    Ok(handle!(lif).holds("vth", lif.vth))
}

fn lif_fixed(making: &Making<'_>) -> Result<Handle> {
    let lif = lif::<i32>(making)?;
    Ok(handle!(lif).holds("vth", Latched::new(lif.vth, making.net)))
}

/// `lava.proc.lif.process.TernaryLIF`
pub(super) const TERNARY_LIF: Kind = Kind {
    name: "TernaryLIF",
    args: args!["vth_hi", "vth_lo"],
    models: &[
        Model {
            name: "PyTernLifModelFloat",
            tags: REAL,
            build: |making| {
                let lif = ternary_lif::<f64>(making)?;
                let handle = handle!(lif).holds("vth_hi", lif.vth_hi);
                Ok(handle.holds("vth_lo", lif.vth_lo))
            },
        },
        Model {
            name: "PyTernLifModelFixed",
            tags: &["fixed_pt"],
            build: |making| {
                let lif = ternary_lif::<i32>(making)?;
                let [hi, lo] = [lif.vth_hi, lif.vth_lo].map(|vth| Latched::new(vth, making.net));
                Ok(handle!(lif).holds("vth_hi", hi).holds("vth_lo", lo))
            },
        },
    ],
};

fn ternary_lif<T: Membrane + Number>(making: &Making<'_>) -> Result<TernaryLif<T>>
where
    TernaryLif<T>: Runs,
{
    let lif = builder!(TernaryLif<T>, making)
        .vth_hi(making.unrounded("vth_hi", T::VTH)?)
        .vth_lo(making.unrounded("vth_lo", -T::VTH)?);
    Ok(making.net.add(lif)?)
}

/// `lava.proc.lif.process.LIFReset`
pub(super) const LIF_RESET: Kind = Kind {
    name: "LIFReset",
    args: args!["vth", "reset_interval", "reset_offset"],
    models: &[
        Model {
            name: "PyLifResetModelFloat",
            tags: REAL,
            build: |making| {
                let lif = lif_reset::<f64>(making)?;
                Ok(handle!(lif).holds("vth", lif.vth))
            },
        },
        Model {
            name: "PyLifResetModelBitAcc",
            tags: FIXED,
            build: |making| {
                let lif = lif_reset::<i32>(making)?;
                Ok(handle!(lif).holds("vth", Latched::new(lif.vth, making.net)))
            },
        },
    ],
};

fn lif_reset<T: Membrane + Number>(making: &Making<'_>) -> Result<LifReset<T>>
where
    LifReset<T>: Runs,
{
    let lif = builder!(LifReset<T>, making)
        .vth(making.unrounded("vth", T::VTH)?)
        .reset_interval(making.whole_or("reset_interval", 1)?)
        .reset_offset(making.whole_or("reset_offset", 0)?);
    Ok(making.net.add(lif)?)
}

/// `lava.proc.lif.process.LIFRefractory`, of which Lava has no fixed-point model.
pub(super) const LIF_REFRACTORY: Kind = Kind {
    name: "LIFRefractory",
    args: args!["vth", "refractory_period"],
    models: &[Model {
        name: "PyLifRefractoryModelFloat",
        tags: REAL,
        build: |making| {
            let lif = builder!(LifRefractory<f64>, making)
                .vth(making.unrounded("vth", f64::VTH)?)
                .refractory_period(making.whole_or("refractory_period", 1)?);
            let lif = making.net.add(lif)?;
            let handle = handle!(lif).holds("vth", lif.vth);
            Ok(handle.holds("refractory_period_end", lif.refractory_period_end))
        },
    }],
};
