//! Integrators: from the rates of change of a group of variables to their values after a step.
//!
//! Sources: Rotter & Diesmann (1999), Biol. Cybern. 81, 381–402, for exact integration; Hochbruck &
//! Ostermann (2010), Acta Numerica 19, 209–286, for exponential integrators; Kloeden & Platen (1992),
//! *Numerical Solution of Stochastic Differential Equations*, for those with noise.

use std::collections::{BTreeMap, HashMap};

use crate::expression::Function;
use crate::graph::{Graph, Id, Leaf};
use crate::item::Method;

/// A variable and its rate of change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) state: usize,
    pub(crate) rate: Id,
    /// The variable does not change during the refractory period.
    pub(crate) is_held: bool,
}

/// A matrix of which a model needs the exponential.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    /// The coefficients, row by row.
    pub(crate) entries: Vec<Vec<Id>>,
    pub(crate) step: Id,
}

/// The values of variables, by symbol.
pub(crate) type Values = BTreeMap<usize, Id>;

/// The integration of a step.
pub(crate) struct Integrator<'a> {
    pub(crate) graph: &'a mut Graph,
    pub(crate) matrices: &'a mut Vec<Matrix>,
    pub(crate) noises: usize,
}

impl Integrator<'_> {
    /// Replaces the values of a group's variables by those after the step.
    pub(crate) fn step(&mut self, rates: &[Rate], method: Method, steps: u32, values: &mut Values) {
        let whole = self.graph.leaf(Leaf::Step);
        let count = self.graph.number(f64::from(steps));
        let step = self.graph.div(whole, count);
        let mut time = self.graph.leaf(Leaf::Time);
        for _ in 0..steps {
            let new = match method {
                Method::Exact => self.exact(rates, step, values),
                Method::ExponentialEuler => self.exponential(rates, step, time, values),
                Method::Euler => self.euler(rates, step, time, values),
                Method::Heun => self.heun(rates, step, time, values),
                Method::Rk4 => self.rk4(rates, step, time, values),
            };
            for (rate, new) in rates.iter().zip(new) {
                values.insert(rate.state, new);
            }
            time = self.graph.add(time, step);
        }
    }

    /// A value with other values of the variables, and at another time.
    fn at(&mut self, id: Id, values: &Values, time: Id) -> Id {
        let by = |leaf| match leaf {
            Leaf::State(state) => values.get(&state).copied(),
            Leaf::Time => Some(time),
            _ => None,
        };
        self.graph.substitute(id, &by, &mut HashMap::new())
    }

    /// The rates; those of held variables are 0 if another variable sees them.
    fn rates(&mut self, rates: &[Rate], values: &Values, time: Id) -> Vec<Id> {
        let zero = self.graph.number(0.0);
        let held = self.graph.leaf(Leaf::Held);
        let evaluate = |rate: &Rate| {
            let is_seen = rates.iter().any(|other| {
                let is = |leaf| leaf == Leaf::State(rate.state);
                other.state != rate.state && self.graph.depends(other.rate, &is)
            });
            let value = self.at(rate.rate, values, time);
            match rate.is_held && is_seen {
                true => self.graph.select(held, zero, value),
                false => value,
            }
        };
        rates.iter().map(evaluate).collect()
    }

    /// A value plus a number of steps of a rate.
    fn moved(&mut self, value: Id, steps: Id, rate: Id) -> Id {
        let change = self.graph.mul(steps, rate);
        self.graph.add(value, change)
    }

    fn all_moved(&mut self, rates: &[Rate], values: &Values, steps: Id, slopes: &[Id]) -> Values {
        let mut new = values.clone();
        for (rate, slope) in rates.iter().zip(slopes) {
            let value = self.moved(values[&rate.state], steps, *slope);
            new.insert(rate.state, value);
        }
        new
    }

    /// Splits a rate into its drift and the factors of its noise terms.
    fn drift(&mut self, rate: Id) -> (Id, Vec<(usize, Id)>) {
        let mut drift = rate;
        let mut factors = Vec::new();
        for noise in 0..self.noises {
            let Some((factor, rest)) = self.graph.linear(drift, Leaf::Noise(noise)) else {
                continue;
            };
            if self.graph.constant(factor) != Some(0.0) {
                factors.push((noise, factor));
            }
            drift = rest;
        }
        (drift, factors)
    }

    /// The change by noise during a step.
    fn kick(&mut self, factors: &[(usize, Id)], step: Id) -> Id {
        let mut sum = self.graph.number(0.0);
        let root = self.graph.call(Function::Sqrt, vec![step]);
        for (noise, factor) in factors {
            let normal = self.graph.leaf(Leaf::Noise(*noise));
            let width = self.graph.mul(root, *factor);
            let kick = self.graph.mul(width, normal);
            sum = self.graph.add(sum, kick);
        }
        sum
    }

    /// Drift and kick of every variable. They are told apart before the values are put in, which may
    /// depend on noise themselves.
    fn stochastic(
        &mut self,
        rates: &[Rate],
        values: &Values,
        time: Id,
        step: Id,
    ) -> (Vec<Id>, Vec<Id>) {
        let (mut drifts, mut factors) = (Vec::new(), Vec::new());
        for rate in rates {
            let (drift, of_noise) = self.drift(rate.rate);
            drifts.push(Rate {
                rate: drift,
                ..*rate
            });
            factors.push(of_noise);
        }
        let drifts = self.rates(&drifts, values, time);
        let mut kicks = Vec::new();
        for factors in factors {
            let at = |(noise, factor)| (noise, self.at(factor, values, time));
            let factors: Vec<(usize, Id)> = factors.into_iter().map(at).collect();
            kicks.push(self.kick(&factors, step));
        }
        (drifts, kicks)
    }

    /// Euler's method; with noise that of Euler and Maruyama.
    fn euler(&mut self, rates: &[Rate], step: Id, time: Id, values: &Values) -> Vec<Id> {
        let (drifts, kicks) = self.stochastic(rates, values, time, step);
        let mut new = Vec::new();
        for ((rate, drift), kick) in rates.iter().zip(drifts).zip(kicks) {
            let value = self.moved(values[&rate.state], step, drift);
            new.push(self.graph.add(value, kick));
        }
        new
    }

    /// Heun's method: the mean of the slopes at both ends; with noise, the mean of its factors too,
    /// which is Stratonovich's interpretation.
    fn heun(&mut self, rates: &[Rate], step: Id, time: Id, values: &Values) -> Vec<Id> {
        let (drifts, kicks) = self.stochastic(rates, values, time, step);
        let mut ahead = self.all_moved(rates, values, step, &drifts);
        for (rate, kick) in rates.iter().zip(&kicks) {
            let moved = self.graph.add(ahead[&rate.state], *kick);
            ahead.insert(rate.state, moved);
        }
        let end = self.graph.add(time, step);
        let (later_drifts, later_kicks) = self.stochastic(rates, &ahead, end, step);
        let half = self.graph.number(0.5);
        let half_step = self.graph.mul(half, step);
        let mut new = Vec::new();
        for (index, rate) in rates.iter().enumerate() {
            let drift = self.graph.add(drifts[index], later_drifts[index]);
            let value = self.moved(values[&rate.state], half_step, drift);
            let kick = match kicks[index] == later_kicks[index] {
                true => kicks[index],
                false => {
                    let sum = self.graph.add(kicks[index], later_kicks[index]);
                    self.graph.mul(half, sum)
                }
            };
            new.push(self.graph.add(value, kick));
        }
        new
    }

    /// The classical method of Runge and Kutta, of fourth order.
    fn rk4(&mut self, rates: &[Rate], step: Id, time: Id, values: &Values) -> Vec<Id> {
        let half = self.graph.number(0.5);
        let half_step = self.graph.mul(half, step);
        let (middle, end) = (self.graph.add(time, half_step), self.graph.add(time, step));
        let first = self.rates(rates, values, time);
        let ahead = self.all_moved(rates, values, half_step, &first);
        let second = self.rates(rates, &ahead, middle);
        let ahead = self.all_moved(rates, values, half_step, &second);
        let third = self.rates(rates, &ahead, middle);
        let ahead = self.all_moved(rates, values, step, &third);
        let fourth = self.rates(rates, &ahead, end);
        let sixth = self.graph.number(6.0);
        let sixth = self.graph.div(step, sixth);
        let two = self.graph.number(2.0);
        let mut new = Vec::new();
        for (index, rate) in rates.iter().enumerate() {
            let inner = self.graph.add(second[index], third[index]);
            let inner = self.graph.mul(two, inner);
            let outer = self.graph.add(first[index], fourth[index]);
            let sum = self.graph.add(outer, inner);
            new.push(self.moved(values[&rate.state], sixth, sum));
        }
        new
    }

    /// Exponential Euler: each equation is solved exactly, with the other variables held at their
    /// values at the beginning of the step.
    fn exponential(&mut self, rates: &[Rate], step: Id, time: Id, values: &Values) -> Vec<Id> {
        let mut new = Vec::new();
        for rate in rates {
            let leaf = Leaf::State(rate.state);
            let (a, b) = match self.graph.linear(rate.rate, leaf) {
                Some(parts) => parts,
                // Refused before.
                None => (self.graph.number(0.0), rate.rate),
            };
            let (a, b) = (self.at(a, values, time), self.at(b, values, time));
            new.push(self.relaxed(values[&rate.state], a, b, step));
        }
        new
    }

    /// The solution of dx/dt = a·x + b after a step.
    fn relaxed(&mut self, value: Id, a: Id, b: Id, step: Id) -> Id {
        let exponent = self.graph.mul(a, step);
        if self.graph.is_invariant(a) {
            let left = self.graph.call(Function::Exp, vec![exponent]);
            let mean = self.graph.call(Function::Exprel, vec![exponent]);
            let response = self.graph.mul(step, mean);
            let left = self.graph.mul(left, value);
            let driven = self.graph.mul(response, b);
            return self.graph.add(left, driven);
        }
        // x + (a·x + b)·dt·(exp(a·dt) − 1)/(a·dt): no cancellation, and no division by a.
        let slope = self.graph.mul(a, value);
        let slope = self.graph.add(slope, b);
        let mean = self.graph.call(Function::Exprel, vec![exponent]);
        let change = self.graph.mul(slope, mean);
        self.moved(value, step, change)
    }

    /// Exact integration: the propagator of the variables, and the response to what is constant
    /// during the step.
    fn exact(&mut self, rates: &[Rate], step: Id, values: &Values) -> Vec<Id> {
        let (matrix, constants) = linear_system(self.graph, rates);
        let free = self.propagated(rates, &matrix, &constants, step, values);
        let zero = self.graph.number(0.0);
        let mut stopped = matrix.clone();
        let mut rest = constants.clone();
        for (row, rate) in rates.iter().enumerate().filter(|(_, rate)| rate.is_held) {
            stopped[row] = vec![zero; rates.len()];
            rest[row] = zero;
            let _ = rate;
        }
        let sees_held = |row: usize| {
            let reach = reach(self.graph, &matrix);
            (0..rates.len()).any(|column| rates[column].is_held && reach[row][column])
        };
        let concerned: Vec<bool> = (0..rates.len())
            .map(|row| !rates[row].is_held && sees_held(row))
            .collect();
        if !concerned.contains(&true) {
            return free;
        }
        // During the refractory period the held variables are constant for the others.
        let held = self.graph.leaf(Leaf::Held);
        let still = self.propagated(rates, &stopped, &rest, step, values);
        let mut new = Vec::new();
        for (row, concerned) in concerned.iter().enumerate() {
            new.push(match concerned {
                true => self.graph.select(held, still[row], free[row]),
                false => free[row],
            });
        }
        new
    }

    fn propagated(
        &mut self,
        rates: &[Rate],
        matrix: &[Vec<Id>],
        constants: &[Id],
        step: Id,
        values: &Values,
    ) -> Vec<Id> {
        let reach = reach(self.graph, matrix);
        let time = self.graph.leaf(Leaf::Time);
        let number = self.matrices.len();
        let mut needs_matrix = false;
        let mut new = Vec::new();
        for (row, rate) in rates.iter().enumerate() {
            let is_alone = (0..rates.len()).all(|column| column == row || !reach[row][column]);
            if is_alone {
                let constant = self.at(constants[row], values, time);
                new.push(self.relaxed(values[&rate.state], matrix[row][row], constant, step));
                continue;
            }
            needs_matrix = true;
            let mut sum = self.graph.number(0.0);
            let own = std::iter::once(row).chain((0..rates.len()).filter(|column| *column != row));
            for column in own.filter(|column| *column == row || reach[row][*column]) {
                let entry = self.graph.leaf(Leaf::Propagator(number, row, column));
                sum = self.moved(sum, entry, values[&rates[column].state]);
            }
            for (column, constant) in constants.iter().enumerate() {
                if column == row || reach[row][column] {
                    let constant = self.at(*constant, values, time);
                    let entry = self.graph.leaf(Leaf::Response(number, row, column));
                    sum = self.moved(sum, entry, constant);
                }
            }
            new.push(sum);
        }
        if needs_matrix {
            self.matrices.push(Matrix {
                entries: matrix.to_vec(),
                step,
            });
        }
        new
    }
}

/// The matrix of a linear system, and the rest of each rate. Entries that do not exist are 0.
pub(crate) fn linear_system(graph: &mut Graph, rates: &[Rate]) -> (Vec<Vec<Id>>, Vec<Id>) {
    let mut matrix = Vec::new();
    let mut constants = Vec::new();
    for rate in rates {
        let mut rest = rate.rate;
        let mut row = Vec::new();
        for other in rates {
            let parts = graph.linear(rest, Leaf::State(other.state));
            let (entry, left) = parts.unwrap_or_else(|| (graph.number(0.0), rest));
            row.push(entry);
            rest = left;
        }
        matrix.push(row);
        constants.push(rest);
    }
    (matrix, constants)
}

/// The variables that each variable depends on, over any number of steps.
fn reach(graph: &Graph, matrix: &[Vec<Id>]) -> Vec<Vec<bool>> {
    let is_entry = |id: &Id| graph.constant(*id) != Some(0.0);
    let mut reach: Vec<Vec<bool>> = matrix
        .iter()
        .map(|row| row.iter().map(is_entry).collect())
        .collect();
    let count = reach.len();
    for middle in 0..count {
        for row in 0..count {
            for column in 0..count {
                reach[row][column] |= reach[row][middle] && reach[middle][column];
            }
        }
    }
    reach
}
