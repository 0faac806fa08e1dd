//! `Dense` and `DelayDense`.

use anyhow::{Result, bail};
use lava::prelude::*;
use lava::proc::{DelayDense, Dense, Message, SignMode, Weight};

use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::{FIXED, Kind, Making, Model, REAL};

/// `lava.proc.dense.process.Dense`
pub(super) const DENSE: Kind = Kind {
    name: "Dense",
    args: &[
        "weights",
        "num_message_bits",
        "weight_exp",
        "num_weight_bits",
        "sign_mode",
    ],
    models: &[
        Model {
            name: "PyDenseModelFloat",
            tags: REAL,
            build: |making| match making.spikes()? {
                true => add::<f64, Spike>(making),
                false => add::<f64, f64>(making),
            },
        },
        Model {
            name: "PyDenseModelBitAcc",
            tags: FIXED,
            build: |making| match making.spikes()? {
                true => add::<i32, Spike>(making),
                false => add::<i32, i32>(making),
            },
        },
    ],
};

/// `lava.proc.dense.process.DelayDense`
pub(super) const DELAY_DENSE: Kind = Kind {
    name: "DelayDense",
    args: &[
        "weights",
        "delays",
        "max_delay",
        "num_message_bits",
        "weight_exp",
        "num_weight_bits",
        "sign_mode",
    ],
    models: &[
        Model {
            name: "PyDelayDenseModelFloat",
            tags: REAL,
            build: |making| match making.spikes()? {
                true => add_delayed::<f64, Spike>(making),
                false => add_delayed::<f64, f64>(making),
            },
        },
        Model {
            name: "PyDelayDenseModelBitAcc",
            tags: FIXED,
            build: |making| match making.spikes()? {
                true => add_delayed::<i32, Spike>(making),
                false => add_delayed::<i32, i32>(making),
            },
        },
    ],
};

fn add<T: Weight + Number + Carried, M: Message<T> + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Dense<T, M>: Runs,
    Var<T>: AnyVar,
{
    let dense = Dense::<T, M>::weights(making.required::<T>("weights")?)
        .num_message_bits(making.whole("num_message_bits")?.unwrap_or(0))
        .weight_exp(making.whole("weight_exp")?.unwrap_or(0))
        .num_weight_bits(making.whole("num_weight_bits")?.unwrap_or(8))
        .sign_mode(sign_mode(making)?)
        .name(&making.process.name);
    let dense = making.net.add(dense)?;
    Ok(Handle::new()
        .receives_truth("s_in", &dense.s_in)
        .sends("a_out", &dense.a_out)
        .holds("weights", dense.weights)
        .holds("a_buff", dense.a_buff)
        .holds("num_message_bits", dense.num_message_bits))
}

fn add_delayed<T: Weight + Number + Carried, M: Message<T> + Carried>(
    making: &Making<'_>,
) -> Result<Handle>
where
    DelayDense<T, M>: Runs,
    Var<T>: AnyVar,
{
    let dense = DelayDense::<T, M>::weights(making.required::<T>("weights")?)
        .delays(making.required::<i32>("delays")?)
        .max_delay(making.whole("max_delay")?.unwrap_or(0))
        .num_message_bits(making.whole("num_message_bits")?.unwrap_or(0))
        .weight_exp(making.whole("weight_exp")?.unwrap_or(0))
        .num_weight_bits(making.whole("num_weight_bits")?.unwrap_or(8))
        .sign_mode(sign_mode(making)?)
        .name(&making.process.name);
    let dense = making.net.add(dense)?;
    Ok(Handle::new()
        .receives_truth("s_in", &dense.s_in)
        .sends("a_out", &dense.a_out)
        .holds("weights", dense.weights)
        .holds("delays", dense.delays)
        .holds("a_buff", dense.a_buff)
        .holds("num_message_bits", dense.num_message_bits))
}

/// The signs that weights may have, as every connection takes them.
pub(super) fn sign_mode(making: &Making<'_>) -> Result<Option<SignMode>> {
    Ok(match making.member("sign_mode")? {
        None => None,
        Some("NULL") => Some(SignMode::Null),
        Some("MIXED") => Some(SignMode::Mixed),
        Some("EXCITATORY") => Some(SignMode::Excitatory),
        Some("INHIBITORY") => Some(SignMode::Inhibitory),
        Some(other) => bail!("unknown sign mode {other}"),
    })
}
