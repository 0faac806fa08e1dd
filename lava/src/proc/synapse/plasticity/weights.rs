//! The weights of a plastic projection, as a Var.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use ndarray::ArrayD;

use super::rule::Plasticity;
use super::shard::PlasticShard;
use super::unseen::Scratch;
use super::update::{PresentSynapses, SynapticUpdate};
use crate::model::{Binder, FromInit, ModelField};
use crate::proc::synapse::{Connectivity, Synapse};
use crate::process::{Dims, Init, Shape, Var, VarField};

/// The shards of a plastic projection, by their targets; one for each initial value of the weights.
pub(super) struct Shards<P: Plasticity> {
    shards: Mutex<Vec<SharedShard<P>>>,
    /// The initial weights, where they are not those of the connectivity.
    initial: OnceLock<Vec<f32>>,
    /// The number of all synapses, if other ranks have some of them.
    on_ranks: OnceLock<usize>,
}

/// A shard, and the first of its targets. The model of the shard owns it.
struct SharedShard<P: Plasticity> {
    first: usize,
    targets: usize,
    shard: Weak<Mutex<PlasticShard<P>>>,
}

impl<P: Plasticity> Default for Shards<P> {
    fn default() -> Self {
        Shards {
            shards: Mutex::new(Vec::new()),
            initial: OnceLock::new(),
            on_ranks: OnceLock::new(),
        }
    }
}

pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shards, by their targets.
type AllShards<P> = [Arc<Mutex<PlasticShard<P>>>];

/// The place in the lists of a shard.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub(super) source: usize,
    pub(super) arrival: usize,
    pub(super) group: usize,
    end: usize,
}

impl<P: Plasticity> Shards<P> {
    /// Adds the shard whose first target is `first`, or replaces it. Returns `true` if all of the targets
    /// have a shard.
    pub(super) fn hold(
        &self,
        first: usize,
        targets: usize,
        shard: &Arc<Mutex<PlasticShard<P>>>,
        all: usize,
    ) -> bool {
        let shards = &mut *lock(&self.shards);
        shards.retain(|other| other.first != first && other.shard.strong_count() > 0);
        shards.push(SharedShard {
            first,
            targets,
            shard: Arc::downgrade(shard),
        });
        shards.sort_by_key(|shard| shard.first);
        shards.iter().map(|shard| shard.targets).sum::<usize>() == all
    }

    /// The shards whose models exist.
    pub(super) fn all(&self) -> Vec<Arc<Mutex<PlasticShard<P>>>> {
        let shards = lock(&self.shards);
        shards
            .iter()
            .filter_map(|each| each.shard.upgrade())
            .collect()
    }

    /// The initial weights of all synapses, if they are not those of the connectivity.
    pub(super) fn initial(&self, given: &Init<f32>, synapses: usize) -> Option<&[f32]> {
        if given.shared::<Connectivity<f32>>().is_some() {
            return None;
        }
        Some(self.initial.get_or_init(|| given.to_vec(synapses)))
    }

    /// The number of synapses, with those that were removed.
    pub(super) fn len(&self) -> usize {
        if let Some(all) = self.on_ranks.get() {
            return *all;
        }
        self.all().iter().map(|each| lock(each).lists.slots).sum()
    }

    /// Notes that other ranks have some of the synapses, which are this many.
    pub(super) fn are_on_ranks(&self, all: usize) {
        let _ = self.on_ranks.set(all);
    }

    /// Returns `true` for the first target of all.
    pub(super) fn is_first(&self, target: usize) -> bool {
        let shards = lock(&self.shards);
        shards.first().is_some_and(|shard| shard.first == target)
    }

    /// Calls `each` with the number of each synapse among all, and the synapse as it is now.
    fn for_each(&self, mut each: impl FnMut(usize, Synapse)) {
        let shards = self.all();
        let shards: Vec<_> = shards.iter().map(|each| lock(each)).collect();
        let (mut scratch, mut next) = (Scratch::default(), 0);
        visit(&shards, |shard, cursor| {
            let shard = &*shards[shard];
            let Cursor { arrival, group, .. } = cursor;
            let base = shard.updates.first + shard.lists.group(group).0.base();
            let delay = usize::from(shard.lists.delay(arrival, group));
            shard.present_weights(arrival, group, &mut scratch, |within, weight| {
                let number = match &shard.lists.numbers {
                    Some(numbers) => numbers[within] as usize,
                    None => next,
                };
                next += 1;
                let synapse = Synapse {
                    source: cursor.source,
                    target: base + usize::from(shard.lists.targets[within]),
                    weight: f64::from(weight),
                    delay,
                };
                each(number, synapse);
            });
        });
    }

    /// Copies the weights as they are now, by their numbers; those of synapses that were removed are 0.
    fn copy_weights(&self, out: &mut [f32]) {
        out.fill(0.0);
        self.for_each(|number, synapse| {
            if let Some(out) = out.get_mut(number) {
                *out = synapse.weight as f32;
            }
        });
    }

    /// The number of each synapse of a shard among all, in the order of the shard's lists.
    pub(super) fn numbers(&self, shard: &Arc<Mutex<PlasticShard<P>>>) -> Vec<u32> {
        if let Some(numbers) = &lock(shard).lists.numbers {
            return numbers.clone();
        }
        let shards = self.all();
        let own = shards.iter().position(|each| Arc::ptr_eq(each, shard));
        let mut numbers = Vec::new();
        count(&shards, |shard, synapses| {
            if Some(shard) == own {
                numbers.extend(synapses);
            }
        });
        numbers
    }

    /// Lets each synapse keep its number when others are removed.
    pub(super) fn number_all(&self) {
        let shards = self.all();
        if shards
            .iter()
            .any(|shard| lock(shard).lists.numbers.is_some())
        {
            return;
        }
        let mut numbers = vec![Vec::new(); shards.len()];
        count(&shards, |shard, synapses| numbers[shard].extend(synapses));
        for (shard, numbers) in shards.iter().zip(numbers) {
            lock(shard).lists.numbers = Some(numbers);
        }
    }

    /// Makes an update of all shards, while the network does not run.
    pub(super) fn update(&self, update: SynapticUpdate) {
        if update.is_structural() {
            self.number_all();
        }
        let shards = self.all();
        for shard in &shards {
            lock(shard).update(update);
        }
        if let SynapticUpdate::NormalizeOutgoing(total) = update {
            normalize_outgoing(&shards, total);
        }
    }
}

/// Scales the weights of the synapses of each source, which have seen all that has arrived. The weights of a
/// source are summed in the order of its synapses, whichever shards they are in.
fn normalize_outgoing<P: Plasticity>(shards: &AllShards<P>, total: f64) {
    let mut shards: Vec<_> = shards.iter().map(|each| lock(each)).collect();
    let sources = shards.first().map_or(0, |shard| shard.lists.sources());
    let mut sums = vec![0.0_f64; sources];
    visit(&shards, |shard, cursor| {
        let lists = &shards[shard].lists;
        for weight in &lists.weights[lists.group(cursor.group).1] {
            sums[cursor.source] += f64::from(weight.abs());
        }
    });
    for shard in &mut shards {
        let lists = &mut shard.lists;
        for (source, sum) in sums.iter().enumerate().filter(|(_, sum)| **sum > 0.0) {
            for group in lists.groups_of_source(source) {
                let synapses = lists.group(group).1;
                for weight in &mut lists.weights[synapses] {
                    *weight = (f64::from(*weight) * (total / sum)) as f32;
                }
            }
        }
    }
}

/// Calls `each` with the number of a shard and the numbers of some of its synapses among all, in their order.
fn count<P: Plasticity>(shards: &AllShards<P>, mut each: impl FnMut(usize, Range<u32>)) {
    let shards: Vec<_> = shards.iter().map(|each| lock(each)).collect();
    let mut next = 0;
    visit(&shards, |shard, cursor| {
        let end = next + shards[shard].lists.group(cursor.group).1.len() as u32;
        each(shard, next..end);
        next = end;
    });
}

/// Calls `each` with the number of a shard and a group in it, in the order of the synapses.
pub(super) fn visit<P: Plasticity>(
    shards: &[MutexGuard<'_, PlasticShard<P>>],
    mut each: impl FnMut(usize, Cursor),
) {
    let sources = shards.first().map_or(0, |shard| shard.lists.sources());
    let mut cursors = Vec::with_capacity(shards.len());
    for source in 0..sources {
        cursors.clear();
        cursors.extend(shards.iter().map(|shard| {
            let groups = shard.lists.groups_of_source(source);
            Cursor {
                source,
                arrival: shard.lists.arrivals_of(source).start,
                group: groups.start,
                end: groups.end,
            }
        }));
        loop {
            let delays = cursors.iter_mut().enumerate();
            let delays = delays.filter_map(|(number, cursor)| {
                if cursor.group == cursor.end {
                    return None;
                }
                let lists = &shards[number].lists;
                while lists.groups_of(cursor.arrival).end <= cursor.group {
                    cursor.arrival += 1;
                }
                let delay = lists.delay(cursor.arrival, cursor.group);
                Some((delay, lists.group(cursor.group).0.seen, number))
            });
            let Some((_, _, number)) = delays.min() else {
                break;
            };
            each(number, cursors[number]);
            cursors[number].group += 1;
        }
    }
}

impl<P: Plasticity> PresentSynapses for Shards<P> {
    fn present(&self) -> Option<Vec<Option<Synapse>>> {
        let len = self.len();
        if len == 0 {
            return None;
        }
        let mut synapses = vec![None; len];
        self.for_each(|number, synapse| synapses[number] = Some(synapse));
        Some(synapses)
    }
}

/// The weights of a plastic projection in a model: those that were given, and the shards that change them.
pub(super) struct PlasticWeights<P: Plasticity> {
    pub(super) given: Init<f32>,
    pub(super) shards: Option<Arc<Shards<P>>>,
}

impl<P: Plasticity> VarField<f32> for PlasticWeights<P> {
    fn read(&self, dims: &Dims) -> ArrayD<f32> {
        let Some(shards) = &self.shards else {
            return self.given.to_shared(dims).to_owned();
        };
        let mut weights = ArrayD::zeros(dims.as_slice());
        if let Some(out) = weights.as_slice_mut() {
            shards.copy_weights(out);
        }
        weights
    }

    fn write(&mut self, value: &Init<f32>, _: &Dims) {
        self.given = value.clone();
    }

    fn copy_to(&self, out: &mut [f32], dims: &Dims) {
        match &self.shards {
            Some(shards) => shards.copy_weights(out),
            None => self.given.copy_to(out, dims),
        }
    }

    fn is_partial(&self) -> bool {
        let shards = self.shards.as_ref();
        shards.is_some_and(|shards| shards.on_ranks.get().is_some())
    }
}

impl<P: Plasticity> FromInit<f32> for PlasticWeights<P> {
    fn from_init(init: &Init<f32>, _: &Dims) -> Self {
        PlasticWeights {
            given: init.clone(),
            shards: None,
        }
    }
}

impl<P: Plasticity, S: Shape, Q> ModelField<Var<f32, S>, Q> for PlasticWeights<P> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let (init, dims) = binder.init::<f32, S>(name);
        Ok(Self::from_init(&init, &dims))
    }

    fn attach(name: &'static str, field: usize, binder: &mut Binder<'_>) {
        binder.attach::<f32, S, Self>(name, field);
    }
}
