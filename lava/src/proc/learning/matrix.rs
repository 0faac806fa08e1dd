//! Learning phases of a matrix of synapses.

use super::batch::Batch;
use super::engine::{Engine, Phase};
use super::history::{History, Spikes, Times};
use super::number::Arithmetic;
use super::program::{Class, Operands, Program, Read, Time};
use super::values::Values;
use crate::model::{BLOCK, ColumnMajor};

/// The variables of the synapses, `[outputs, inputs]`: weights, delays and tags.
pub(super) type Variables<'a, T> = [&'a mut ColumnMajor<T>; 3];

/// The traces of an epoch.
struct Epoch<'a, T> {
    pre: &'a Spikes,
    post: &'a Spikes,
    /// The last spike of each input; 0 without one.
    tx: &'a [i32],
    times: &'a Times,
    histories: &'a [History<T>; 5],
}

impl<T: Arithmetic> Engine<T> {
    /// Evaluates the rule, in the columns and rows of neurons that have fired, as far as its products
    /// depend on them. Returns `false` if a variable is not finite afterwards.
    ///
    /// A column lies in one piece, so all of it is evaluated as if no output had fired. Before, the
    /// synapses of outputs that have fired are gathered, several columns at once; they are evaluated
    /// apart and written last.
    #[inline(always)]
    pub(super) fn learn_matrix(
        &mut self,
        phase: Phase,
        tx: &[i32],
        mut variables: Variables<'_, T>,
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
            pre,
            post,
            tx,
            times,
            histories,
        };
        let plans = [false, true].map(|x0| Plan::new(program, phase, x0, !post.neurons.is_empty()));
        let mut is_finite = true;
        let mut visit = |input: usize, x0: bool| {
            let (plan, batch) = (&plans[usize::from(x0)], &mut batches[usize::from(x0)]);
            if plan.gathers {
                for (first, outputs) in (0..).step_by(BLOCK).zip(post.neurons.chunks(BLOCK)) {
                    if batch.is_full(outputs.len()) {
                        is_finite &= flush(batch, program, phase, x0, post, &mut variables);
                    }
                    let run = Run {
                        input,
                        first,
                        outputs,
                    };
                    epoch.gather(&run, program.reads(plan.row), batch);
                    for (variable, uses) in program.uses.iter().enumerate() {
                        if *uses {
                            let column = variables[variable].column(input);
                            let values = outputs.iter().map(|output| column[*output as usize]);
                            batch.variables[variable].extend(values);
                        }
                    }
                    batch.places.push((input as u32, first as u32));
                    batch.len += outputs.len();
                }
            }
            if plan.whole {
                is_finite &= epoch.column(program, phase, plan.column, input, &mut variables);
            }
        };
        if plans[0].is_needed() {
            for (input, time) in tx.iter().enumerate() {
                if plans[usize::from(*time > 0)].is_needed() {
                    visit(input, *time > 0);
                }
            }
        } else if plans[1].is_needed() {
            epoch
                .pre
                .neurons
                .iter()
                .for_each(|input| visit(*input as usize, true));
        }
        for (x0, batch) in [false, true].into_iter().zip(batches) {
            is_finite &= flush(batch, program, phase, x0, post, &mut variables);
        }
        is_finite
    }
}

/// The work on the columns of inputs that have fired, or have not.
struct Plan {
    /// The class of synapses to outputs that have not fired.
    column: Class,
    /// The class of synapses to outputs that have fired.
    row: Class,
    /// The whole column is evaluated.
    whole: bool,
    /// Synapses to outputs that have fired are evaluated apart.
    gathers: bool,
}

impl Plan {
    fn new<T: Arithmetic>(program: &Program<T>, phase: Phase, x0: bool, any_output: bool) -> Plan {
        let (column, row) = (phase.class(x0, false), phase.class(x0, true));
        let whole = phase.visits_all || program.is_active(column);
        Plan {
            column,
            row,
            whole,
            gathers: any_output && program.differ(column, row),
        }
    }

    fn is_needed(&self) -> bool {
        self.whole || self.gathers
    }
}

/// Synapses from an input to outputs that have fired.
struct Run<'a> {
    input: usize,
    /// The number of the first among all outputs that have fired.
    first: usize,
    outputs: &'a [u32],
}

impl<T: Arithmetic> Epoch<'_, T> {
    /// Appends the traces that synapses read.
    #[inline(always)]
    fn gather(&self, run: &Run<'_>, reads: &[Read], batch: &mut Batch<T>) {
        let times = &self.post.times[run.first..][..run.outputs.len()];
        let pre_time = self.tx[run.input].max(0) as u32;
        for read in reads {
            let history = &self.histories[read.trace];
            let to = &mut batch.traces[read.index()];
            let is_pre = read.trace < Read::PRE;
            let rows = match read.time {
                Time::Pre => Some(history.at(pre_time, self.times)),
                Time::End => Some(history.end()),
                Time::Post if self.times.spikes() == 1 => Some(history.at(times[0], self.times)),
                Time::Post => None,
            };
            match (rows, is_pre) {
                (Some(row), true) => to.extend(std::iter::repeat_n(row[run.input], times.len())),
                (Some(row), false) => {
                    to.extend(run.outputs.iter().map(|output| row[*output as usize]))
                }
                (None, true) => {
                    let values = times
                        .iter()
                        .map(|time| history.at(*time, self.times)[run.input]);
                    to.extend(values);
                }
                (None, false) => {
                    let values = times.iter().zip(run.outputs);
                    to.extend(
                        values
                            .map(|(time, output)| history.at(*time, self.times)[*output as usize]),
                    );
                }
            }
        }
    }

    /// Evaluates a column as if no output had fired.
    #[inline(always)]
    fn column(
        &self,
        program: &Program<T>,
        phase: Phase,
        class: Class,
        input: usize,
        variables: &mut Variables<'_, T>,
    ) -> bool {
        let mut columns = variables
            .each_mut()
            .map(|variable| variable.column_mut(input));
        let outputs = columns[0].len();
        let pre_time = self.tx[input].max(0) as u32;
        let mut is_finite = true;
        for start in (0..outputs).step_by(BLOCK) {
            let len = BLOCK.min(outputs - start);
            let mut operands = Operands::none();
            for read in program.reads(class) {
                let history = &self.histories[read.trace];
                let row = match read.time {
                    Time::Pre => history.at(pre_time, self.times),
                    Time::Post | Time::End => history.end(),
                };
                operands.0[read.index()] = if read.trace < Read::PRE {
                    Values::One(row[input])
                } else {
                    Values::Each(&row[start..start + len])
                };
            }
            let blocks = columns
                .each_mut()
                .map(|column| &mut column[start..start + len]);
            is_finite &= program.update(class, &operands, blocks, phase.rounding);
        }
        is_finite
    }
}

/// Evaluates gathered synapses and writes them back.
#[inline(always)]
fn flush<T: Arithmetic>(
    batch: &mut Batch<T>,
    program: &Program<T>,
    phase: Phase,
    x0: bool,
    post: &Spikes,
    variables: &mut Variables<'_, T>,
) -> bool {
    if batch.len == 0 {
        return true;
    }
    let is_finite = batch.update(program, phase.class(x0, true), phase.rounding);
    for (variable, values) in variables.iter_mut().zip(&batch.variables) {
        let mut rest = values.as_slice();
        if rest.is_empty() {
            continue;
        }
        for (input, first) in &batch.places {
            let outputs = post.neurons[*first as usize..]
                .chunks(BLOCK)
                .next()
                .unwrap_or_default();
            let (run, others) = rest.split_at(outputs.len());
            rest = others;
            let column = variable.column_mut(*input as usize);
            for (output, value) in outputs.iter().zip(run) {
                column[*output as usize] = *value;
            }
        }
    }
    batch.clear();
    is_finite
}
