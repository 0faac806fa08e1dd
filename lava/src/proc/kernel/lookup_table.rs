//! Functions that are given by points.

use std::ops::RangeInclusive;

use super::real::Real;

/// A function that is given by points: linear between two of them, and outside of them as at the nearest.
///
/// Neurons with a [`table`](macro@crate::neuron) in their equations take one. Arguments and values are in the units
/// of its declaration, and are computed in double precision.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::LookupTable;
///
/// neuron! {
///     /// A neuron whose current has been recorded elsewhere.
///     pub Clamped {
///         dv/dt = (e_l - v)/(10 ms) + recorded(t)/(250 pF) : mV = -70;
///         table recorded(t: ms): pA;
///         param e_l: mV = -70;
///         spike when v > -55 mV { v = e_l; }
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let recorded = LookupTable::from_points([(0.0, 0.0), (50.0, 1000.0), (60.0, 0.0)])?;
/// assert_eq!(recorded.at(25.0), 500.0);
/// assert_eq!(recorded.at(100.0), 0.0);
///
/// let net = Network::<Loihi1SimCfg>::new();
/// let neuron: Clamped = net.add(Clamped::shape([1]).recorded(recorded))?;
/// let spikes = net.probe(&neuron.s_out)?;
/// net.run(RunFor(100.0 * lava::units::ms))?;
/// assert!(!spikes.events().is_empty());
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LookupTable {
    grid: TableGrid,
    /// Two at least.
    values: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
enum TableGrid {
    /// At equal distances.
    Even {
        first: f64,
        last: f64,
    },
    Points(Vec<f64>),
}

/// Points of which no [`LookupTable`] can be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupTableError {
    /// There are fewer than two points.
    #[error("a table of {0} points has nothing to interpolate; give it two or more")]
    Few(usize),
    /// The points do not ascend.
    #[error(
        "the points of a table ascend, but {at} is not above {before}; sort them, and give each once"
    )]
    Order {
        /// The point before.
        before: f64,
        /// The point that is not above it.
        at: f64,
    },
    /// A value is no finite number.
    #[error("value {0} of a table is no finite number; give a number for each point")]
    NotFinite(usize),
}

crate::from_cause!(LookupTableError);

impl LookupTable {
    /// Creates the table of values at equal distances, the first and the last at the ends of the range.
    ///
    /// # Errors
    /// [`LookupTableError`]
    pub fn even(
        range: RangeInclusive<f64>,
        values: impl IntoIterator<Item = f64>,
    ) -> Result<LookupTable, LookupTableError> {
        let (first, last) = range.into_inner();
        ascending(&[first, last])?;
        checked(
            TableGrid::Even { first, last },
            values.into_iter().collect(),
        )
    }

    /// Creates the table of a function at equal distances, by `count` points, the first and the last at the ends of
    /// the range.
    ///
    /// ```
    /// use lava::proc::LookupTable;
    ///
    /// let m_inf = LookupTable::from_fn(-100.0..=50.0, 1501, |v| 1.0 / (1.0 + (-(v + 40.0) / 9.0).exp()))?;
    /// assert!((m_inf.at(-40.05_f64) - 0.4986).abs() < 1e-4);
    /// # Ok::<(), lava::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`LookupTableError`]
    pub fn from_fn(
        range: RangeInclusive<f64>,
        count: usize,
        function: impl Fn(f64) -> f64,
    ) -> Result<LookupTable, LookupTableError> {
        let (first, last) = (*range.start(), *range.end());
        let cells = count.saturating_sub(1).max(1) as f64;
        let at = |index: usize| first + (last - first) * (index as f64 / cells);
        LookupTable::even(range, (0..count).map(|index| function(at(index))))
    }

    /// Creates the table of points `(argument, value)` in ascending order, at any distances.
    ///
    /// # Errors
    /// [`LookupTableError`]
    pub fn from_points(
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Result<LookupTable, LookupTableError> {
        let (points, values): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
        ascending(&points)?;
        checked(TableGrid::Points(points), values)
    }

    /// Returns the value at `x`.
    #[inline(always)]
    pub fn at<T: Real>(&self, x: T) -> T {
        let x = x.double();
        let cells = self.values.len() - 1;
        let (cell, part) = match &self.grid {
            TableGrid::Even { first, last } => {
                let density = cells as f64 / (last - first);
                let position = ((x - first) * density).clamp(0.0, cells as f64);
                let cell = (position as usize).min(cells - 1);
                (cell, position - cell as f64)
            }
            TableGrid::Points(points) => {
                let cell = points[1..cells].partition_point(|point| *point <= x);
                let (left, right) = (points[cell], points[cell + 1]);
                (cell, ((x - left) / (right - left)).clamp(0.0, 1.0))
            }
        };
        let (left, right) = (self.values[cell], self.values[cell + 1]);
        T::of(left + part * (right - left))
    }
}

fn ascending(points: &[f64]) -> Result<(), LookupTableError> {
    let wrong = points.windows(2).find(|pair| {
        let are_finite = pair[0].is_finite() && pair[1].is_finite();
        !are_finite || pair[0] >= pair[1]
    });
    match wrong {
        Some(pair) => Err(LookupTableError::Order {
            before: pair[0],
            at: pair[1],
        }),
        None => Ok(()),
    }
}

fn checked(grid: TableGrid, values: Vec<f64>) -> Result<LookupTable, LookupTableError> {
    if values.len() < 2 {
        return Err(LookupTableError::Few(values.len()));
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(LookupTableError::NotFinite(at)),
        None => Ok(LookupTable { grid, values }),
    }
}

/// A table in a file: its points, or the range over which they are spread evenly.
#[cfg(feature = "store")]
mod stored {
    use super::{LookupTable, TableGrid};
    use crate::schema::{Storable, StoredValue, ValueError};

    impl Storable for LookupTable {
        fn store(&self) -> Result<StoredValue, ValueError> {
            let grid = match &self.grid {
                TableGrid::Even { first, last } => vec![*first, *last],
                TableGrid::Points(points) => points.clone(),
            };
            let is_even = matches!(self.grid, TableGrid::Even { .. });
            Ok(StoredValue::table([
                ("even", is_even.store()?),
                ("grid", grid.store()?),
                ("values", self.values.store()?),
            ]))
        }

        fn restore(value: &StoredValue) -> Result<LookupTable, ValueError> {
            let fields = value.fields(&["even", "grid", "values"])?;
            let (grid, values): (Vec<f64>, Vec<f64>) =
                (fields.field("grid")?, fields.field("values")?);
            let table = match (fields.field("even")?, &grid[..]) {
                (true, [first, last]) => LookupTable::even(*first..=*last, values),
                (false, points) if points.len() == values.len() => {
                    LookupTable::from_points(grid.into_iter().zip(values))
                }
                _ => return Err(ValueError::new("a table has a point for each value")),
            };
            table.map_err(|error| ValueError::new(error.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_linear_between_points_and_constant_outside() {
        let points = [(-1.0, 2.0), (0.0, 4.0), (4.0, 0.0)];
        let table = LookupTable::from_points(points).expect("points ascend");
        let at = [-5.0, -1.0, -0.5, 0.0, 1.0, 4.0, 9.0, f64::INFINITY];
        assert_eq!(
            at.map(|x| table.at(x)),
            [2.0, 2.0, 3.0, 4.0, 3.0, 0.0, 0.0, 0.0]
        );
        assert_eq!(table.at(1.0f32), 3.0);
        assert!(table.at(f64::NAN).is_nan());
    }

    #[test]
    fn even_points_are_those_at_equal_distances() {
        let values = [3.0, -1.0, 0.5, 7.0];
        let even = LookupTable::even(-2.0..=4.0, values).expect("a range");
        let points = [-2.0, 0.0, 2.0, 4.0].into_iter().zip(values);
        let points = LookupTable::from_points(points).expect("points ascend");
        for step in -20..70 {
            let x = f64::from(step) * 0.125;
            assert_eq!(even.at(x), points.at(x), "{x}");
        }
        assert!(even.at(f64::NAN).is_nan());
    }

    #[test]
    fn points_that_make_no_function_are_refused() {
        let few = LookupTable::from_points([(1.0, 1.0)]);
        assert_eq!(few, Err(LookupTableError::Few(1)));
        let twice = LookupTable::from_points([(0.0, 1.0), (2.0, 1.0), (2.0, 3.0)]);
        let order = LookupTableError::Order {
            before: 2.0,
            at: 2.0,
        };
        assert_eq!(twice, Err(order));
        assert!(LookupTable::even(1.0..=0.0, [1.0, 2.0]).is_err());
        assert!(LookupTable::from_points([(0.0, 1.0), (f64::NAN, 1.0)]).is_err());
        let values = LookupTable::even(0.0..=1.0, [1.0, f64::INFINITY]);
        assert_eq!(values, Err(LookupTableError::NotFinite(1)));
    }
}
