//! `Dense` and `DelayDense`.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::{DelayDense, Dense, Message, Weight};

use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::making::{by_message, stored};
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
            build: by_message!(add, f64),
        },
        Model {
            name: "PyDenseModelBitAcc",
            tags: FIXED,
            build: by_message!(add, i32),
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
            build: by_message!(add_delayed, f64),
        },
        Model {
            name: "PyDelayDenseModelBitAcc",
            tags: FIXED,
            build: by_message!(add_delayed, i32),
        },
    ],
};

fn add<T: Weight + Number + Carried, M: Message<T> + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Dense<T, M>: Runs,
    Var<T>: AnyVar,
{
    let dense = Dense::<T, M>::weights(making.required::<T>("weights")?);
    let dense = making.net.add(stored!(dense, making))?;
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
        .max_delay(making.whole_or("max_delay", 0)?);
    let dense = making.net.add(stored!(dense, making))?;
    Ok(Handle::new()
        .receives_truth("s_in", &dense.s_in)
        .sends("a_out", &dense.a_out)
        .holds("weights", dense.weights)
        .holds("delays", dense.delays)
        .holds("a_buff", dense.a_buff)
        .holds("num_message_bits", dense.num_message_bits))
}
