//! Learning phases of a matrix of synapses.

use super::batch::Batch;
use super::engine::{LearningEngine, LearningPhase};
use super::history::{EpochSpikes, History, Times};
use super::number::LearningNumber;
use super::program::{BlockSums, Class, Operands, Program, ReadTime, TraceRead};
use super::values::FactorValues;
use crate::model::{BLOCK, ColumnMajor};

/// The variables of the synapses, `[outputs, inputs]`: weights, delays and tags.
pub(super) type Variables<'a, T> = [&'a mut ColumnMajor<T>; 3];

/// The traces of an epoch.
struct MatrixEpoch<'a, T> {
    post: &'a EpochSpikes,
    /// The last spike of each input; 0 without one.
    tx: &'a [i32],
    times: &'a Times,
    histories: &'a [History<T>; 5],
}

impl<T: LearningNumber> LearningEngine<T> {
    /// Evaluates the rule, in the columns and rows of neurons that have fired, as far as its products
    /// depend on them. Returns `false` if a variable is not finite afterwards.
    ///
    /// A column lies in one piece, so all of it is evaluated as if no output had fired. Before, the
    /// synapses of outputs that have fired are gathered, several columns at once; they are evaluated
    /// apart and written last.
    #[inline(always)]
    pub(super) fn learn_matrix(
        &mut self,
        phase: LearningPhase,
        tx: &[i32],
        mut variables: Variables<'_, T>,
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
        let epoch = MatrixEpoch {
            post,
            tx,
            times,
            histories,
        };
        let any_output = !post.neurons.is_empty();
        let plans = [false, true].map(|x0| ColumnPlan::new(program, phase, x0, any_output));
        // One loop over all inputs, or over those that have fired: its body is inlined once.
        let visits_all = plans[0].is_needed();
        let inputs = match (visits_all, plans[1].is_needed()) {
            (true, _) => tx.len(),
            (false, true) => pre.neurons.len(),
            (false, false) => 0,
        };
        let mut is_finite = true;
        for place in 0..inputs {
            let input = if visits_all {
                place
            } else {
                pre.neurons[place] as usize
            };
            let x0 = tx[input] > 0;
            let (plan, batch) = (&plans[usize::from(x0)], &mut batches[usize::from(x0)]);
            if plan.gathers {
                // Not between gathering a column and evaluating it: what is flushed is written.
                if batch.is_full(post.neurons.len()) {
                    is_finite &= flush(batch, program, phase, x0, post, &mut variables);
                }
                epoch.gather(input, program, plan.row, batch, &variables);
            }
            if plan.whole {
                let (class, memory) = (plan.column, &mut batch.memory);
                is_finite &= epoch.column(program, phase, class, input, memory, &mut variables);
            }
        }
        for (x0, batch) in [false, true].into_iter().zip(batches) {
            is_finite &= flush(batch, program, phase, x0, post, &mut variables);
        }
        is_finite
    }
}

/// The work on the columns of inputs that have fired, or have not.
struct ColumnPlan {
    /// The class of synapses to outputs that have not fired.
    column: Class,
    /// The class of synapses to outputs that have fired.
    row: Class,
    /// The whole column is evaluated.
    whole: bool,
    /// Synapses to outputs that have fired are evaluated apart.
    gathers: bool,
}

impl ColumnPlan {
    fn new<T: LearningNumber>(
        program: &Program<T>,
        phase: LearningPhase,
        x0: bool,
        any_output: bool,
    ) -> ColumnPlan {
        let (column, row) = (phase.class(x0, false), phase.class(x0, true));
        let whole = phase.visits_all || program.is_active(column);
        ColumnPlan {
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

impl<T: LearningNumber> MatrixEpoch<'_, T> {
    /// Appends the synapses of an input to outputs that have fired: the traces that they read, and
    /// their variables.
    #[inline(always)]
    fn gather(
        &self,
        input: usize,
        program: &Program<T>,
        class: Class,
        batch: &mut Batch<T>,
        variables: &Variables<'_, T>,
    ) {
        let EpochSpikes {
            neurons: outputs,
            times,
        } = self.post;
        let pre_time = self.tx[input].max(0) as u32;
        for read in program.reads(class) {
            let history = &self.histories[read.trace];
            let to = &mut batch.traces[read.index()];
            let is_pre = read.trace < TraceRead::PRE;
            let rows = match read.time {
                ReadTime::Pre => Some(history.at(pre_time, self.times)),
                ReadTime::End => Some(history.end()),
                ReadTime::Post if self.times.spikes() == 1 => {
                    Some(history.at(times[0], self.times))
                }
                ReadTime::Post => None,
            };
            match (rows, is_pre) {
                (Some(row), true) => to.extend(std::iter::repeat_n(row[input], times.len())),
                (Some(row), false) => to.extend(outputs.iter().map(|output| row[*output as usize])),
                (None, true) => {
                    let values = times
                        .iter()
                        .map(|time| history.at(*time, self.times)[input]);
                    to.extend(values);
                }
                (None, false) => {
                    let values = times.iter().zip(outputs);
                    to.extend(
                        values
                            .map(|(time, output)| history.at(*time, self.times)[*output as usize]),
                    );
                }
            }
        }
        for (index, values) in batch.variables.iter_mut().enumerate() {
            if program.uses[index] {
                let column = variables[index].column(input);
                values.extend(outputs.iter().map(|output| column[*output as usize]));
            }
        }
        batch.places.push((input as u32, 0));
        batch.len += outputs.len();
    }

    /// Evaluates a column as if no output had fired.
    #[inline(always)]
    fn column(
        &self,
        program: &Program<T>,
        phase: LearningPhase,
        class: Class,
        input: usize,
        memory: &mut BlockSums<T>,
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
                    ReadTime::Pre => history.at(pre_time, self.times),
                    ReadTime::Post | ReadTime::End => history.end(),
                };
                operands.0[read.index()] = if read.trace < TraceRead::PRE {
                    FactorValues::One(row[input])
                } else {
                    FactorValues::Each(&row[start..start + len])
                };
            }
            let blocks = columns
                .each_mut()
                .map(|column| &mut column[start..start + len]);
            let rounding = phase.rounding;
            is_finite &= program.update(class, &operands, blocks, rounding, memory);
        }
        is_finite
    }
}

/// Evaluates gathered synapses and writes them back.
#[inline(always)]
fn flush<T: LearningNumber>(
    batch: &mut Batch<T>,
    program: &Program<T>,
    phase: LearningPhase,
    x0: bool,
    post: &EpochSpikes,
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
        for (input, _) in &batch.places {
            let (run, others) = rest.split_at(post.neurons.len());
            rest = others;
            let column = variable.column_mut(*input as usize);
            for (output, value) in post.neurons.iter().zip(run) {
                column[*output as usize] = *value;
            }
        }
    }
    batch.clear();
    is_finite
}
