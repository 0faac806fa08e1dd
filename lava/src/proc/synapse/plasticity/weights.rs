//! The weights of a plastic projection, as a Var.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ndarray::ArrayD;

use super::rule::Plasticity;
use super::shard::PlasticShard;
use crate::model::{Binder, FromInit, ModelField};
use crate::proc::synapse::Connectivity;
use crate::process::{Dims, Init, Shape, Var, VarField};

/// The shards of a plastic projection, by their targets; one for each initial value of the weights.
pub(super) struct Shards<P: Plasticity> {
    shards: Mutex<Vec<SharedShard<P>>>,
    /// The initial weights, where they are not those of the connectivity.
    initial: OnceLock<Vec<f32>>,
}

/// A shard, and the first of its targets.
pub(super) struct SharedShard<P: Plasticity> {
    first: usize,
    targets: usize,
    pub(super) shard: Arc<Mutex<PlasticShard<P>>>,
}

impl<P: Plasticity> Default for Shards<P> {
    fn default() -> Self {
        Shards {
            shards: Mutex::new(Vec::new()),
            initial: OnceLock::new(),
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place in the lists of a shard.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    arrival: usize,
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
        shards.retain(|other| other.first != first);
        shards.push(SharedShard {
            first,
            targets,
            shard: Arc::clone(shard),
        });
        shards.sort_by_key(|shard| shard.first);
        shards.iter().map(|shard| shard.targets).sum::<usize>() == all
    }

    /// The initial weights of all synapses, if they are not those of the connectivity.
    pub(super) fn initial(&self, given: &Init<f32>, synapses: usize) -> Option<&[f32]> {
        if given.shared::<Connectivity<f32>>().is_some() {
            return None;
        }
        Some(self.initial.get_or_init(|| given.to_vec(synapses)))
    }

    /// All shards, by their targets.
    pub(super) fn shards(&self) -> &Mutex<Vec<SharedShard<P>>> {
        &self.shards
    }

    /// The number of synapses.
    pub(super) fn len(&self) -> usize {
        let shards = lock(&self.shards);
        let len = |each: &SharedShard<P>| lock(&each.shard).lists().weights.len();
        shards.iter().map(len).sum()
    }

    /// Calls `each` with the weights as they are now, in the order of the synapses: by source, delay and
    /// target.
    fn for_each_weight(&self, mut each: impl FnMut(f32)) {
        let shards = lock(&self.shards);
        let shards: Vec<_> = shards.iter().map(|each| lock(&each.shard)).collect();
        let mut path = Vec::new();
        self.visit(&shards, |shard, cursor| {
            shards[shard].present_weights(cursor.arrival, cursor.group, &mut path, &mut each);
        });
    }

    /// Calls `each` with the number of a shard and a group in it, in the order of the synapses.
    pub(super) fn visit(
        &self,
        shards: &[MutexGuard<'_, PlasticShard<P>>],
        mut each: impl FnMut(usize, Cursor),
    ) {
        let sources = shards.first().map_or(0, |shard| shard.lists().sources());
        let mut cursors = Vec::with_capacity(shards.len());
        for source in 0..sources {
            cursors.clear();
            cursors.extend(shards.iter().map(|shard| {
                let groups = shard.lists().groups_of_source(source);
                Cursor {
                    arrival: shard.lists().arrivals_of(source).start,
                    group: groups.start,
                    end: groups.end,
                }
            }));
            loop {
                let delays = cursors
                    .iter_mut()
                    .enumerate()
                    .filter_map(|(number, cursor)| {
                        if cursor.group == cursor.end {
                            return None;
                        }
                        let lists = shards[number].lists();
                        while lists.groups_of(cursor.arrival).end <= cursor.group {
                            cursor.arrival += 1;
                        }
                        Some((lists.delay(cursor.arrival, cursor.group), number))
                    });
                let Some((_, number)) = delays.min() else {
                    break;
                };
                each(number, cursors[number]);
                cursors[number].group += 1;
            }
        }
    }

    /// The number of each synapse of a shard among all, in the order of the shard's lists.
    pub(super) fn numbers(&self, first: usize) -> Vec<u32> {
        let shards = lock(&self.shards);
        let own = shards.iter().position(|shard| shard.first == first);
        let shards: Vec<_> = shards.iter().map(|each| lock(&each.shard)).collect();
        let (mut numbers, mut next) = (Vec::new(), 0);
        self.visit(&shards, |shard, cursor| {
            let (_, synapses) = shards[shard].lists().group(cursor.group);
            let end = next + synapses.len() as u32;
            if Some(shard) == own {
                numbers.extend(next..end);
            }
            next = end;
        });
        numbers
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
        let mut weights = Vec::with_capacity(dims.len());
        shards.for_each_weight(|weight| weights.push(weight));
        ArrayD::from_shape_vec(dims.as_slice(), weights).expect("a weight for each synapse")
    }

    fn write(&mut self, value: &Init<f32>, _: &Dims) {
        self.given = value.clone();
    }

    fn copy_to(&self, out: &mut [f32], dims: &Dims) {
        match &self.shards {
            Some(shards) => {
                let mut out = out.iter_mut();
                shards.for_each_weight(|weight| {
                    if let Some(out) = out.next() {
                        *out = weight;
                    }
                });
            }
            None => self.given.copy_to(out, dims),
        }
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
