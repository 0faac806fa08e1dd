//! `LearningDense` and `LearningSparse`.

use anyhow::{Context as _, Result, bail};
use lava::prelude::*;
use lava::proc::learning::{GradedSpikeCfg, LearningRule};
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{LearningDense, LearningSparse, Message, SignMode, Weight};
use ndarray::Array1;
use serde_json::Value;

use super::super::adapted_var::{AtMostOne, Entries, Parameter, Rebuilding, Unused};
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::making::by_message;
use super::{FIXED_APPROXIMATE, Kind, Making, Model, REAL};

/// The arguments of both.
const ARGS: &[&str] = &[
    "weights",
    "tag_1",
    "tag_2",
    "num_message_bits",
    "learning_rule",
    "graded_spike_cfg",
    "weight_exp",
    "num_weight_bits",
    "sign_mode",
];

/// `lava.proc.dense.process.LearningDense`
pub(super) const LEARNING_DENSE: Kind = Kind {
    name: "LearningDense",
    args: ARGS,
    models: &[
        Model {
            name: "PyLearningDenseModelFloat",
            tags: REAL,
            build: by_message!(dense, f64),
        },
        Model {
            name: "PyLearningDenseModelBitApproximate",
            tags: FIXED_APPROXIMATE,
            build: by_message!(dense, i32),
        },
    ],
};

/// `lava.proc.sparse.process.LearningSparse`
pub(super) const LEARNING_SPARSE: Kind = Kind {
    name: "LearningSparse",
    args: ARGS,
    models: &[
        Model {
            name: "PyLearningSparseModelFloat",
            tags: REAL,
            build: by_message!(sparse, f64),
        },
        Model {
            name: "PyLearningSparseModelBitApproximate",
            tags: FIXED_APPROXIMATE,
            build: by_message!(sparse, i32),
        },
    ],
};

/// A rule, by the parameters that Lava's class made of its arguments.
fn rule(making: &Making<'_>) -> Result<LearningRule> {
    let rule = making
        .object("learning_rule")
        .context("no argument `learning_rule`")?;
    let rule = rule
        .get("$learning_rule")
        .context("`learning_rule` is no $learning_rule")?;
    let class = rule["class"]
        .as_str()
        .context("a learning rule without a class")?;
    let third_factor = match class {
        "STDPLoihi" | "Loihi2FLearningRule" => false,
        "RewardModulatedSTDP" | "Loihi3FLearningRule" => true,
        _ => bail!("unknown learning rule {class}"),
    };
    let effective = &rule["effective"];
    let mut text = String::new();
    for target in ["dw", "dd", "dt"] {
        if let Some(equation) = effective[format!("{target}_str")].as_str() {
            text += &format!("{target} = {equation};\n");
        }
    }
    for trace in ["x1", "x2", "y1", "y2", "y3"] {
        if third_factor && trace.starts_with('y') {
            text += &format!("{trace}: third factor;\n");
        } else {
            let number = |name: &str| number(&effective[format!("{trace}_{name}")]);
            text += &format!(
                "{trace}: impulse {}, tau {};\n",
                number("impulse")?,
                number("tau")?
            );
        }
    }
    text += &format!(
        "epoch {};\nseed {};\n",
        effective["t_epoch"], effective["rng_seed"]
    );
    Ok(LearningRule::as_in_lava(&text)?)
}

fn number(value: &Value) -> Result<f64> {
    value
        .as_f64()
        .with_context(|| format!("{value} is not a number"))
}

fn graded(making: &Making<'_>) -> Result<GradedSpikeCfg> {
    Ok(match making.member("graded_spike_cfg")? {
        None | Some("USE_REGULAR_IMPULSE") => GradedSpikeCfg::RegularImpulse,
        Some("OVERWRITE") => GradedSpikeCfg::Overwrite,
        Some("ADD_WITH_SATURATION") => GradedSpikeCfg::AddWithSaturation,
        Some("ADD_WITHOUT_SATURATION") => GradedSpikeCfg::AddWithoutSaturation,
        Some(other) => bail!("unknown mode of graded spikes {other}"),
    })
}

/// A builder with the arguments that both have in common.
macro_rules! builder {
    ($builder:expr, $making:ident) => {
        $builder
            .learning_rule(rule($making)?)
            .graded_spike_cfg(graded($making)?)
            .num_message_bits($making.whole_or("num_message_bits", 0)?)
            .weight_exp($making.whole_or("weight_exp", 0)?)
            .num_weight_bits($making.whole_or("num_weight_bits", 8)?)
            .sign_mode($making.sign_mode()?.unwrap_or(SignMode::Mixed))
            .name(&$making.process.name)
    };
}

/// The ports and Vars that both have in common, and `weights`, `tag_1` and `tag_2`.
macro_rules! handle {
    ($synapses:ident, $T:ty, $weights:expr, $tags:expr) => {{
        let parameters = [
            $synapses.x1_impulse.clone(),
            $synapses.x1_tau.clone(),
            $synapses.x2_impulse.clone(),
            $synapses.x2_tau.clone(),
            $synapses.y1_impulse.clone(),
            $synapses.y1_tau.clone(),
            $synapses.y2_impulse.clone(),
            $synapses.y2_tau.clone(),
            $synapses.y3_impulse.clone(),
            $synapses.y3_tau.clone(),
        ];
        let parameters: std::rc::Rc<[_]> = parameters.into();
        let names = [
            "x1_impulse",
            "x1_tau",
            "x2_impulse",
            "x2_tau",
            "y1_impulse",
            "y1_tau",
            "y2_impulse",
            "y2_tau",
            "y3_impulse",
            "y3_tau",
        ];
        let whole = <$T as Number>::WHOLE;
        let rebuilding = Rebuilding::new(&parameters, whole);
        let sources = $synapses.tx.shape().to_vec();
        let fired = AtMostOne($synapses.ty.clone());
        let [tag_1, tag_2] = $tags;
        let mut handle = Handle::new()
            .receives_truth("s_in", &$synapses.s_in)
            .receives_truth("s_in_bap", &$synapses.s_in_bap)
            .receives("s_in_y1", &$synapses.s_in_y1)
            .receives("s_in_y2", &$synapses.s_in_y2)
            .receives("s_in_y3", &$synapses.s_in_y3)
            .sends("a_out", &$synapses.a_out)
            .holds("weights", rebuilding.after($weights))
            .holds("tag_1", rebuilding.after(tag_1))
            .holds("tag_2", rebuilding.after(tag_2))
            .holds("a_buff", rebuilding.after($synapses.a_buff))
            .holds(
                "num_message_bits",
                rebuilding.after($synapses.num_message_bits),
            )
            .holds("x0", Unused { shape: sources })
            .holds("tx", rebuilding.after($synapses.tx))
            .holds("x1", rebuilding.after($synapses.x1))
            .holds("x2", rebuilding.after($synapses.x2))
            .holds("y0", fired)
            .holds("ty", rebuilding.after($synapses.ty))
            .holds("y1", rebuilding.after($synapses.y1))
            .holds("y2", rebuilding.after($synapses.y2))
            .holds("y3", rebuilding.after($synapses.y3));
        for (name, parameter) in names.into_iter().zip(parameters.iter()) {
            let parameter = Parameter {
                var: parameter.clone(),
                whole,
            };
            handle = handle.holds(name, rebuilding.after(parameter));
        }
        Ok(handle)
    }};
}

fn dense<T: Weight + Number + Carried, M: Message<T> + Carried>(
    making: &Making<'_>,
) -> Result<Handle>
where
    LearningDense<T, M>: Runs,
    Var<T>: AnyVar,
{
    let zero = <T as lava::process::Value>::ZERO;
    let builder = LearningDense::<T, M>::weights(making.required::<T>("weights")?);
    let builder = builder!(builder, making)
        .tag_1(making.values("tag_1", zero)?)
        .tag_2(making.values("tag_2", zero)?);
    let synapses = making.net.add(builder)?;
    handle!(
        synapses,
        T,
        synapses.weights,
        [synapses.tag_1, synapses.tag_2]
    )
}

fn sparse<T: Weight + Number + Carried, M: Message<T> + Carried>(
    making: &Making<'_>,
) -> Result<Handle>
where
    LearningSparse<T, M>: Runs,
    Var<T>: AnyVar,
{
    let ([targets, sources], entries) = making.entries("weights")?;
    let synapse = |&([target, source], weight): &([usize; 2], f64)| {
        Ok(Synapse {
            source,
            target,
            weight: Number::to_f64(<T as Number>::from_f64(weight)?),
            delay: 1,
        })
    };
    let list: Vec<Synapse> = entries.iter().map(synapse).collect::<Result<_>>()?;
    let list = Synapses::<T>::from_list(sources, targets, &list)?;
    let places: Vec<[usize; 2]> = list.iter().map(|s| [s.target, s.source]).collect();
    let builder = builder!(LearningSparse::<T, M>::synapses(list), making)
        .tag_1(tags::<T>(making, "tag_1", &places)?)
        .tag_2(tags::<T>(making, "tag_2", &places)?);
    let synapses = making.net.add(builder)?;
    let shape = [targets, sources];
    let weights = Entries::new(synapses.weights, shape, places.clone());
    let tags =
        [synapses.tag_1, synapses.tag_2].map(|tags| Entries::new(tags, shape, places.clone()));
    handle!(synapses, T, weights, tags)
}

/// The tags of synapses at some places.
fn tags<T: Weight + Number>(
    making: &Making<'_>,
    name: &str,
    places: &[[usize; 2]],
) -> Result<Array1<T>> {
    if !making.given(name) {
        return Ok(Array1::from_elem(
            places.len(),
            <T as lava::process::Value>::ZERO,
        ));
    }
    let (_, entries) = making.entries(name)?;
    let tag = |place: &[usize; 2]| {
        let entry = entries.iter().find(|(of, _)| of == place);
        <T as Number>::from_f64(entry.map_or(0.0, |(_, tag)| *tag))
    };
    places.iter().map(tag).collect()
}
