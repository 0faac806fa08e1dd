//! Rules as models evaluate them: the products of each equation, by which synapses they concern.

use lava_rules::{Dependency, Rule, Variable};

use super::number::{Bounds, FactorKind, LearningNumber, Target};
use super::values::FactorValues;
use crate::model::BLOCK;

/// The synapses that are evaluated together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    /// Their pre-synaptic neuron has fired in the epoch.
    pub(super) x0: bool,
    /// Their post-synaptic neuron has fired in the epoch.
    pub(super) y0: bool,
    /// `uK` is 1.
    pub(super) u: bool,
}

impl Class {
    fn index(self) -> usize {
        usize::from(self.x0) | usize::from(self.y0) << 1 | usize::from(self.u) << 2
    }

    fn all() -> impl Iterator<Item = Class> {
        (0..8).map(|bits| Class {
            x0: bits & 1 != 0,
            y0: bits & 2 != 0,
            u: bits & 4 != 0,
        })
    }
}

/// The time at which the traces of a product are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadTime {
    /// The last spike of the pre-synaptic neuron.
    Pre,
    /// The last spike of the post-synaptic neuron.
    Post,
    /// The end of the epoch.
    End,
}

/// A value that differs from trace to trace and from time to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceRead {
    pub(super) time: ReadTime,
    /// x1, x2, y1, y2, y3.
    pub(super) trace: usize,
}

impl TraceRead {
    /// Number of different reads.
    pub(super) const COUNT: usize = 15;
    /// Number of traces of the pre-synaptic neuron, which are the first.
    pub(super) const PRE: usize = 2;

    pub(super) fn index(self) -> usize {
        self.time as usize * 5 + self.trace
    }
}

#[derive(Clone, Copy)]
enum FactorOperand {
    Trace(TraceRead),
    /// Weight, delay, tag.
    Synaptic(usize),
    X0,
    Y0,
}

#[derive(Clone)]
struct ProductTerm<T: LearningNumber> {
    dependency: Dependency,
    /// The other dependencies that it is multiplied by: x0, y0, u.
    requires: [bool; 3],
    scale: T::Scale,
    factors: Vec<(FactorOperand, FactorKind<T>)>,
}

/// A rule.
pub(super) struct Program<T: LearningNumber> {
    /// The terms of each equation.
    terms: [Vec<ProductTerm<T>>; 3],
    /// For each class the terms that are not 0.
    active: [[Vec<usize>; 3]; 8],
    /// For each class the traces that these read.
    reads: [Vec<TraceRead>; 8],
    /// `true` for traces that a term reads.
    pub(super) reads_trace: [bool; 5],
    /// `true` for each synaptic variable that is read or changed.
    pub(super) uses: [bool; 3],
    /// Steps between two learning phases.
    pub(super) epoch: u64,
    /// `uK` is 1 once in this number of epochs.
    period: u64,
}

impl<T: LearningNumber> Program<T> {
    pub(super) fn new(rule: &Rule) -> Program<T> {
        let terms = rule
            .equations
            .each_ref()
            .map(|products| products.iter().map(ProductTerm::new).collect::<Vec<_>>());
        let mut program = Program {
            active: Default::default(),
            reads: Default::default(),
            reads_trace: [false; 5],
            uses: terms.each_ref().map(|terms| !terms.is_empty()),
            epoch: u64::from(rule.epoch.max(1)),
            period: 1 << rule.period.unwrap_or(0),
            terms,
        };
        for class in Class::all() {
            program.activate(class);
        }
        program
    }

    /// Finds the terms of a class.
    fn activate(&mut self, class: Class) {
        let index = class.index();
        for (target, terms) in self.terms.iter().enumerate() {
            for (number, term) in terms.iter().enumerate() {
                if !term.is_active(class) {
                    continue;
                }
                self.active[index][target].push(number);
                for (operand, _) in &term.factors {
                    match operand {
                        FactorOperand::Trace(read) => {
                            self.reads_trace[read.trace] = true;
                            if !self.reads[index].contains(read) {
                                self.reads[index].push(*read);
                            }
                        }
                        FactorOperand::Synaptic(variable) => self.uses[*variable] = true,
                        FactorOperand::X0 | FactorOperand::Y0 => {}
                    }
                }
            }
        }
    }

    /// Returns `true` if a term of the class is not 0.
    pub(super) fn is_active(&self, class: Class) -> bool {
        self.active[class.index()]
            .iter()
            .any(|terms| !terms.is_empty())
    }

    /// Returns `true` if other terms are 0 for one class than for the other.
    pub(super) fn differ(&self, class: Class, other: Class) -> bool {
        self.active[class.index()] != self.active[other.index()]
    }

    /// The traces that the terms of a class read.
    pub(super) fn reads(&self, class: Class) -> &[TraceRead] {
        &self.reads[class.index()]
    }

    /// Returns `true` if `uK` is 1 at the end of the epoch that ends with `step`.
    pub(super) fn is_decimated(&self, step: u64) -> bool {
        (step / self.epoch).is_multiple_of(self.period)
    }

    /// The time of a step within its epoch, from 1 on.
    pub(super) fn time_in_epoch(&self, step: u64) -> i32 {
        ((step.saturating_sub(1)) % self.epoch) as i32 + 1
    }

    /// Changes the variables of at most [`BLOCK`] synapses of one class. Returns `false` if one is
    /// not finite afterwards.
    #[inline(always)]
    pub(super) fn update(
        &self,
        class: Class,
        operands: &Operands<'_, T>,
        variables: [&mut [T]; 3],
        rounding: Rounding,
        memory: &mut BlockSums<T>,
    ) -> bool {
        let BlockSums { sums, products } = memory;
        for (target, terms) in self.active[class.index()].iter().enumerate() {
            if self.terms[target].is_empty() {
                continue;
            }
            let len = variables[target].len();
            let (sums, products) = (&mut sums[target][..len], &mut products[..len]);
            T::begin_sums(sums, variables[target]);
            for number in terms {
                let term = &self.terms[target][*number];
                T::begin(products, term.scale);
                for (operand, factor) in &term.factors {
                    let values = match *operand {
                        FactorOperand::Trace(read) => operands.0[read.index()],
                        FactorOperand::Synaptic(variable) => {
                            FactorValues::Each(&*variables[variable])
                        }
                        FactorOperand::X0 => FactorValues::One(gate(class.x0)),
                        FactorOperand::Y0 => FactorValues::One(gate(class.y0)),
                    };
                    T::multiply(products, values, *factor);
                }
                T::add_products(sums, products, term.scale);
            }
        }
        let mut is_finite = true;
        for (target, variable) in variables.into_iter().enumerate() {
            if !self.terms[target].is_empty() {
                let bounds = Bounds {
                    target: Target::ALL[target],
                    sign_mode: rounding.sign_mode,
                    random: rounding.random,
                };
                is_finite &= T::store(variable, &sums[target][..variable.len()], bounds);
            }
        }
        is_finite
    }
}

/// The sign mode of weights, and the random number of an epoch.
#[derive(Clone, Copy)]
pub(super) struct Rounding {
    pub(super) sign_mode: crate::proc::synapse::weights::SignMode,
    pub(super) random: f64,
}

/// Memory for the sums and products of a block. What it holds before does not matter; clearing it for each block
/// would take a twentieth of the time.
pub(super) struct BlockSums<T> {
    sums: [[T; BLOCK]; 3],
    products: [T; BLOCK],
}

impl<T: LearningNumber> Default for BlockSums<T> {
    fn default() -> Self {
        BlockSums {
            sums: [[T::ZERO; BLOCK]; 3],
            products: [T::ZERO; BLOCK],
        }
    }
}

/// The traces of some synapses, by [`TraceRead::index`].
pub(super) struct Operands<'a, T>(pub(super) [FactorValues<'a, T>; TraceRead::COUNT]);

impl<T: LearningNumber> Operands<'_, T> {
    pub(super) fn none() -> Self {
        Operands([FactorValues::One(T::ZERO); TraceRead::COUNT])
    }
}

fn gate<T: LearningNumber>(is_open: bool) -> T {
    if is_open { T::ONE } else { T::ZERO }
}

impl<T: LearningNumber> ProductTerm<T> {
    fn new(product: &lava_rules::Product) -> ProductTerm<T> {
        let mut requires = [false; 3];
        let (mut factors, mut widths) = (Vec::new(), 0);
        for factor in &product.factors {
            let width = width(factor.variable);
            widths += width;
            let is_plain = factor.constant == 0.0;
            let operand = match factor.variable {
                Variable::X0 if is_plain => {
                    requires[0] = true;
                    continue;
                }
                Variable::Y0 if is_plain => {
                    requires[1] = true;
                    continue;
                }
                Variable::U => {
                    requires[2] = true;
                    continue;
                }
                Variable::X0 => FactorOperand::X0,
                Variable::Y0 => FactorOperand::Y0,
                variable => match (variable.trace(), variable.synaptic()) {
                    (Some(trace), _) => FactorOperand::Trace(TraceRead {
                        time: time(product.dependency),
                        trace,
                    }),
                    (_, synaptic) => FactorOperand::Synaptic(synaptic.unwrap_or(0)),
                },
            };
            let kind = FactorKind {
                constant: (!is_plain).then(|| T::constant(factor.constant)),
                is_sign: factor.sign,
                width,
            };
            factors.push((operand, kind));
        }
        ProductTerm {
            dependency: product.dependency,
            requires,
            scale: T::scale_of(product.mantissa, product.exponent, widths),
            factors,
        }
    }

    fn is_active(&self, class: Class) -> bool {
        let depends = match self.dependency {
            Dependency::X0 => class.x0,
            Dependency::Y0 => class.y0,
            Dependency::U => class.u,
        };
        let [x0, y0, u] = self.requires;
        depends && (!x0 || class.x0) && (!y0 || class.y0) && (!u || class.u)
    }
}

fn time(dependency: Dependency) -> ReadTime {
    match dependency {
        Dependency::X0 => ReadTime::Pre,
        Dependency::Y0 => ReadTime::Post,
        Dependency::U => ReadTime::End,
    }
}

/// The bits of a factor in fixed point.
fn width(variable: Variable) -> u32 {
    match variable {
        Variable::X0 | Variable::Y0 => 1,
        Variable::U => 0,
        Variable::W | Variable::D | Variable::T => 9,
        _ => 7,
    }
}
