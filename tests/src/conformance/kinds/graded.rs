//! `GradedVec`, `GradedReluVec`, `ProdNeuron`, `NormVecDelay` and `InvSqrt`.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::{GradedReluVec, GradedVec, InvSqrt, NormVecDelay, ProdNeuron, Signal};

use super::super::adapted_var::Unused;
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::Runs;
use super::{FIXED, Kind, Making, Model};

/// The arguments of most; `exp` is without effect but in `ProdNeuron`.
const ARGS: &[&str] = &["shape", "vth", "exp"];

/// A kind with one input and one threshold, which has one model.
macro_rules! threshold {
    ($name:literal, $model:literal, $process:ident) => {
        Kind {
            name: $name,
            args: ARGS,
            models: &[Model {
                name: $model,
                tags: FIXED,
                build: |making| {
                    let vec = $process::shape(making.shape("shape")?);
                    let vec = vec.vth(making.values("vth", 1)?);
                    let vec = making.net.add(vec.name(&making.process.name))?;
                    Ok(Handle::new()
                        .receives("a_in", &vec.a_in)
                        .sends("s_out", &vec.s_out)
                        .holds("v", vec.v)
                        .holds("vth", vec.vth))
                },
            }],
        }
    };
}

/// `lava.proc.graded.process.GradedVec`
pub(super) const GRADED_VEC: Kind = threshold!("GradedVec", "PyGradedVecModelFixed", GradedVec);

/// `lava.proc.graded.process.GradedReluVec`
pub(super) const GRADED_RELU_VEC: Kind =
    threshold!("GradedReluVec", "PyGradedReluVecModelFixed", GradedReluVec);

/// `lava.proc.prodneuron.process.ProdNeuron`
pub(super) const PROD_NEURON: Kind = Kind {
    name: "ProdNeuron",
    args: ARGS,
    models: &[Model {
        name: "PyProdNeuronModelFixed",
        tags: FIXED,
        build: |making| {
            let shape = making.shape("shape")?;
            let neuron = ProdNeuron::shape(shape.as_slice())
                .vth(making.values("vth", 1)?)
                .exp(making.whole_or("exp", 0)?);
            let neuron = making.net.add(neuron.name(&making.process.name))?;
            Ok(Handle::new()
                .receives("a_in1", &neuron.a_in1)
                .receives("a_in2", &neuron.a_in2)
                .sends("s_out", &neuron.s_out)
                .holds("v", Unused { shape })
                .holds("vth", neuron.vth)
                .holds("exp", neuron.exp))
        },
    }],
};

/// `lava.proc.graded.process.NormVecDelay`
pub(super) const NORM_VEC_DELAY: Kind = Kind {
    name: "NormVecDelay",
    args: ARGS,
    models: &[Model {
        name: "NormVecDelayModel",
        tags: FIXED,
        build: |making| {
            let vec = NormVecDelay::shape(making.shape("shape")?).vth(making.values("vth", 1)?);
            let vec = making.net.add(vec.name(&making.process.name))?;
            Ok(Handle::new()
                .receives("a_in1", &vec.a_in1)
                .receives("a_in2", &vec.a_in2)
                .sends("s_out", &vec.s_out)
                .sends("s2_out", &vec.s2_out)
                .holds("v", vec.v)
                .holds("v2", vec.v2)
                .holds("vth", vec.vth))
        },
    }],
};

/// `lava.proc.graded.process.InvSqrt`
pub(super) const INV_SQRT: Kind = Kind {
    name: "InvSqrt",
    // The base is without effect.
    args: &["shape", "fp_base"],
    models: &[
        Model {
            name: "InvSqrtModelFloat",
            tags: &["floating_pt", "float"],
            build: inv_sqrt::<f64>,
        },
        Model {
            name: "InvSqrtModelFP",
            tags: FIXED,
            build: inv_sqrt::<i32>,
        },
    ],
};

fn inv_sqrt<T: Signal + Carried>(making: &Making<'_>) -> Result<Handle>
where
    InvSqrt<T>: Runs,
{
    let root = InvSqrt::<T>::shape(making.shape("shape")?).name(&making.process.name);
    let root = making.net.add(root)?;
    Ok(Handle::new()
        .receives("a_in", &root.a_in)
        .sends("s_out", &root.s_out))
}
