//! Grids of images: receptive fields, prototypes, frames.

use ndarray::{Array2, ArrayView, Dimension};
use num_traits::AsPrimitive;

use super::canvas::{Anchor, Area, Canvas, Shape2d};
use super::error::PlotError;
use super::figure::{Caption, Draw};
use super::font;
use super::kind::Plot;
use super::matrix::{ColourScale, image};
use super::theme::Theme;

/// The size of names.
const NAME_SIZE: f64 = 11.0;
const GAP: f64 = 8.0;
const TITLE: f64 = 24.0;

/// Images side by side: see [`images`].
#[derive(Clone, Debug)]
pub struct ImageGrid {
    images: Vec<Array2<f64>>,
    names: Vec<String>,
    columns: Option<usize>,
    is_each_scaled: bool,
}

/// Images side by side, from an array of shape `[images, rows, columns]`: receptive fields for
/// instance, a neuron's weights each in the shape of its input. All have one colour scale.
///
/// ```
/// use lava::plot::images;
///
/// let weights = ndarray::Array2::<f32>::zeros((10, 64)); // ten neurons, each of 8 × 8 pixels
/// let fields = weights.to_shape((10, 8, 8)).expect("64 pixels");
/// images(fields.view()).grid_columns(5).to_svg()?;
/// # Ok::<(), lava::Error>(())
/// ```
pub fn images<T: AsPrimitive<f64>, D: Dimension>(values: ArrayView<'_, T, D>) -> Plot<ImageGrid> {
    let shape = values.shape().to_vec();
    let [_, rows, columns] = shape[..] else {
        let mut plot = Plot::new(ImageGrid::of(Vec::new()));
        plot.note(PlotError::Dimensions {
            plot: "a grid of images",
            expected: "[images, rows, columns]",
            shape,
        });
        return plot;
    };
    let flat: Vec<f64> = values.iter().map(|value| value.as_()).collect();
    let each = flat
        .chunks((rows * columns).max(1))
        .map(|image| Array2::from_shape_vec((rows, columns), image.to_vec()).unwrap_or_default());
    Plot::new(ImageGrid::of(each.collect()))
}

impl ImageGrid {
    fn of(images: Vec<Array2<f64>>) -> ImageGrid {
        ImageGrid {
            images,
            names: Vec::new(),
            columns: None,
            is_each_scaled: false,
        }
    }

    fn columns(&self) -> usize {
        let count = self.images.len().max(1);
        let automatic = (count as f64 * 2.0).sqrt().ceil() as usize;
        self.columns.unwrap_or(automatic).clamp(1, count)
    }

    /// The height of an image over its width.
    fn aspect(&self) -> f64 {
        let (rows, columns) = self.images.first().map_or((1, 1), Array2::dim);
        rows.max(1) as f64 / columns.max(1) as f64
    }

    fn name_height(&self) -> f64 {
        if self.names.is_empty() { 0.0 } else { 16.0 }
    }
}

impl Plot<ImageGrid> {
    /// Sets the number of images in a row of the grid.
    pub fn grid_columns(mut self, columns: usize) -> Plot<ImageGrid> {
        self.kind.columns = Some(columns);
        self
    }

    /// Writes a name below each image.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Plot<ImageGrid> {
        self.kind.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Gives each image a colour scale of its own.
    pub fn scale_each(mut self) -> Plot<ImageGrid> {
        self.kind.is_each_scaled = true;
        self
    }
}

impl Draw for ImageGrid {
    fn draw(&self, canvas: &mut Canvas, area: Area, caption: &Caption, theme: &Theme) {
        let mut top = area.top + 10.0;
        if !caption.title.is_empty() {
            let size = super::chart::TITLE_SIZE;
            let title = font::fit(&caption.title, size, area.width() - 20.0);
            canvas.text(
                (area.left + 8.0, top + 8.0),
                size,
                theme.ink,
                Anchor::Start,
                title,
            );
            top += TITLE;
        }
        if self.images.is_empty() {
            canvas.text(area.centre(), 13.0, theme.soft, Anchor::Middle, "no images");
            return;
        }
        let columns = self.columns();
        let rows = self.images.len().div_ceil(columns);
        let room = Area {
            left: area.left + 12.0,
            top,
            right: area.right - 12.0,
            bottom: area.bottom - 10.0,
        };
        let wide = (room.width() - GAP * (columns - 1) as f64) / columns as f64;
        let high = (room.height() - GAP * (rows - 1) as f64) / rows as f64 - self.name_height();
        let width = wide.min(high / self.aspect()).max(1.0);
        let height = width * self.aspect();
        let all = self.images.iter().flatten().copied();
        let common = ColourScale::of(all, None);
        for (index, values) in self.images.iter().enumerate() {
            let left = room.left + (index % columns) as f64 * (width + GAP);
            let top = room.top + (index / columns) as f64 * (height + GAP + self.name_height());
            let area = Area {
                left,
                top,
                right: left + width,
                bottom: top + height,
            };
            let scale = match self.is_each_scaled {
                true => ColourScale::of(values.iter().copied(), None),
                false => common,
            };
            canvas.fill(area, theme.grid);
            if let Some(scale) = scale.filter(|_| !values.is_empty()) {
                let image = image(values, &scale, theme);
                canvas.shapes.push(Shape2d::Image { area, image });
            }
            if let Some(name) = self.names.get(index) {
                let at = (left + width / 2.0, top + height + 9.0);
                let name = font::fit(name, NAME_SIZE, width + GAP - 2.0);
                canvas.text(at, NAME_SIZE, theme.soft, Anchor::Middle, name);
            }
        }
    }

    fn height(&self, width: f64) -> f64 {
        let columns = self.columns() as f64;
        let rows = self.images.len().max(1).div_ceil(self.columns()) as f64;
        let cell = ((width - 24.0 - GAP * (columns - 1.0)) / columns).min(120.0);
        let each = cell * self.aspect() + GAP + self.name_height();
        (rows * each + 20.0).clamp(120.0, 2000.0)
    }
}
