//! `Conv` and `ConvInTime`.

use anyhow::{Context, Result};
use lava::prelude::*;
use lava::proc::{Conv, ConvInTime, Message, Weight};

use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::making::by_message;
use super::{Kind, Making, Model, REAL};

/// The tags of Lava's fixed-point models of convolutions.
const FIXED: &[&str] = &["fixed_pt"];

/// `lava.proc.conv.process.Conv`, whose models ignore `weight_exp` and `num_weight_bits`.
pub(super) const CONV: Kind = Kind {
    name: "Conv",
    args: &[
        "weight",
        "weight_exp",
        "input_shape",
        "padding",
        "stride",
        "dilation",
        "groups",
        "num_weight_bits",
        "num_message_bits",
    ],
    models: &[
        Model {
            name: "PyConvModelFloat",
            tags: REAL,
            build: by_message!(conv, f64),
        },
        Model {
            name: "PyConvModelFixed",
            tags: FIXED,
            build: by_message!(conv, i32),
        },
    ],
};

/// `lava.proc.conv_in_time.process.ConvInTime`, whose models ignore how weights are stored.
pub(super) const CONV_IN_TIME: Kind = Kind {
    name: "ConvInTime",
    args: &[
        "weights",
        "num_message_bits",
        "weight_exp",
        "num_weight_bits",
        "sign_mode",
    ],
    models: &[
        Model {
            name: "PyConvInTimeModelFloat",
            tags: REAL,
            build: by_message!(in_time, f64),
        },
        Model {
            name: "PyConvInTimeModelFixed",
            tags: FIXED,
            build: by_message!(in_time, i32),
        },
    ],
};

fn conv<T: Weight + Number + Carried, M: Message<T> + Carried>(
    making: &Making<'_>,
) -> Result<Handle>
where
    Conv<T, M>: Runs,
    Var<T>: AnyVar,
{
    let given = making.given("input_shape");
    let shape = given.then(|| making.shape("input_shape")).transpose()?;
    let shape = shape.unwrap_or_else(|| vec![1, 1, 1]);
    let input_shape = <[usize; 3]>::try_from(shape).ok();
    let conv = Conv::<T, M>::weight(making.required::<T>("weight")?)
        .input_shape(input_shape.context("argument `input_shape` has not three extents")?)
        .padding(making.pair("padding")?.unwrap_or([0, 0]))
        .stride(making.pair("stride")?.unwrap_or([1, 1]))
        .dilation(making.pair("dilation")?.unwrap_or([1, 1]))
        .groups(making.whole_or("groups", 1)?)
        .num_message_bits(making.whole_or("num_message_bits", 0)?)
        .name(&making.process.name);
    let conv = making.net.add(conv)?;
    Ok(Handle::new()
        .receives("s_in", &conv.s_in)
        .sends("a_out", &conv.a_out)
        .holds("weight", conv.weight)
        .holds("a_buf", conv.a_buf)
        .holds("num_message_bits", conv.num_message_bits))
}

fn in_time<T: Weight + Number + Carried, M: Message<T> + Carried>(
    making: &Making<'_>,
) -> Result<Handle>
where
    ConvInTime<T, M>: Runs,
    Var<T>: AnyVar,
{
    let conv = ConvInTime::<T, M>::weights(making.required::<T>("weights")?)
        .num_message_bits(making.whole_or("num_message_bits", 0)?)
        .name(&making.process.name);
    let conv = making.net.add(conv)?;
    Ok(Handle::new()
        .receives("s_in", &conv.s_in)
        .sends("a_out", &conv.a_out)
        .holds("weights", conv.weights)
        .holds("a_buff", conv.a_buff)
        .holds("num_message_bits", conv.num_message_bits))
}
