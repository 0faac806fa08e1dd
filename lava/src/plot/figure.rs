//! Figures: plots in rows, and their files.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use lava_core::files;

use super::canvas::{Anchor, Area, Canvas};
use super::chart::{Chart, Sides};
use super::error::PlotError;
use super::font;
use super::png::png;
use super::svg::svg;
use super::theme::{Colour, Scheme, Theme};
use crate::Result;

/// The size of a figure's title.
const TITLE_SIZE: f64 = 18.0;
const SUBTITLE_SIZE: f64 = 12.5;
/// The default width of a figure in points.
const WIDTH: u32 = 800;

/// Something that can be drawn.
pub(super) trait Draw: Send + Sync {
    /// Returns the chart that it is, whose axes a figure aligns with those above and below; `None` for what
    /// [`draw`](Draw::draw) draws.
    fn as_chart(&self, _caption: &Caption, _theme: &Theme) -> Option<Chart> {
        None
    }
    fn draw(&self, _canvas: &mut Canvas, _area: Area, _caption: &Caption, _theme: &Theme) {}
    /// The height that suits it at this width, in points, without a title.
    fn height(&self, width: f64) -> f64;
    /// The width that it needs in points.
    fn least_width(&self) -> f64 {
        0.0
    }
}

/// The title of a plot, and labels of axes in place of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Caption {
    pub(super) title: String,
    pub(super) x_label: Option<String>,
    pub(super) y_label: Option<String>,
}

/// A plot of a figure, with its title: `plot.into()`.
pub struct Panel {
    pub(super) caption: Caption,
    pub(super) content: Box<dyn Draw>,
    pub(super) problem: Option<PlotError>,
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panel")
            .field("title", &self.caption.title)
            .finish_non_exhaustive()
    }
}

/// Plots in rows, which are saved as one picture.
///
/// ```
/// use lava::plot::{Figure, curves};
///
/// let squares: Vec<f64> = (0..10).map(|n| f64::from(n * n)).collect();
/// let figure = Figure::new()
///     .title("Two panels")
///     .row([
///         curves("n", "n²").samples("squares", 1.0, &squares).into(),
///         curves("n", "n²").samples("squares", 1.0, &squares).log_y().into(),
///     ]);
/// # let folder = std::env::temp_dir();
/// # let path = folder.join("lava-two-panels.svg");
/// figure.save(&path)?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), lava::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Figure {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) scheme: Scheme,
    pub(super) size: Option<(u32, u32)>,
    pub(super) pixels: Option<f64>,
    pub(super) rows: Vec<Vec<Panel>>,
}

impl Figure {
    /// A figure without plots.
    pub fn new() -> Figure {
        Figure::default()
    }

    /// Adds a row of one plot.
    pub fn plot(self, plot: impl Into<Panel>) -> Figure {
        self.row([plot.into()])
    }

    /// Adds a row of plots, side by side.
    pub fn row(mut self, panels: impl IntoIterator<Item = Panel>) -> Figure {
        self.rows.push(panels.into_iter().collect());
        self
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Figure {
        self.title = title.into();
        self
    }

    /// Sets the line below the title.
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Figure {
        self.subtitle = subtitle.into();
        self
    }

    /// Makes the background dark.
    pub fn dark(mut self) -> Figure {
        self.scheme = Scheme::Dark;
        self
    }

    /// Fits the SVG to a web page, light or dark: without a background, with data in colours that can be seen on both,
    /// and texts in the page's colour where it includes the SVG's text, black or white where it shows it as an image. A
    /// PNG has a white background.
    pub fn inline(mut self) -> Figure {
        self.scheme = Scheme::Inline;
        self
    }

    /// Sets the size in points. Default: 800 wide, and as high as suits the plots.
    pub fn size(mut self, width: u32, height: u32) -> Figure {
        self.size = Some((width, height));
        self
    }

    /// Sets the number of pixels per point in a PNG, from 0.5 to 4. Default: 2.
    pub fn pixels_per_point(mut self, pixels: f64) -> Figure {
        self.pixels = Some(pixels);
        self
    }

    /// Writes the picture to a file, whose ending, `.svg` or `.png`, says the format.
    ///
    /// # Errors
    /// [`PlotError`](crate::error::PlotError) for another ending, a size that no picture has, data
    /// that do not fit the plot, and a file that cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        let bytes = match ending.to_ascii_lowercase().as_str() {
            "svg" => self.to_svg()?.into_bytes(),
            "png" => self.to_png()?,
            _ => {
                let path = path.display().to_string();
                return Err(PlotError::Ending { path }.into());
            }
        };
        let written = files::write(path, bytes);
        written.map_err(|cause| {
            PlotError::File {
                path: path.display().to_string(),
                reason: cause.to_string(),
            }
            .into()
        })
    }

    /// The picture as an SVG document.
    ///
    /// # Errors
    /// [`PlotError`](crate::error::PlotError) for a size that no picture has, and data that do not
    /// fit the plot.
    pub fn to_svg(&self) -> Result<String> {
        Ok(svg(&self.canvas()?))
    }

    /// The picture as a PNG.
    ///
    /// # Errors
    /// Those of [`to_svg`](Figure::to_svg).
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let canvas = self.canvas()?;
        let scale = self.pixels.unwrap_or(2.0).clamp(0.5, 4.0);
        let (width, height) = (canvas.width as u32, canvas.height as u32);
        Ok(png(&canvas, scale).ok_or(PlotError::Size { width, height })?)
    }

    fn canvas(&self) -> Result<Canvas, PlotError> {
        let panels = self.rows.iter().flatten();
        if let Some(problem) = panels.filter_map(|panel| panel.problem.as_ref()).next() {
            return Err(problem.clone());
        }
        let theme = Theme::of(self.scheme);
        let header = self.header_height();
        let needed = self.rows.iter().map(|row| {
            let widths = row.iter().map(|panel| panel.content.least_width());
            widths.fold(0.0, f64::max) * row.len() as f64
        });
        let needed = needed.fold(0.0, f64::max).min(8000.0) as u32;
        let width = self.size.map_or(WIDTH.max(needed), |(width, _)| width);
        let heights: Vec<f64> = self.rows.iter().map(|row| row_height(row, width)).collect();
        let natural = header + heights.iter().sum::<f64>();
        let height = self
            .size
            .map_or(natural.ceil().clamp(120.0, 8000.0) as u32, |(_, height)| {
                height
            });
        if !(160..=8000).contains(&width) || !(120..=8000).contains(&height) {
            return Err(PlotError::Size { width, height });
        }
        let mut canvas = Canvas {
            width: f64::from(width),
            height: f64::from(height),
            background: theme.background,
            shapes: Vec::new(),
        };
        self.draw_header(&mut canvas, &theme);
        let scale = (f64::from(height) - header) / (natural - header).max(1.0);
        let heights = heights.iter().map(|height| height * scale);
        self.draw_panels(&mut canvas, header, heights, &theme);
        Ok(canvas)
    }

    /// Draws the rows, each of its height; the axes of charts below each other begin and end at one place.
    fn draw_panels(
        &self,
        canvas: &mut Canvas,
        mut top: f64,
        heights: impl Iterator<Item = f64>,
        theme: &Theme,
    ) {
        let mut places = Vec::new();
        // By the number of panels in a row, and by column.
        let mut aligned: HashMap<(usize, usize), Sides> = HashMap::new();
        for (row, height) in self.rows.iter().zip(heights) {
            let each = canvas.width / row.len() as f64;
            for (column, panel) in row.iter().enumerate() {
                let area = Area {
                    left: each * column as f64,
                    top,
                    right: each * (column + 1) as f64,
                    bottom: top + height,
                };
                let chart = panel.content.as_chart(&panel.caption, theme);
                let sides = chart
                    .as_ref()
                    .and_then(|chart| chart.sides(area, &panel.caption.title));
                let key = (row.len(), column);
                if let Some(sides) = sides {
                    let all = aligned.entry(key).or_default();
                    *all = all.with(sides);
                }
                places.push((panel, area, chart, sides.map(|_| key)));
            }
            top += height;
        }
        for (panel, area, chart, key) in places {
            let sides = key
                .and_then(|key| aligned.get(&key))
                .copied()
                .unwrap_or_default();
            match chart {
                Some(chart) => chart.draw(canvas, area, &panel.caption.title, sides, theme),
                None => panel.content.draw(canvas, area, &panel.caption, theme),
            }
        }
    }

    fn header_height(&self) -> f64 {
        let title = if self.title.is_empty() { 0.0 } else { 30.0 };
        let subtitle = if self.subtitle.is_empty() { 0.0 } else { 20.0 };
        if title + subtitle > 0.0 {
            title + subtitle + 6.0
        } else {
            0.0
        }
    }

    fn draw_header(&self, canvas: &mut Canvas, theme: &Theme) {
        let room = canvas.width - 24.0;
        let mut y = 22.0;
        for (text, size, colour) in [
            (&self.title, TITLE_SIZE, theme.ink),
            (&self.subtitle, SUBTITLE_SIZE, theme.soft),
        ] {
            let colour: Colour = colour;
            if !text.is_empty() {
                let text = font::fit(text, size, room);
                canvas.text((12.0, y), size, colour, Anchor::Start, text);
                y += 24.0;
            }
        }
    }
}

fn row_height(row: &[Panel], width: u32) -> f64 {
    let each = f64::from(width) / row.len().max(1) as f64;
    let heights = row.iter().map(|panel| {
        let title = if panel.caption.title.is_empty() {
            0.0
        } else {
            24.0
        };
        panel.content.height(each) + title
    });
    heights.fold(0.0, f64::max)
}
