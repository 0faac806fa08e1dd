//! The closed form of neurons whose equations are a linear system: states after any number of steps, and
//! bounds of sums of variables over all later steps.

use super::fired::blocks;
use super::propagator::propagators;
use super::real::Real;
use crate::model::{Context, PerNeuron};

type Square<const N: usize> = [[f64; N]; N];

/// dx/dt = a·x + b of a neuron, and sums w·x + w0 of which it is asked whether they stay negative.
pub(in crate::proc) type LinearRates<const N: usize, const C: usize> =
    (Square<N>, [f64; N], [([f64; N], f64); C]);

/// Linear systems of `N` variables with `C` sums of them, one for each neuron, or one for all.
#[derive(Debug)]
pub struct ClosedForms<const N: usize, const C: usize> {
    systems: Vec<System<N, C>>,
    /// The factors from the units of the Vars to coherent ones.
    units: [f64; N],
}

#[derive(Clone, Debug)]
struct System<const N: usize, const C: usize> {
    /// A state that does not change, if there is one: states are kept as distances from it.
    rest: [f64; N],
    /// There is no such state.
    drifts: bool,
    /// The effects of 1, 2, 4, … steps; at least the first.
    powers: Vec<Affine<N>>,
    sums: [Bounded<N>; C],
}

/// y ← factors·y + constants
#[derive(Clone, Copy, Debug)]
struct Affine<const N: usize> {
    factors: Square<N>,
    constants: [f64; N],
}

/// A sum of variables, and bounds of the effects of each over all later steps.
#[derive(Clone, Copy, Debug)]
struct Bounded<const N: usize> {
    /// The sum at rest.
    at_rest: f64,
    /// The magnitude of its terms.
    size: f64,
    highest: [f64; N],
    lowest: [f64; N],
}

/// Powers that are kept if one system stands for all neurons: steps beyond 2²⁴ are squared each time.
const KEPT: usize = 24;

impl<const N: usize, const C: usize> Default for ClosedForms<N, C> {
    fn default() -> Self {
        ClosedForms {
            systems: Vec::new(),
            units: [1.0; N],
        }
    }
}

impl<const N: usize, const C: usize> ClosedForms<N, C> {
    /// Computes the closed forms from the parameters of the neurons, for steps of `dt`.
    pub fn new<T: Real, const M: usize>(
        context: &Context,
        dt: f64,
        units: [f64; N],
        parameters: [&PerNeuron<T>; M],
        rates: impl Fn([f64; M]) -> LinearRates<N, C>,
    ) -> ClosedForms<N, C> {
        let is_one = parameters.iter().all(|values| values.uniform().is_some());
        let (neurons, kept) = match is_one {
            true => (1, KEPT),
            false => (context.neurons().len(), 1),
        };
        let mut systems = Vec::with_capacity(neurons);
        for (start, len) in blocks(neurons) {
            for i in 0..len {
                let values = parameters.map(|values| values.block(start, len)[i].double());
                systems.push(System::new(rates(values), dt, kept));
            }
        }
        ClosedForms { systems, units }
    }

    fn system(&self, neuron: usize) -> &System<N, C> {
        match &self.systems[..] {
            [one] => one,
            systems => &systems[neuron],
        }
    }

    /// The state after some steps without input and events.
    pub fn advanced<T: Real>(&self, neuron: usize, state: [T; N], steps: u64) -> [T; N] {
        let state = self.coherent(state);
        let state = self.system(neuron).advanced(state, steps);
        std::array::from_fn(|i| T::of(state[i] / self.units[i]).settled())
    }

    /// Returns `true` if a sum stays negative without input, however long it is waited for; `false` where
    /// rounding might matter.
    pub fn stays_negative<T: Real>(&self, neuron: usize, sum: usize, state: [T; N]) -> bool {
        let state = self.coherent(state);
        self.system(neuron).stays_negative::<T>(sum, state)
    }

    fn coherent<T: Real>(&self, state: [T; N]) -> [f64; N] {
        std::array::from_fn(|i| state[i].double() * self.units[i])
    }
}

impl<const N: usize, const C: usize> System<N, C> {
    fn new((matrix, constants, sums): LinearRates<N, C>, dt: f64, kept: usize) -> Self {
        let (factors, response) = propagators(matrix, dt);
        let rest = rest(matrix, constants);
        let first = Affine {
            factors,
            constants: match rest {
                Some(_) => [0.0; N],
                None => applied(&response, constants),
            },
        };
        let (drifts, rest) = (rest.is_none(), rest.unwrap_or([0.0; N]));
        let mut powers = vec![first];
        while powers.len() < kept {
            powers.push(powers[powers.len() - 1].squared());
        }
        System {
            rest,
            drifts,
            powers,
            sums: sums.map(|sum| Bounded::new(sum, rest, &first.factors)),
        }
    }

    fn advanced(&self, state: [f64; N], steps: u64) -> [f64; N] {
        let mut away: [f64; N] = std::array::from_fn(|i| state[i] - self.rest[i]);
        let (mut left, mut number, mut power) = (steps, 0, self.powers[0]);
        while left > 0 {
            if left & 1 != 0 {
                away = power.of(away);
            }
            left >>= 1;
            number += 1;
            power = match self.powers.get(number) {
                Some(power) => *power,
                None if left > 0 => power.squared(),
                None => power,
            };
        }
        std::array::from_fn(|i| self.rest[i] + away[i])
    }

    fn stays_negative<T: Real>(&self, sum: usize, state: [f64; N]) -> bool {
        let sum = &self.sums[sum];
        if self.drifts {
            return false;
        }
        let (mut highest, mut size) = (sum.at_rest, sum.size);
        for (i, value) in state.iter().enumerate() {
            let away = value - self.rest[i];
            if away != 0.0 {
                let most = (away * sum.highest[i]).max(away * sum.lowest[i]);
                highest += most;
                size += most.abs();
            }
        }
        // Far more than rounding does.
        highest + 1e3 * T::PRECISION * size < 0.0
    }
}

impl<const N: usize> Affine<N> {
    fn of(&self, y: [f64; N]) -> [f64; N] {
        let moved = applied(&self.factors, y);
        std::array::from_fn(|i| moved[i] + self.constants[i])
    }

    fn squared(&self) -> Affine<N> {
        Affine {
            factors: product(&self.factors, &self.factors),
            constants: self.of(self.constants),
        }
    }
}

/// Steps up to 2 to this power are considered: no run has more.
const OCTAVES: usize = 50;
/// Parts of an octave, each with bounds of its own.
const PARTS: usize = 8;

impl<const N: usize> Bounded<N> {
    fn new((factors, constant): ([f64; N], f64), rest: [f64; N], step: &Square<N>) -> Bounded<N> {
        let terms = std::array::from_fn::<f64, N, _>(|i| factors[i] * rest[i]);
        let size: f64 = terms.iter().map(|term| term.abs()).sum();
        let RowBounds { lowest, highest } = bounds(factors, step);
        Bounded {
            at_rest: terms.iter().sum::<f64>() + constant,
            size: size + constant.abs(),
            highest,
            lowest,
        }
    }
}

/// Bounds of w·Pᵏ over all k ≥ 0, element by element.
///
/// Those of k < 2ᑫ are known, and those of Pᵏ; from them follow those of the next octave, in parts that
/// begin at 2ᑫ·(1 + i/8): there, Pᵏ⁺ˡ is both PᵏPˡ and PˡPᵏ, where Pᵏ is known and l is in the first 2ᑫ/8
/// steps. Both products are bounds, and the narrower counts.
fn bounds<const N: usize>(w: [f64; N], step: &Square<N>) -> RowBounds<N> {
    let mut unit = [[0.0; N]; N];
    unit.iter_mut()
        .enumerate()
        .for_each(|(i, row)| row[i] = 1.0);
    let mut rows = vec![RowBounds::of(w)];
    let mut matrices = vec![unit.map(RowBounds::of)];
    let mut powers = vec![*step];
    for octave in 0..OCTAVES {
        let (part, parts) = match octave {
            0..3 => (0, 1 << octave),
            _ => (octave - 3, PARTS),
        };
        let (mut row, mut matrix, mut begin) = (rows[octave], matrices[octave], powers[octave]);
        for _ in 0..parts {
            row.include(rows[part].times(&begin).within(RowBounds::from(
                applied(&transposed(&begin), w),
                &matrices[part],
            )));
            for (i, all) in matrix.iter_mut().enumerate() {
                let after = matrices[part][i].times(&begin);
                all.include(after.within(RowBounds::from(begin[i], &matrices[part])));
            }
            begin = product(&begin, &powers[part]);
        }
        let power = product(&powers[octave], &powers[octave]);
        let largest = power.iter().flatten().fold(0.0_f64, |a, b| a.max(b.abs()));
        rows.push(row);
        matrices.push(matrix);
        powers.push(power);
        if !row.are_finite() || largest < 1e-30 {
            break;
        }
    }
    let mut all = rows[rows.len() - 1];
    // What decays comes close to zero.
    all.include(RowBounds::of([0.0; N]));
    match all.are_finite() {
        true => all,
        false => RowBounds {
            lowest: [f64::NEG_INFINITY; N],
            highest: [f64::INFINITY; N],
        },
    }
}

/// The ranges of the elements of a row.
#[derive(Clone, Copy, Debug)]
struct RowBounds<const N: usize> {
    lowest: [f64; N],
    highest: [f64; N],
}

impl<const N: usize> RowBounds<N> {
    fn of(row: [f64; N]) -> RowBounds<N> {
        RowBounds {
            lowest: row,
            highest: row,
        }
    }

    /// The bounds of a row times a matrix whose elements have bounds.
    fn from(row: [f64; N], matrix: &[RowBounds<N>; N]) -> RowBounds<N> {
        let mut all = RowBounds::of([0.0; N]);
        for (factor, bounds) in row.iter().zip(matrix) {
            for column in 0..N {
                all.add(
                    column,
                    factor * bounds.lowest[column],
                    factor * bounds.highest[column],
                );
            }
        }
        all
    }

    /// The bounds of the row times a matrix.
    fn times(&self, matrix: &Square<N>) -> RowBounds<N> {
        let mut all = RowBounds::of([0.0; N]);
        for (i, row) in matrix.iter().enumerate() {
            for (column, entry) in row.iter().enumerate() {
                all.add(column, self.lowest[i] * entry, self.highest[i] * entry);
            }
        }
        all
    }

    fn add(&mut self, column: usize, a: f64, b: f64) {
        self.lowest[column] += a.min(b);
        self.highest[column] += a.max(b);
    }

    /// The narrower of two bounds of the same row.
    fn within(self, other: RowBounds<N>) -> RowBounds<N> {
        RowBounds {
            lowest: std::array::from_fn(|i| self.lowest[i].max(other.lowest[i])),
            highest: std::array::from_fn(|i| self.highest[i].min(other.highest[i])),
        }
    }

    fn include(&mut self, other: RowBounds<N>) {
        for i in 0..N {
            self.lowest[i] = self.lowest[i].min(other.lowest[i]);
            self.highest[i] = self.highest[i].max(other.highest[i]);
        }
    }

    fn are_finite(&self) -> bool {
        let mut all = self.lowest.iter().chain(&self.highest);
        all.all(|bound| bound.is_finite())
    }
}

/// A state in which a·x + b = 0, or `None` if there is none. Of several, one.
fn rest<const N: usize>(mut a: Square<N>, b: [f64; N]) -> Option<[f64; N]> {
    let mut right = b.map(|b| -b);
    let largest = a.iter().flatten().fold(0.0_f64, |a, b| a.max(b.abs()));
    let size = right.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    let mut pivots = [None; N];
    let mut rank = 0;
    for column in 0..N {
        let best = (rank..N).max_by(|i, j| a[*i][column].abs().total_cmp(&a[*j][column].abs()));
        let Some(best) = best.filter(|best| a[*best][column].abs() > 1e-13 * largest) else {
            continue;
        };
        a.swap(rank, best);
        right.swap(rank, best);
        let pivot = (a[rank], right[rank]);
        for row in (0..N).filter(|row| *row != rank) {
            let factor = a[row][column] / pivot.0[column];
            for (entry, above) in a[row].iter_mut().zip(pivot.0) {
                *entry -= factor * above;
            }
            right[row] -= factor * pivot.1;
        }
        pivots[column] = Some(rank);
        rank += 1;
    }
    if right[rank..].iter().any(|left| left.abs() > 1e-12 * size) {
        return None;
    }
    Some(std::array::from_fn(|column| {
        pivots[column].map_or(0.0, |row| right[row] / a[row][column])
    }))
}

fn applied<const N: usize>(matrix: &Square<N>, y: [f64; N]) -> [f64; N] {
    matrix.map(|row| row.iter().zip(y).map(|(factor, y)| factor * y).sum())
}

fn transposed<const N: usize>(matrix: &Square<N>) -> Square<N> {
    std::array::from_fn(|row| std::array::from_fn(|column| matrix[column][row]))
}

fn product<const N: usize>(a: &Square<N>, b: &Square<N>) -> Square<N> {
    a.map(|row| {
        std::array::from_fn(|column| {
            row.iter()
                .zip(b)
                .map(|(factor, b)| factor * b[column])
                .sum()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A membrane under a decaying current, in mV and pA, and its distance to −55 mV.
    fn membrane(tau_m: f64, tau_syn: f64, i_e: f64) -> System<2, 1> {
        let c_m = 250.0;
        let matrix = [[-1.0 / tau_m, 1.0 / c_m], [0.0, -1.0 / tau_syn]];
        let constants = [-70.0 / tau_m + i_e / c_m, 0.0];
        System::new((matrix, constants, [([1.0, 0.0], 55.0)]), 0.1, KEPT)
    }

    #[test]
    fn many_steps_are_as_many_single_ones() {
        let system = membrane(10.0, 2.0, 100.0);
        let mut state = [-60.0, 400.0];
        for steps in 1..2000 {
            state = system.advanced(state, 1);
            let found = system.advanced([-60.0, 400.0], steps);
            assert!((found[0] - state[0]).abs() < 1e-11 && (found[1] - state[1]).abs() < 1e-10);
        }
        let one = System {
            powers: system.powers[..1].to_vec(),
            ..system.clone()
        };
        assert_eq!(
            one.advanced([-60.0, 400.0], 777),
            system.advanced([-60.0, 400.0], 777)
        );
    }

    #[test]
    fn the_bound_is_above_the_highest_voltage_and_close_to_it() {
        for (tau_m, tau_syn) in [(10.0, 2.0), (10.0, 10.0), (20.0, 0.3), (1.0, 50.0)] {
            let system = membrane(tau_m, tau_syn, 0.0);
            let highest = |i: f64| {
                let states = (0..4000).map(|steps| system.advanced([-70.0, i], steps)[0]);
                states.fold(f64::NEG_INFINITY, f64::max)
            };
            let per_pa = highest(1.0) + 70.0;
            let just_below = (15.0 / per_pa) * 0.75;
            assert!(
                system.stays_negative::<f64>(0, [-70.0, just_below]),
                "{tau_m} {tau_syn}"
            );
            let just_above = (15.0 / per_pa) * 1.0001;
            assert!(!system.stays_negative::<f64>(0, [-70.0, just_above]));
        }
    }

    #[test]
    fn a_constant_current_is_part_of_the_rest() {
        assert!(!membrane(10.0, 2.0, 376.0).stays_negative::<f64>(0, [-70.0, 0.0]));
        let below = membrane(10.0, 2.0, 374.0);
        assert!(below.stays_negative::<f64>(0, [-70.0, -500.0]));
        assert!(!below.stays_negative::<f64>(0, [-54.9, 0.0]));
    }

    #[test]
    fn an_oscillation_is_bounded_by_its_amplitude() {
        let matrix = [[-0.01, -1.0], [1.0, -0.01]];
        let sum = ([1.0, 0.0], -1.0);
        let system = System::<2, 1>::new((matrix, [0.0; 2], [sum]), 0.1, KEPT);
        assert!(system.stays_negative::<f64>(0, [0.0, 0.5]));
        assert!(system.stays_negative::<f64>(0, [-0.7, 0.0]));
        assert!(!system.stays_negative::<f64>(0, [0.0, -1.02]));
        assert!(!system.stays_negative::<f64>(0, [-1.04, 0.0]));
    }

    #[test]
    fn what_has_no_leak_keeps_its_value_and_what_drifts_is_never_silent() {
        let still = System::<1, 1>::new(([[0.0]], [0.0], [([1.0], -2.0)]), 0.1, KEPT);
        assert!(still.stays_negative::<f64>(0, [1.9]));
        assert!(!still.stays_negative::<f64>(0, [2.0]));
        let drifting = System::<1, 1>::new(([[0.0]], [0.5], [([1.0], -2.0)]), 0.1, KEPT);
        assert!(!drifting.stays_negative::<f64>(0, [0.0]));
        assert!((drifting.advanced([0.0], 1000)[0] - 50.0).abs() < 1e-10);
        let growing = System::<1, 1>::new(([[0.5]], [0.0], [([1.0], -2.0)]), 0.1, KEPT);
        assert!(!growing.stays_negative::<f64>(0, [1e-9]));
        assert!(growing.stays_negative::<f64>(0, [0.0]));
    }
}
