//! Traces in the course of an epoch.

use super::number::LearningNumber;

/// The impulse and the decay of a trace.
#[derive(Clone, Copy)]
pub(super) struct TraceKernel<T: LearningNumber> {
    pub(super) impulse: T::Impulse,
    /// The fraction that is left after a step; `None` if nothing is carried to the next step.
    pub(super) kept: Option<f64>,
    /// Traces that are not carried are computed as in Intel's Lava.
    pub(super) as_in_lava: bool,
}

impl<T: LearningNumber> TraceKernel<T> {
    pub(super) fn new(impulse: f64, tau: f64, as_in_lava: bool) -> TraceKernel<T> {
        let kept = match tau {
            0.0 => None,
            tau => Some(libm::exp(-1.0 / tau)),
        };
        TraceKernel {
            impulse: T::impulse(impulse),
            kept,
            as_in_lava,
        }
    }

    /// Returns `true` if spikes change the trace.
    pub(super) fn has_impulses(&self) -> bool {
        self.kept.is_some() || self.as_in_lava
    }

    /// The traces one step later.
    #[inline(always)]
    fn step(&self, from: &[T], to: &mut [T], random: f64) {
        match self.kept {
            Some(kept) => T::decay(from, to, kept, random),
            None if self.as_in_lava => to.fill(T::not_carried()),
            None => to.fill(T::ZERO),
        }
    }
}

/// The random numbers of an epoch, for decay and for impulses.
#[derive(Clone, Copy, Default)]
pub(super) struct TraceRounding {
    pub(super) decay: f64,
    pub(super) impulse: u32,
}

/// The spikes of the neurons of one side in an epoch.
#[derive(Default)]
pub(super) struct EpochSpikes {
    /// The neurons that have fired, ascending.
    pub(super) neurons: Vec<u32>,
    /// The time of the last spike of each of them.
    pub(super) times: Vec<u32>,
}

impl EpochSpikes {
    /// The neurons whose last spike was in the epoch.
    pub(super) fn note(&mut self, last: &[i32]) {
        self.neurons.clear();
        self.times.clear();
        for (neuron, time) in (0..).zip(last) {
            if *time > 0 {
                self.neurons.push(neuron);
                self.times.push(*time as u32);
            }
        }
    }
}

/// The times of an epoch at which a neuron has fired, and its end.
#[derive(Default)]
pub(super) struct Times {
    /// For each time within the epoch, 0 first, the row that holds the traces.
    row: Vec<Option<u32>>,
    rows: usize,
}

impl Times {
    /// The times of spikes on either side.
    pub(super) fn of(&mut self, epoch: usize, sides: [&EpochSpikes; 2]) {
        self.row.clear();
        self.row.resize(epoch + 1, None);
        let spikes = sides.into_iter().flat_map(|side| &side.times);
        for time in spikes {
            self.row[(*time as usize).min(epoch)] = Some(0);
        }
        self.row[epoch] = Some(0);
        self.rows = 0;
        for row in self.row.iter_mut().flatten() {
            *row = self.rows as u32;
            self.rows += 1;
        }
    }

    fn row(&self, time: usize) -> usize {
        let row = self.row.get(time).copied().flatten();
        row.map_or(self.rows.saturating_sub(1), |row| row as usize)
    }

    /// The number of times that are noted.
    pub(super) fn spikes(&self) -> usize {
        self.rows
    }

    fn steps(&self) -> usize {
        self.row.len().saturating_sub(1)
    }
}

/// A trace at the noted times of an epoch.
pub(super) struct History<T> {
    rows: Vec<T>,
    neurons: usize,
    /// The traces at the present time, and room for those one step later.
    now: Vec<T>,
    next: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        History {
            rows: Vec::new(),
            neurons: 0,
            now: Vec::new(),
            next: Vec::new(),
        }
    }
}

impl<T: LearningNumber> History<T> {
    /// Advances the traces through an epoch.
    #[inline(always)]
    pub(super) fn advance(
        &mut self,
        traces: &[T],
        kernel: &TraceKernel<T>,
        spikes: &EpochSpikes,
        times: &Times,
        random: TraceRounding,
    ) {
        self.neurons = traces.len();
        self.rows.clear();
        self.rows.resize(times.rows * self.neurons, T::ZERO);
        self.now.clear();
        self.now.extend_from_slice(traces);
        self.next.resize(traces.len(), T::ZERO);
        for time in 1..=times.steps() {
            kernel.step(&self.now, &mut self.next, random.decay);
            std::mem::swap(&mut self.now, &mut self.next);
            if let Some(row) = times.row[time] {
                if kernel.has_impulses() {
                    for (neuron, last) in spikes.neurons.iter().zip(&spikes.times) {
                        if *last as usize == time {
                            let trace = &mut self.now[*neuron as usize];
                            *trace = trace.raised(kernel.impulse, random.impulse);
                        }
                    }
                }
                let row = row as usize * self.neurons;
                self.rows[row..row + self.neurons].copy_from_slice(&self.now);
            }
        }
    }

    /// The traces at a time within the epoch at which a neuron has fired.
    #[inline(always)]
    pub(super) fn at(&self, time: u32, times: &Times) -> &[T] {
        let start = times.row(time as usize) * self.neurons;
        &self.rows[start..start + self.neurons]
    }

    /// The traces at the end of the epoch.
    #[inline(always)]
    pub(super) fn end(&self) -> &[T] {
        &self.now
    }
}
