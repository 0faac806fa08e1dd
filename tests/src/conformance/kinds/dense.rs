//! `Dense`.

use anyhow::{Result, bail};
use lava::prelude::*;
use lava::proc::{Dense, Message, SignMode, Weight};

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
            build: build::<f64>,
        },
        Model {
            name: "PyDenseModelBitAcc",
            tags: FIXED,
            build: build::<i32>,
        },
    ],
};

/// Lava decides in every step whether messages are spikes or numbers, by `num_message_bits`; here
/// the type says it, and only the one for numbers looks at `num_message_bits`.
fn build<T: Weight + Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Dense<T, Spike>: Runs,
    Dense<T, T>: Runs,
    Var<T>: AnyVar,
{
    let bits = making.whole("num_message_bits")?.unwrap_or(0);
    if bits == 0 && !making.sets("num_message_bits") {
        add::<T, Spike>(making, bits)
    } else {
        add::<T, T>(making, bits)
    }
}

fn add<T: Weight + Number + Carried, M: Message<T> + Carried>(
    making: &Making<'_>,
    bits: i32,
) -> Result<Handle>
where
    Dense<T, M>: Runs,
    Var<T>: AnyVar,
{
    let dense = Dense::<T, M>::weights(making.required::<T>("weights")?)
        .num_message_bits(bits)
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

fn sign_mode(making: &Making<'_>) -> Result<Option<SignMode>> {
    Ok(match making.member("sign_mode")? {
        None => None,
        Some("NULL") => Some(SignMode::Null),
        Some("MIXED") => Some(SignMode::Mixed),
        Some("EXCITATORY") => Some(SignMode::Excitatory),
        Some("INHIBITORY") => Some(SignMode::Inhibitory),
        Some(other) => bail!("unknown sign mode {other}"),
    })
}
