//! Learning phases of synapses that are listed one by one.

use super::batch::Batch;
use super::engine::{LearningEngine, LearningPhase};
use super::history::{EpochSpikes, History, Times};
use super::number::LearningNumber;
use super::program::{Operands, Program, ReadTime, TraceRead};
use super::values::FactorValues;
use crate::model::BLOCK;

/// The neurons of synapses, and the synapses of neurons. Synapses are ordered by source.
#[derive(Default)]
pub(super) struct SynapseIndex {
    /// For each source its first synapse, and the number of all.
    starts: Vec<usize>,
    sources: Vec<u32>,
    targets: Vec<u32>,
    /// For each target the place of its first synapse in `of_target`, and the number of all.
    target_starts: Vec<usize>,
    of_target: Vec<u32>,
}

impl SynapseIndex {
    /// The index of pairs of source and target, ordered by source.
    pub(super) fn new(
        [sources, targets]: [usize; 2],
        pairs: impl Iterator<Item = (usize, usize)>,
    ) -> SynapseIndex {
        let mut index = SynapseIndex::default();
        for (source, target) in pairs {
            index.sources.push(source as u32);
            index.targets.push(target as u32);
        }
        index.starts = starts(sources, &index.sources);
        index.target_starts = starts(targets, &index.targets);
        index.of_target = vec![0; index.targets.len()];
        let mut next = index.target_starts.clone();
        for (synapse, target) in (0..).zip(&index.targets) {
            let place = &mut next[*target as usize];
            index.of_target[*place] = synapse;
            *place += 1;
        }
        index
    }

    /// The synapses of a source.
    #[inline(always)]
    pub(super) fn of_source(&self, source: usize) -> std::ops::Range<usize> {
        self.starts[source]..self.starts[source + 1]
    }

    /// The targets of all synapses.
    pub(super) fn targets(&self) -> &[u32] {
        &self.targets
    }

    fn of_target(&self, target: usize) -> &[u32] {
        &self.of_target[self.target_starts[target]..self.target_starts[target + 1]]
    }
}

/// For each neuron the number of synapses of the neurons before it, and that of all.
fn starts(neurons: usize, of_synapses: &[u32]) -> Vec<usize> {
    let mut starts = vec![0; neurons + 1];
    for neuron in of_synapses {
        starts[*neuron as usize + 1] += 1;
    }
    for neuron in 0..neurons {
        starts[neuron + 1] += starts[neuron];
    }
    starts
}

/// New variables of synapses, until they may be written.
#[derive(Default)]
pub(super) struct Pending<T> {
    synapses: Vec<u32>,
    variables: [Vec<T>; 3],
}

/// The traces of an epoch.
struct ListEpoch<'a, T> {
    index: &'a SynapseIndex,
    post: &'a EpochSpikes,
    tx: &'a [i32],
    times: &'a Times,
    histories: &'a [History<T>; 5],
}

impl<T: LearningNumber> LearningEngine<T> {
    /// Evaluates the rule for the synapses of neurons that have fired, as far as its products depend
    /// on them. Returns `false` if a variable is not finite afterwards.
    ///
    /// The synapses of targets that have fired are evaluated first and written last, so that those of
    /// sources can be evaluated in one piece, as if no target had fired.
    #[inline(always)]
    pub(super) fn learn_list(
        &mut self,
        phase: LearningPhase,
        index: &SynapseIndex,
        pending: &mut Pending<T>,
        tx: &[i32],
        mut variables: [&mut [T]; 3],
    ) -> bool {
        let LearningEngine {
            program,
            pre,
            post,
            times,
            histories,
            batches,
            ..
        } = self;
        let epoch = ListEpoch {
            index,
            post,
            tx,
            times,
            histories,
        };
        let classes = [false, true].map(|x0| (phase.class(x0, false), phase.class(x0, true)));
        let gathers = classes.map(|(column, row)| program.differ(column, row));
        let whole = classes.map(|(column, _)| phase.visits_all || program.is_active(column));
        let mut is_finite = true;
        if gathers != [false, false] {
            is_finite &= epoch.rows(program, phase, gathers, batches, &variables, pending);
        }
        let work = &mut batches[0];
        let sources = match whole {
            [true, _] => tx.len(),
            [false, true] => pre.neurons.len(),
            [false, false] => 0,
        };
        for place in 0..sources {
            let source = if whole[0] {
                place
            } else {
                pre.neurons[place] as usize
            };
            if whole[usize::from(tx[source] > 0)] {
                is_finite &= epoch.source(program, phase, source, work, &mut variables);
            }
        }
        for (variable, values) in variables.into_iter().zip(&mut pending.variables) {
            for (synapse, value) in pending.synapses.iter().zip(values.drain(..)) {
                variable[*synapse as usize] = value;
            }
        }
        pending.synapses.clear();
        is_finite
    }
}

impl<T: LearningNumber> ListEpoch<'_, T> {
    /// Evaluates the synapses of targets that have fired.
    #[inline(always)]
    fn rows(
        &self,
        program: &Program<T>,
        phase: LearningPhase,
        gathers: [bool; 2],
        batches: &mut [Batch<T>; 2],
        variables: &[&mut [T]; 3],
        pending: &mut Pending<T>,
    ) -> bool {
        let mut is_finite = true;
        for (number, target) in (0..).zip(&self.post.neurons) {
            for synapse in self.index.of_target(*target as usize) {
                let source = self.index.sources[*synapse as usize] as usize;
                let x0 = usize::from(self.tx[source] > 0);
                if gathers[x0] {
                    let batch = &mut batches[x0];
                    batch.places.push((*synapse, number));
                    if batch.places.len() == BLOCK {
                        is_finite &= self.evaluate(program, phase, x0 == 1, batch, variables);
                        pending.take(batch);
                    }
                }
            }
        }
        for (x0, batch) in [false, true].into_iter().zip(batches) {
            is_finite &= self.evaluate(program, phase, x0, batch, variables);
            pending.take(batch);
        }
        is_finite
    }

    /// Gathers and evaluates the synapses of a batch: each place is a synapse, and the number of its
    /// target among those that have fired.
    #[inline(always)]
    fn evaluate(
        &self,
        program: &Program<T>,
        phase: LearningPhase,
        x0: bool,
        batch: &mut Batch<T>,
        variables: &[&mut [T]; 3],
    ) -> bool {
        let class = phase.class(x0, true);
        let (sources, post) = (&self.index.sources, self.post);
        let source = |synapse: &u32| sources[*synapse as usize] as usize;
        let places = batch.places.as_slice();
        batch.len = places.len();
        for read in program.reads(class) {
            let history = &self.histories[read.trace];
            let is_pre = read.trace < TraceRead::PRE;
            let common = match read.time {
                ReadTime::End => Some(history.end()),
                _ if self.times.spikes() == 1 => Some(history.end()),
                _ => None,
            };
            let to = &mut batch.traces[read.index()];
            match (common, is_pre) {
                (Some(row), true) => {
                    to.extend(places.iter().map(|(synapse, _)| row[source(synapse)]));
                }
                (Some(row), false) => to.extend(
                    places
                        .iter()
                        .map(|(_, number)| row[post.neurons[*number as usize] as usize]),
                ),
                (None, _) => to.extend(places.iter().map(|(synapse, number)| {
                    let number = *number as usize;
                    let (target, time) = (post.neurons[number] as usize, post.times[number]);
                    self.read(*read, source(synapse), target, time)
                })),
            }
        }
        for (variable, values) in variables.iter().enumerate() {
            if program.uses[variable] {
                let values = places.iter().map(|(synapse, _)| values[*synapse as usize]);
                batch.variables[variable].extend(values);
            }
        }
        batch.update(program, class, phase.rounding)
    }

    /// The trace that a synapse reads; `time` is that of its target's spike.
    #[inline(always)]
    fn read(&self, read: TraceRead, source: usize, target: usize, time: u32) -> T {
        let history = &self.histories[read.trace];
        let row = match read.time {
            ReadTime::Pre => history.at(self.tx[source].max(0) as u32, self.times),
            ReadTime::Post => history.at(time, self.times),
            ReadTime::End => history.end(),
        };
        row[if read.trace < TraceRead::PRE {
            source
        } else {
            target
        }]
    }

    /// Evaluates the synapses of a source as if no target had fired.
    #[inline(always)]
    fn source(
        &self,
        program: &Program<T>,
        phase: LearningPhase,
        source: usize,
        work: &mut Batch<T>,
        variables: &mut [&mut [T]; 3],
    ) -> bool {
        let class = phase.class(self.tx[source] > 0, false);
        let pre_time = self.tx[source].max(0) as u32;
        let synapses = self.index.of_source(source);
        let mut is_finite = true;
        for start in synapses.clone().step_by(BLOCK) {
            let run = start..synapses.end.min(start + BLOCK);
            work.clear();
            for read in program.reads(class) {
                if read.trace >= TraceRead::PRE {
                    let history = &self.histories[read.trace];
                    let row = match read.time {
                        ReadTime::Pre => history.at(pre_time, self.times),
                        ReadTime::Post | ReadTime::End => history.end(),
                    };
                    let targets = self.index.targets[run.clone()].iter();
                    let values = targets.map(|target| row[*target as usize]);
                    work.traces[read.index()].extend(values);
                }
            }
            let mut operands = Operands::none();
            for read in program.reads(class) {
                operands.0[read.index()] = if read.trace < TraceRead::PRE {
                    FactorValues::One(self.read(*read, source, 0, pre_time))
                } else {
                    FactorValues::Each(&work.traces[read.index()])
                };
            }
            let blocks = variables
                .each_mut()
                .map(|variable| &mut variable[run.clone()]);
            let (rounding, memory) = (phase.rounding, &mut work.memory);
            is_finite &= program.update(class, &operands, blocks, rounding, memory);
        }
        work.clear();
        is_finite
    }
}

impl<T: LearningNumber> Pending<T> {
    /// Takes the synapses of a batch.
    fn take(&mut self, batch: &mut Batch<T>) {
        self.synapses
            .extend(batch.places.iter().map(|(synapse, _)| *synapse));
        for (pending, values) in self.variables.iter_mut().zip(&batch.variables) {
            pending.extend_from_slice(values);
        }
        batch.clear();
    }
}
