//! `Sparse` and `DelaySparse`.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Message, Sparse, Weight};

use super::super::adapted_var::Entries;
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs};
use super::making::{by_message, stored};
use super::{FIXED, Kind, Making, Model, REAL};

/// `lava.proc.sparse.process.Sparse`
pub(super) const SPARSE: Kind = Kind {
    name: "Sparse",
    args: &[
        "weights",
        "num_message_bits",
        "weight_exp",
        "num_weight_bits",
        "sign_mode",
    ],
    models: &[
        Model {
            name: "PySparseModelFloat",
            tags: REAL,
            build: by_message!(add, f64),
        },
        Model {
            name: "PySparseModelBitAcc",
            tags: FIXED,
            build: by_message!(add, i32),
        },
    ],
};

/// `lava.proc.sparse.process.DelaySparse`
pub(super) const DELAY_SPARSE: Kind = Kind {
    name: "DelaySparse",
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
            name: "PyDelaySparseModelFloat",
            tags: REAL,
            build: by_message!(add, f64),
        },
        Model {
            name: "PyDelaySparseModelBitAcc",
            tags: FIXED,
            build: by_message!(add, i32),
        },
    ],
};

fn add<T: Weight + Number + Carried, M: Message<T> + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Sparse<T, M>: Runs,
    Var<T>: AnyVar,
{
    let synapses = synapses::<T>(making)?;
    let shape = [synapses.targets(), synapses.sources()];
    let places = synapses
        .iter()
        .map(|synapse| [synapse.target, synapse.source]);
    let places = places.collect();
    let sparse = Sparse::<T, M>::synapses(synapses);
    let sparse = making.net.add(stored!(sparse, making))?;
    let weights = Entries::new(sparse.weights, shape, places);
    Ok(Handle::new()
        .receives_truth("s_in", &sparse.s_in)
        .sends("a_out", &sparse.a_out)
        .holds("weights", weights)
        .holds("num_message_bits", sparse.num_message_bits))
}

/// The stored entries of `weights`, each with its delay and the one step that every connection
/// takes.
fn synapses<T: Weight + Number>(making: &Making<'_>) -> Result<Synapses<T>> {
    let ([targets, sources], weights) = making.entries("weights")?;
    let delays = Delays::of(making, [targets, sources])?;
    let synapse = |&([target, source], weight): &([usize; 2], f64)| {
        Ok(Synapse {
            source,
            target,
            weight: Number::to_f64(<T as Number>::from_f64(weight)?),
            delay: 1 + delays.at([target, source]),
        })
    };
    let list: Vec<Synapse> = weights.iter().map(synapse).collect::<Result<_>>()?;
    Ok(Synapses::from_list(sources, targets, &list)?)
}

/// The delays of synapses.
enum Delays {
    Alike(usize),
    /// The delays that are not 0.
    Each(HashMap<[usize; 2], usize>),
}

impl Delays {
    fn of(making: &Making<'_>, shape: [usize; 2]) -> Result<Delays> {
        if !making.given("delays") {
            return Ok(Delays::Alike(0));
        }
        if let Ok(Some(delay)) = making.whole("delays") {
            return Ok(Delays::Alike(delay));
        }
        let (given, delays) = making.entries("delays")?;
        ensure!(
            given == shape,
            "delays of shape {given:?}, weights {shape:?}"
        );
        let delays = delays.into_iter().map(|(at, delay)| {
            let whole = delay.fract() == 0.0 && delay >= 0.0;
            ensure!(whole, "a delay of {delay}");
            Ok((at, delay as usize))
        });
        Ok(Delays::Each(delays.collect::<Result<_>>()?))
    }

    fn at(&self, place: [usize; 2]) -> usize {
        match self {
            Delays::Alike(delay) => *delay,
            Delays::Each(delays) => delays.get(&place).copied().unwrap_or(0),
        }
    }
}
