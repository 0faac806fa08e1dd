//! Charts: marks between two axes, with a title, a legend and labels at the right.

use super::axis::{PlotAxis, TICK_SIZE};
use super::canvas::{Anchor, Area, Canvas, Image, Label, Point, Shape2d};
use super::colour_key::ColourKey;
use super::font;
use super::legend;
use super::theme::{Colour, Theme};

pub(super) const TITLE_SIZE: f64 = 14.0;
const TITLE_HEIGHT: f64 = 24.0;
pub(super) const LABEL_SIZE: f64 = 12.0;
const NOTE_SIZE: f64 = 11.0;

/// The marks of a chart, in the coordinates of its axes.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A line, which points that are not finite interrupt.
    Line {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
        is_dashed: bool,
    },
    /// Dots.
    Dots {
        points: Vec<Point>,
        colour: Colour,
        radius: f64,
    },
    /// The area between two lines over the same x.
    Range {
        points: Vec<(f64, f64, f64)>,
        colour: Colour,
    },
    /// Bars from zero, or from the lower end of the axis, between edges.
    Bars {
        edges: Vec<f64>,
        heights: Vec<f64>,
        colour: Colour,
    },
    /// Vertical ticks of a height in units of y, around points.
    Ticks {
        points: Vec<Point>,
        height: f64,
        colour: Colour,
    },
    /// An image that fills the area between two corners, the first at the left and the bottom.
    Picture {
        from: Point,
        to: Point,
        image: Image,
    },
}

/// A label at the right of a chart, for a part of the y axis.
#[derive(Clone, Debug)]
pub(super) struct SideLabel {
    /// The part of the axis.
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) colour: Colour,
    /// The name, and lines below it.
    pub(super) lines: Vec<String>,
}

/// Marks between two axes.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub(super) x: PlotAxis,
    pub(super) y: PlotAxis,
    pub(super) marks: Vec<Mark>,
    /// Names of kinds of data.
    pub(super) legend: Vec<(Colour, String)>,
    pub(super) side: Vec<SideLabel>,
    pub(super) key: Option<ColourKey>,
    /// Shown in the middle, in place of data.
    pub(super) message: Option<String>,
    /// A unit of x is as long as one of y, and y grows downward.
    pub(super) is_matrix: bool,
}

/// The space beside the axes of a chart: for labels, and for a key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sides {
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Sides {
    /// The space that both need.
    pub(super) fn with(self, other: Sides) -> Sides {
        Sides {
            left: self.left.max(other.left),
            right: self.right.max(other.right),
        }
    }
}

/// The part of an area within its margin, below the title.
fn inner(area: Area, title: &str) -> Area {
    let title_height = if title.is_empty() { 0.0 } else { TITLE_HEIGHT };
    Area {
        left: area.left + 8.0,
        top: area.top + 10.0 + title_height,
        right: area.right - 20.0,
        bottom: area.bottom - 8.0,
    }
}

impl Chart {
    pub(super) fn new(x: PlotAxis, y: PlotAxis) -> Chart {
        Chart {
            x,
            y,
            marks: Vec::new(),
            legend: Vec::new(),
            side: Vec::new(),
            key: None,
            message: None,
            is_matrix: false,
        }
    }

    /// Draws the chart with a title, if it has one, its sides as wide as `least` or wider.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        area: Area,
        title: &str,
        least: Sides,
        theme: &Theme,
    ) {
        let mut inner = inner(area, "");
        if !title.is_empty() {
            let at = (inner.left, inner.top + 8.0);
            let title = font::fit(title, TITLE_SIZE, inner.width());
            canvas.text(at, TITLE_SIZE, theme.ink, Anchor::Start, title);
            inner.top += TITLE_HEIGHT;
        }
        inner.top += legend::draw(&self.legend, canvas, inner, theme);
        let plot = self.plot_area(inner, least);
        if plot.width() < 10.0 || plot.height() < 10.0 {
            return;
        }
        self.draw_axes(canvas, plot, theme);
        for mark in &self.marks {
            self.draw_mark(canvas, plot, mark);
        }
        self.draw_frame(canvas, plot, theme);
        self.draw_side(canvas, plot, theme);
        if let Some(key) = &self.key {
            key.draw(canvas, plot, theme);
        }
        if let Some(message) = &self.message {
            let message = font::fit(message, 13.0, plot.width() - 10.0);
            canvas.text(plot.centre(), 13.0, theme.soft, Anchor::Middle, message);
        }
    }

    /// The space that it needs beside its axes. Returns `None` for a matrix, whose shape says its width.
    pub(super) fn sides(&self, area: Area, title: &str) -> Option<Sides> {
        let mut inner = inner(area, title);
        inner.top += legend::height(&self.legend, inner);
        let plot = self.plot_area(inner, Sides::default());
        (!self.is_matrix).then_some(Sides {
            left: plot.left - inner.left,
            right: inner.right - plot.right,
        })
    }

    /// The area between the axes.
    fn plot_area(&self, inner: Area, least: Sides) -> Area {
        let below = if self.x.label.is_empty() { 20.0 } else { 40.0 };
        let y_ticks = self.y.ticks(inner.height() - below, 28.0);
        let mut plot = inner;
        plot.left += self.y.label_width(&y_ticks) + 10.0;
        if !self.y.label.is_empty() {
            plot.left += 20.0;
        }
        plot.bottom -= below;
        let lines = self.side.iter().flat_map(|side| &side.lines);
        let side = lines
            .map(|line| font::width(line, NOTE_SIZE))
            .fold(0.0, f64::max);
        if side > 0.0 {
            plot.right -= (side + 4.0).min(0.3 * inner.width());
        }
        if let Some(key) = &self.key {
            plot.right -= key.width(plot.height());
        }
        // Half of the last label lies beyond the axis.
        let last = self.x.ticks(plot.width(), 50.0).pop();
        let beyond = last.map_or(0.0, |(value, label)| {
            let free = (1.0 - self.x.place(value)) * plot.width();
            font::width(&label, TICK_SIZE) / 2.0 - free
        });
        plot.right -= (beyond - 16.0).max(0.0);
        plot.left = plot.left.max(inner.left + least.left);
        plot.right = plot.right.min(inner.right - least.right);
        if self.is_matrix {
            let (columns, rows) = (self.x.to - self.x.from, (self.y.to - self.y.from).abs());
            let cell = (plot.width() / columns).min(plot.height() / rows);
            // Matrices of extreme shapes fill the area instead.
            if cell * columns > 0.25 * plot.width() && cell * rows > 0.25 * plot.height() {
                plot.left += (plot.width() - cell * columns) / 2.0;
                plot.right = plot.left + cell * columns;
                plot.bottom = plot.top + cell * rows;
            }
        }
        plot
    }

    fn at(&self, plot: Area, (x, y): Point) -> Point {
        (
            plot.left + self.x.place(x) * plot.width(),
            plot.bottom - self.y.place(y) * plot.height(),
        )
    }

    fn draw_axes(&self, canvas: &mut Canvas, plot: Area, theme: &Theme) {
        for (value, label) in self.y_ticks(plot) {
            let y = plot.bottom - self.y.place(value) * plot.height();
            if self.y.has_grid {
                canvas.rule((plot.left, y), (plot.right, y), theme.grid);
            }
            canvas.rule((plot.left - 4.0, y), (plot.left, y), theme.frame);
            let at = (plot.left - 7.0, y);
            canvas.text(at, TICK_SIZE, theme.soft, Anchor::End, label);
        }
        let (centre, middle) = plot.centre();
        let ticks = self.x_ticks(plot);
        let places = ticks
            .iter()
            .map(|(value, _)| plot.left + self.x.place(*value) * plot.width());
        let places: Vec<f64> = places.collect();
        let mut lines = |y: f64, height: f64, colour| {
            canvas.shapes.push(Shape2d::Ticks {
                middles: places.iter().map(|x| (*x, y)).collect(),
                height,
                width: 1.0,
                colour,
            });
        };
        if self.x.has_grid {
            lines(middle, plot.height(), theme.grid);
        }
        lines(plot.bottom + 2.0, 4.0, theme.frame);
        for (x, (_, label)) in places.iter().zip(ticks) {
            let at = (*x, plot.bottom + 13.0);
            canvas.text(at, TICK_SIZE, theme.soft, Anchor::Middle, label);
        }
        if !self.x.label.is_empty() {
            let at = (centre, plot.bottom + 31.0);
            canvas.text(at, LABEL_SIZE, theme.soft, Anchor::Middle, &self.x.label);
        }
        if !self.y.label.is_empty() {
            let ticks = self.y.ticks(plot.height(), 28.0);
            let left = plot.left - self.y.label_width(&ticks) - 20.0;
            let text = font::fit(&self.y.label, LABEL_SIZE, plot.height() + 40.0);
            // What is longer than the axis reaches below it, not into the legend.
            let end = plot.top + font::width(&text, LABEL_SIZE) / 2.0;
            canvas.shapes.push(Shape2d::Text(Label {
                at: (left, middle.max(end)),
                size: LABEL_SIZE,
                colour: theme.soft,
                anchor: Anchor::Middle,
                is_turned: true,
                text,
            }));
        }
    }

    /// As many ticks as there is room for their labels.
    fn y_ticks(&self, plot: Area) -> Vec<(f64, String)> {
        let ticks = self.y.ticks(plot.height(), 28.0);
        let places = ticks.iter().map(|tick| self.y.place(tick.0));
        let (low, high) = places.fold((1.0, 0.0), |(low, high): (f64, f64), place| {
            (low.min(place), high.max(place))
        });
        let each = (high - low) * plot.height() / ticks.len().saturating_sub(1).max(1) as f64;
        let stride = (TICK_SIZE / each.max(1.0)).ceil().max(1.0) as usize;
        ticks.into_iter().step_by(stride).collect()
    }

    fn x_ticks(&self, plot: Area) -> Vec<(f64, String)> {
        let mut each = 50.0;
        loop {
            let ticks = self.x.ticks(plot.width(), each);
            let room = self.x.label_width(&ticks) + 8.0;
            let places: Vec<f64> = ticks
                .iter()
                .map(|tick| self.x.place(tick.0) * plot.width())
                .collect();
            let is_clear = places
                .windows(2)
                .all(|pair| (pair[1] - pair[0]).abs() >= room);
            if is_clear || ticks.len() <= 2 || each > plot.width() {
                return ticks;
            }
            if self.x.names.is_some() {
                // Every second one, or fewer.
                let stride = (room * ticks.len() as f64 / plot.width()).ceil().max(2.0) as usize;
                return ticks.into_iter().step_by(stride).collect();
            }
            each *= 1.4;
        }
    }

    fn draw_frame(&self, canvas: &mut Canvas, plot: Area, theme: &Theme) {
        let Area {
            left,
            top,
            right,
            bottom,
        } = plot;
        canvas.rule((left, top), (left, bottom), theme.frame);
        canvas.rule((left, bottom), (right, bottom), theme.frame);
        if self.is_matrix {
            canvas.rule((left, top), (right, top), theme.frame);
            canvas.rule((right, top), (right, bottom), theme.frame);
        }
    }

    fn draw_mark(&self, canvas: &mut Canvas, plot: Area, mark: &Mark) {
        match mark {
            Mark::Line {
                points,
                colour,
                width,
                is_dashed,
            } => {
                for part in points.split(|point| !self.has_place(*point)) {
                    let part: Vec<Point> = part.iter().map(|point| self.at(plot, *point)).collect();
                    match part.len() {
                        0 => {}
                        1 => canvas.shapes.push(Shape2d::Discs {
                            centres: part,
                            radius: 1.5 * width,
                            colour: *colour,
                        }),
                        _ => canvas.line(thinned(part), *colour, *width, *is_dashed),
                    }
                }
            }
            Mark::Dots {
                points,
                colour,
                radius,
            } => {
                let points = points.iter().filter(|point| self.has_place(**point));
                canvas.shapes.push(Shape2d::Discs {
                    centres: points.map(|point| self.at(plot, *point)).collect(),
                    radius: *radius,
                    colour: *colour,
                });
            }
            Mark::Range { points, colour } => {
                let is_placed = |(x, low, high): &&(f64, f64, f64)| {
                    self.has_place((*x, *low)) && self.has_place((*x, *high))
                };
                let placed = points.iter().filter(is_placed);
                let upper = placed
                    .clone()
                    .map(|(x, _, high)| self.at(plot, (*x, *high)));
                let lower = placed.rev().map(|(x, low, _)| self.at(plot, (*x, *low)));
                canvas.shapes.push(Shape2d::Polygon {
                    points: upper.chain(lower).collect(),
                    colour: *colour,
                    opacity: 0.2,
                });
            }
            Mark::Bars {
                edges,
                heights,
                colour,
            } => self.draw_bars(canvas, plot, (edges, heights), *colour),
            Mark::Ticks {
                points,
                height,
                colour,
            } => {
                let scale = plot.height() / (self.y.to - self.y.from).abs();
                canvas.shapes.push(Shape2d::Ticks {
                    middles: points.iter().map(|point| self.at(plot, *point)).collect(),
                    height: (height * scale).max(1.0),
                    width: 1.2,
                    colour: *colour,
                });
            }
            Mark::Picture { from, to, image } => {
                let ((left, bottom), (right, top)) = (self.at(plot, *from), self.at(plot, *to));
                canvas.shapes.push(Shape2d::Image {
                    area: Area {
                        left,
                        top,
                        right,
                        bottom,
                    },
                    image: image.clone(),
                });
            }
        }
    }

    fn draw_bars(
        &self,
        canvas: &mut Canvas,
        plot: Area,
        (edges, heights): (&[f64], &[f64]),
        colour: Colour,
    ) {
        let base = if self.y.is_log { self.y.from } else { 0.0 };
        for (pair, height) in edges.windows(2).zip(heights) {
            if !height.is_finite() || *height == base {
                continue;
            }
            let (left, zero) = self.at(plot, (pair[0], base));
            let (right, end) = self.at(plot, (pair[1], *height));
            // A gap between bars that are wide enough.
            let gap = if right - left > 5.0 { 1.0 } else { 0.0 };
            let bar = Area {
                left: left + gap / 2.0,
                top: zero.min(end),
                right: right - gap / 2.0,
                bottom: zero.max(end),
            };
            canvas.fill(bar, colour);
        }
    }

    /// Returns `true` if a point has a place on both axes.
    fn has_place(&self, (x, y): Point) -> bool {
        let is_placed =
            |axis: &PlotAxis, value: f64| value.is_finite() && (!axis.is_log || value > 0.0);
        is_placed(&self.x, x) && is_placed(&self.y, y)
    }

    /// Writes the labels at the right, each beside its part, or below the one before.
    fn draw_side(&self, canvas: &mut Canvas, plot: Area, theme: &Theme) {
        let line = 15.0;
        let mut labels: Vec<(f64, &SideLabel)> = self
            .side
            .iter()
            .map(|side| {
                let middle = (self.y.place(side.from) + self.y.place(side.to)) / 2.0;
                let height = line * side.lines.len() as f64;
                (plot.bottom - middle * plot.height() - height / 2.0, side)
            })
            .collect();
        labels.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut free = plot.top;
        for (top, side) in labels {
            let room = plot.bottom
                - plot.height() * self.y.place(side.from.min(side.to))
                - (plot.bottom - plot.height() * self.y.place(side.from.max(side.to)));
            // A part too low for all of its lines has its name alone.
            let lines = match side.lines.split_first() {
                Some((name, _)) if room < line * side.lines.len() as f64 => {
                    std::slice::from_ref(name)
                }
                _ => &side.lines[..],
            };
            let lost = line * (side.lines.len() - lines.len()) as f64 / 2.0;
            let top = (top + lost).max(free);
            for (index, text) in lines.iter().enumerate() {
                let at = (plot.right + 8.0, top + line * (index as f64 + 0.5));
                let colour = if index == 0 { side.colour } else { theme.soft };
                let text = font::fit(text, NOTE_SIZE, canvas.width - at.0 - 4.0);
                canvas.text(at, NOTE_SIZE, colour, Anchor::Start, text);
            }
            free = top + line * lines.len() as f64;
        }
    }
}

/// A line without the points that cannot be seen: of those that fall on one column of half a point,
/// the first, the lowest, the highest and the last.
fn thinned(points: Vec<Point>) -> Vec<Point> {
    if points.len() < 400 {
        return points;
    }
    let mut thin: Vec<Point> = Vec::new();
    for column in points.chunk_by(|one, other| (2.0 * one.0).floor() == (2.0 * other.0).floor()) {
        if column.len() <= 4 {
            thin.extend(column);
            continue;
        }
        let by_height = |one: &&Point, other: &&Point| one.1.total_cmp(&other.1);
        let (first, last) = (column[0], column[column.len() - 1]);
        let low = *column.iter().min_by(by_height).unwrap_or(&first);
        let high = *column.iter().max_by(by_height).unwrap_or(&first);
        thin.extend([first, low, high, last]);
    }
    thin
}
