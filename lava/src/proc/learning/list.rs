//! Learning phases of synapses that are listed one by one.

use super::batch::Batch;
use super::engine::{Engine, Phase};
use super::history::{History, Spikes, Times};
use super::number::Arithmetic;
use super::program::{Operands, Program, Read, Time};
use super::values::Values;
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
struct Epoch<'a, T> {
    index: &'a SynapseIndex,
    post: &'a Spikes,
    tx: &'a [i32],
    times: &'a Times,
    histories: &'a [History<T>; 5],
}

impl<T: Arithmetic> Engine<T> {
    /// Evaluates the rule for the synapses of neurons that have fired, as far as its products depend
    /// on them. Returns `false` if a variable is not finite afterwards.
    ///
    /// The synapses of targets that have fired are evaluated first and written last, so that those of
    /// sources can be evaluated in one piece, as if no target had fired.
    #[inline(always)]
    pub(super) fn learn_list(
        &mut self,
        phase: Phase,
        index: &SynapseIndex,
        pending: &mut Pending<T>,
        tx: &[i32],
        mut variables: [&mut [T]; 3],
    ) -> bool {
        let Engine {
            program,
            pre,
            post,
            times,
            histories,
            batches,
            ..
        } = self;
        let epoch = Epoch {
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
        if whole[0] {
            for (source, time) in tx.iter().enumerate() {
                if whole[usize::from(*time > 0)] {
                    is_finite &= epoch.source(program, phase, source, work, &mut variables);
                }
            }
        } else if whole[1] {
            for source in &pre.neurons {
                let source = *source as usize;
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

impl<T: Arithmetic> Epoch<'_, T> {
    /// Evaluates the synapses of targets that have fired.
    #[inline(always)]
    fn rows(
        &self,
        program: &Program<T>,
        phase: Phase,
        gathers: [bool; 2],
        batches: &mut [Batch<T>; 2],
        variables: &[&mut [T]; 3],
        pending: &mut Pending<T>,
    ) -> bool {
        let mut is_finite = true;
        for (target, time) in self.post.neurons.iter().zip(&self.post.times) {
            for synapse in self.index.of_target(*target as usize) {
                let source = self.index.sources[*synapse as usize] as usize;
                let x0 = self.tx[source] > 0;
                if !gathers[usize::from(x0)] {
                    continue;
                }
                let class = phase.class(x0, true);
                let batch = &mut batches[usize::from(x0)];
                for read in program.reads(class) {
                    let value = self.read(*read, source, *target as usize, *time);
                    batch.traces[read.index()].push(value);
                }
                for (variable, values) in variables.iter().enumerate() {
                    if program.uses[variable] {
                        batch.variables[variable].push(values[*synapse as usize]);
                    }
                }
                batch.places.push((*synapse, 0));
                batch.len += 1;
                if batch.is_full(1) {
                    is_finite &= batch.update(program, class, phase.rounding);
                    pending.take(batch);
                }
            }
        }
        for (x0, batch) in [false, true].into_iter().zip(batches) {
            is_finite &= batch.update(program, phase.class(x0, true), phase.rounding);
            pending.take(batch);
        }
        is_finite
    }

    /// The trace that a synapse reads; `time` is that of its target's spike.
    #[inline(always)]
    fn read(&self, read: Read, source: usize, target: usize, time: u32) -> T {
        let history = &self.histories[read.trace];
        let row = match read.time {
            Time::Pre => history.at(self.tx[source].max(0) as u32, self.times),
            Time::Post => history.at(time, self.times),
            Time::End => history.end(),
        };
        row[if read.trace < Read::PRE {
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
        phase: Phase,
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
                if read.trace >= Read::PRE {
                    let history = &self.histories[read.trace];
                    let row = match read.time {
                        Time::Pre => history.at(pre_time, self.times),
                        Time::Post | Time::End => history.end(),
                    };
                    let targets = self.index.targets[run.clone()].iter();
                    let values = targets.map(|target| row[*target as usize]);
                    work.traces[read.index()].extend(values);
                }
            }
            let mut operands = Operands::none();
            for read in program.reads(class) {
                operands.0[read.index()] = if read.trace < Read::PRE {
                    Values::One(self.read(*read, source, 0, pre_time))
                } else {
                    Values::Each(&work.traces[read.index()])
                };
            }
            let blocks = variables
                .each_mut()
                .map(|variable| &mut variable[run.clone()]);
            is_finite &= program.update(class, &operands, blocks, phase.rounding);
        }
        work.clear();
        is_finite
    }
}

impl<T: Arithmetic> Pending<T> {
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
