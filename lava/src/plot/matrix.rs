//! Matrices: numbers as colours.

use ndarray::{Array2, ArrayView, Dimension, Ix2};
use num_traits::AsPrimitive;

use super::axis::{PlotAxis, extent};
use super::canvas::Image;
use super::chart::{Chart, Mark};
use super::colour_key::ColourKey;
use super::error::PlotError;
use super::kind::{ChartKind, Plot};
use super::theme::{Colour, Theme};

/// The largest extents of a picture of a matrix; of a larger one, a pixel shows the value of a block
/// that is furthest from zero.
const MOST_CELLS: usize = 600;
/// The number of colours, which a PNG can have a palette of.
const LEVELS: usize = 200;

/// Numbers as colours: see [`matrix`].
#[derive(Clone, Debug)]
pub struct MatrixPlot {
    values: Array2<f64>,
    quantity: String,
    range: Option<(f64, f64)>,
    /// The ends of the x axis, in a unit of their own.
    columns: Option<(f64, f64)>,
}

/// The values of a matrix as colours, the first row at the top: blue below zero and vermilion above
/// if there are both, else viridis. Values that are not finite have no colour. A vector is a matrix of
/// one row.
///
/// ```
/// use lava::plot::matrix;
///
/// let weights = ndarray::arr2(&[[0.5, -1.0], [0.0, 2.0]]);
/// let picture = matrix(weights.view()).quantity("weight (pA)").x_label("source").y_label("target");
/// # picture.to_svg()?;
/// # Ok::<(), lava::Error>(())
/// ```
pub fn matrix<T: AsPrimitive<f64>, D: Dimension>(values: ArrayView<'_, T, D>) -> Plot<MatrixPlot> {
    let shape = values.shape().to_vec();
    let (dims, is_shown) = match shape[..] {
        [] => ((1, 1), true),
        [columns] => ((1, columns), true),
        [rows, columns] => ((rows, columns), true),
        _ => ((0, 0), false),
    };
    let flat = values
        .iter()
        .map(|value| value.as_())
        .take(dims.0 * dims.1)
        .collect();
    let mut plot = Plot::new(MatrixPlot {
        values: Array2::from_shape_vec(dims, flat).unwrap_or_default(),
        quantity: String::new(),
        range: None,
        columns: None,
    });
    if !is_shown {
        plot.note(PlotError::Dimensions {
            plot: "a matrix plot",
            expected: "[rows, columns] or [columns]",
            shape,
        });
    }
    plot.x_label("column").y_label("row")
}

impl Plot<MatrixPlot> {
    /// Labels the key of the colours, with the unit: `"weight (pA)"`.
    pub fn quantity(mut self, quantity: impl Into<String>) -> Plot<MatrixPlot> {
        self.kind.quantity = quantity.into();
        self
    }

    /// Sets the values of the first and the last colour. Default: those of the matrix.
    pub fn range(mut self, from: f64, to: f64) -> Plot<MatrixPlot> {
        self.kind.range = (from < to).then_some((from, to));
        self
    }

    /// Sets the numbers at the left and the right end of the x axis. Default: indices of columns.
    pub fn columns(mut self, first: f64, last: f64) -> Plot<MatrixPlot> {
        self.kind.columns = (first < last).then_some((first, last));
        self
    }
}

/// The colours of numbers in a range.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColourScale {
    pub(super) from: f64,
    pub(super) to: f64,
    is_diverging: bool,
}

impl ColourScale {
    /// The scale for some values. Returns `None` if none is finite.
    pub(super) fn of(
        values: impl Iterator<Item = f64>,
        range: Option<(f64, f64)>,
    ) -> Option<ColourScale> {
        let (low, high) = range.or_else(|| extent(values))?;
        if low < 0.0 && high > 0.0 {
            let most = high.max(-low);
            return Some(ColourScale {
                from: -most,
                to: most,
                is_diverging: true,
            });
        }
        let (from, to) = match low < high {
            true => (low, high),
            false => (
                low.min(0.0),
                if high > 0.0 { high } else { low.min(0.0) + 1.0 },
            ),
        };
        Some(ColourScale {
            from,
            to,
            is_diverging: false,
        })
    }

    /// The colour of a value, one of [`LEVELS`].
    pub(super) fn colour(&self, value: f64, theme: &Theme) -> Colour {
        let part = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        let part = (part * LEVELS as f64).round() / LEVELS as f64;
        if self.is_diverging {
            theme.diverging(2.0 * part - 1.0)
        } else {
            theme.sequential(part)
        }
    }

    pub(super) fn key(&self, quantity: &str, theme: &Theme) -> ColourKey {
        let at = |n: usize| self.from + (self.to - self.from) * n as f64 / 63.0;
        ColourKey {
            axis: PlotAxis::new(quantity, self.from, self.to),
            colours: (0..64).map(|n| self.colour(at(n), theme)).collect(),
        }
    }
}

/// The values as an image, blocks of them where there are many.
pub(super) fn image(values: &Array2<f64>, scale: &ColourScale, theme: &Theme) -> Image {
    let (rows, columns) = values.dim();
    let (height, width) = (rows.min(MOST_CELLS), columns.min(MOST_CELLS));
    let mut furthest = Array2::from_elem(Ix2(height, width), f64::NAN);
    for ((row, column), value) in values.indexed_iter() {
        let pixel = &mut furthest[[row * height / rows, column * width / columns]];
        if value.is_finite() && (pixel.is_nan() || value.abs() > pixel.abs()) {
            *pixel = *value;
        }
    }
    let mut image = Image::new(width, height);
    for ((row, column), value) in furthest
        .indexed_iter()
        .filter(|(_, value)| value.is_finite())
    {
        image.set(column, row, scale.colour(*value, theme).rgba(1.0));
    }
    image
}

impl ChartKind for MatrixPlot {
    fn chart(&self, theme: &Theme) -> Chart {
        let (rows, columns) = self.values.dim();
        let (first, last) = self.columns.unwrap_or((-0.5, columns.max(1) as f64 - 0.5));
        let mut x = PlotAxis::new("", first, last);
        // The first row is at the top.
        let mut y = PlotAxis::new("", rows.max(1) as f64 - 0.5, -0.5);
        (x.has_grid, y.has_grid) = (false, false);
        x.is_whole = self.columns.is_none();
        y.names = Some(row_names(rows));
        let mut chart = Chart::new(x, y);
        let values = self.values.iter().copied();
        let Some(scale) = ColourScale::of(values, self.range) else {
            chart.message = Some("no value is a finite number".to_owned());
            return chart;
        };
        if self.values.is_empty() {
            chart.message = Some("no values".to_owned());
            return chart;
        }
        chart.is_matrix = self.columns.is_none();
        chart.marks.push(Mark::Picture {
            from: (first, rows as f64 - 0.5),
            to: (last, -0.5),
            image: image(&self.values, &scale, theme),
        });
        chart.key = Some(scale.key(&self.quantity, theme));
        chart
    }

    fn chart_height(&self, width: f64) -> f64 {
        let (rows, columns) = self.values.dim();
        if self.columns.is_some() || columns == 0 {
            return 280.0;
        }
        let natural = (width - 170.0) * rows as f64 / columns as f64 + 60.0;
        natural.clamp(150.0, 460.0)
    }
}

/// Labels of rows, at most ten.
fn row_names(rows: usize) -> Vec<(f64, String)> {
    let step = super::axis::nice((rows as f64 / 8.0).max(1.0)) as usize;
    (0..rows)
        .step_by(step.max(1))
        .map(|row| (row as f64, row.to_string()))
        .collect()
}
