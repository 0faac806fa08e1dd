//! Connectivities in stored networks: the description of a projection, or the lists of its synapses.

use std::sync::Arc;

use super::{Connectivity, Described, SynapseOrigin};
use crate::proc::synapse::SynapseError;
use crate::proc::synapse::explicit::adjacency_of;
use crate::proc::synapse::storage::WeightStorage;
use crate::proc::synapse::synapses::{Synapses, check_count, check_populations};
use crate::proc::weights::Weight;
use crate::process::{Element, MAX_DELAY};
use crate::schema::{Storable, StoredArray, StoredValue, ValueError};

impl<T: Weight + Storable, W: WeightStorage<T>> Storable for Connectivity<T, W> {
    fn store(&self) -> Result<StoredValue, ValueError> {
        match &self.0 {
            SynapseOrigin::InMemory(synapses) => store(synapses),
            SynapseOrigin::Described(described) => {
                let seed_of = described.seed.get().map(|seed| seed.process().to_owned());
                Ok(StoredValue::table([
                    ("projection", described.projection.store()?),
                    ("seed_of", seed_of.store()?),
                ]))
            }
        }
    }

    fn restore(value: &StoredValue) -> Result<Self, ValueError> {
        if !value
            .entries()?
            .iter()
            .any(|(name, _)| name == "projection")
        {
            return Ok(restore(value)?.into());
        }
        let fields = value.fields(&["projection", "seed_of"])?;
        let described = Described {
            seed_of: fields.field("seed_of")?,
            ..Described::of(fields.field("projection")?)
        };
        Ok(Connectivity(SynapseOrigin::Described(Arc::new(described))))
    }
}

const FIELDS: [&str; 7] = [
    "targets",
    "delay_bounds",
    "scale",
    "synapses_by_source",
    "target_numbers",
    "delays",
    "weights",
];

/// The lists, by source and target; weights are those that are stored, as multiples of `scale` if they are.
fn store<T: Weight, W: WeightStorage<T>>(
    synapses: &Synapses<T, W>,
) -> Result<StoredValue, ValueError> {
    let mut counts: Vec<u32> = Vec::with_capacity(synapses.sources());
    let mut targets: Vec<u32> = Vec::with_capacity(synapses.len());
    let mut delays: Vec<u16> = Vec::with_capacity(synapses.len());
    let (mut multiples, mut weights): (Vec<i16>, Vec<T>) = (Vec::new(), Vec::new());
    for source in 0..synapses.sources() {
        let mut list: Vec<(usize, usize, &[u16])> = Vec::new();
        for group in synapses.groups(source) {
            let synapses = group.synapses::<T, W>();
            list.extend(synapses.map(|(target, weight)| (target, group.delay, weight)));
        }
        // In the order in which lists are made; equal ones stay in theirs.
        list.sort_by_key(|(target, delay, _)| (*target, *delay));
        counts.push(list.len() as u32);
        for (target, delay, weight) in list {
            targets.push(target as u32);
            delays.push(delay as u16);
            match W::SCALED {
                true => multiples.push(weight[0].cast_signed()),
                false => weights.push(W::decode(weight, T::ONE)),
            }
        }
    }
    let bounds = synapses.delays();
    let weights = match W::SCALED {
        true => array(&multiples),
        false => array(&weights),
    };
    Ok(StoredValue::table([
        ("targets", synapses.targets().store()?),
        ("delay_bounds", [*bounds.start(), *bounds.end()].store()?),
        ("scale", synapses.stored_scale().store()?),
        ("synapses_by_source", array(&counts)),
        ("target_numbers", array(&targets)),
        ("delays", array(&delays)),
        ("weights", weights),
    ]))
}

fn array<E: Element>(elements: &[E]) -> StoredValue {
    StoredValue::Array(StoredArray::new(&[elements.len()], elements))
}

fn restore<T: Weight, W: WeightStorage<T>>(
    value: &StoredValue,
) -> Result<Synapses<T, W>, ValueError> {
    let error = |error: SynapseError| ValueError::new(error.to_string());
    let fields = value.fields(&FIELDS)?;
    let [shortest, longest]: [usize; 2] = fields.field("delay_bounds")?;
    let (target_count, scale): (usize, f64) = (fields.field("targets")?, fields.field("scale")?);
    let counts: Vec<u32> = fields.value("synapses_by_source")?.array()?.elements()?;
    let targets: Vec<u32> = fields.value("target_numbers")?.array()?.elements()?;
    let delays: Vec<u16> = fields.value("delays")?.array()?.elements()?;
    let weights = words::<T, W>(fields.value("weights")?.array()?, scale)?;
    check_populations(counts.len(), target_count).map_err(error)?;
    check_count(targets.len()).map_err(error)?;
    let all: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let is_whole = all == targets.len() as u64
        && delays.len() == targets.len()
        && weights.len() == targets.len() * W::WORDS
        && scale.is_finite();
    if !is_whole {
        return Err(ValueError::new(
            "the lists of synapses have different lengths",
        ));
    }
    let sources = (0..).zip(&counts);
    let sources = sources.flat_map(|(source, count)| (0..*count).map(move |_| source));
    let places = sources.zip(targets.iter().zip(&delays));
    let mut keys = places
        .clone()
        .map(|(source, (target, delay))| (source, *target, *delay));
    if !keys.by_ref().is_sorted() {
        return Err(ValueError::new(
            "the synapses are not ordered by source and target",
        ));
    }
    let list = places.zip(weights.chunks_exact(W::WORDS));
    let list =
        list.map(|((source, (target, delay)), weight)| (source, *target as usize, *delay, weight));
    let mut adjacency = adjacency_of::<T, W>(counts.len(), target_count, list).map_err(error)?;
    let holds =
        adjacency.len == 0 || shortest <= adjacency.shortest && longest >= adjacency.longest;
    if !holds || shortest == 0 || shortest > longest || longest > MAX_DELAY {
        return Err(
            ValueError::new("the delays are not within their bounds").within("delay_bounds")
        );
    }
    (adjacency.shortest, adjacency.longest) = (shortest, longest);
    Ok(Synapses::new(Arc::new(adjacency), scale))
}

/// The words of stored weights.
fn words<T: Weight, W: WeightStorage<T>>(
    weights: &StoredArray,
    scale: f64,
) -> Result<Vec<u16>, ValueError> {
    if W::SCALED {
        let multiples: Vec<i16> = weights.elements()?;
        return Ok(multiples.into_iter().map(i16::cast_unsigned).collect());
    }
    let weights: Vec<T> = weights.elements()?;
    let mut words = vec![0; weights.len() * W::WORDS];
    for (weight, words) in weights.iter().zip(words.chunks_exact_mut(W::WORDS)) {
        let is_finite = weight.to_f64().is_finite();
        if !is_finite || !W::encode(*weight, scale, words) {
            let what = SynapseError::Weight(weight.to_f64()).to_string();
            return Err(ValueError::new(what).within("weights"));
        }
    }
    Ok(words)
}
