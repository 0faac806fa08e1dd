//! Curves: lines, dots, ranges and bars of numbers over numbers.

use super::axis::PlotAxis;
use super::chart::{Chart, Mark};
use super::error::PlotError;
use super::kind::{ChartKind, Plot};
use super::theme::Theme;

/// Curves: see [`curves`].
#[derive(Clone, Debug)]
pub struct Curves {
    x_label: String,
    y_label: String,
    curves: Vec<Curve>,
    bars: Vec<Bars>,
    levels: Vec<(String, f64)>,
    spikes: Vec<(String, Vec<f64>)>,
    is_log: [bool; 2],
    /// The y axis, if it is not that of the values.
    range: Option<(f64, f64)>,
    has_dots: bool,
    /// Shown without values.
    pub(super) nothing: &'static str,
}

#[derive(Clone, Debug)]
struct Curve {
    name: String,
    points: Vec<(f64, f64)>,
    /// (x, lower, upper).
    spread: Vec<(f64, f64, f64)>,
}

#[derive(Clone, Debug)]
struct Bars {
    name: String,
    edges: Vec<f64>,
    heights: Vec<f64>,
}

/// Curves over a quantity; the labels of the axes say their units: `curves("time (ms)", "rate
/// (spikes/s)")`.
///
/// ```
/// use lava::plot::curves;
///
/// let (lags, values) = ([0.0, 1.0, 2.0], [1.0, 0.5, 0.2]);
/// let picture = curves("lag (ms)", "autocorrelation").curve("rates", &lags, &values).to_svg()?;
/// assert!(picture.contains("autocorrelation"));
/// # Ok::<(), lava::Error>(())
/// ```
pub fn curves(x_label: impl Into<String>, y_label: impl Into<String>) -> Plot<Curves> {
    Plot::new(Curves {
        x_label: x_label.into(),
        y_label: y_label.into(),
        curves: Vec::new(),
        bars: Vec::new(),
        levels: Vec::new(),
        spikes: Vec::new(),
        is_log: [false; 2],
        range: None,
        has_dots: false,
        nothing: "no values",
    })
}

/// A tuning curve: the mean response to each value of a parameter, ± a standard deviation, of
/// `trials`, each with a response for each value.
///
/// ```
/// use lava::plot::tuning;
///
/// let currents = [100.0, 200.0, 300.0];
/// let trials = [[0.0, 10.0, 21.0], [1.0, 12.0, 19.0]];
/// tuning("current (pA)", "rate (spikes/s)", &currents, &trials).to_svg()?;
/// # Ok::<(), lava::Error>(())
/// ```
pub fn tuning<R: AsRef<[f64]>>(
    x_label: impl Into<String>,
    y_label: impl Into<String>,
    values: &[f64],
    trials: &[R],
) -> Plot<Curves> {
    let mut plot = curves(x_label, y_label);
    let wrong = trials
        .iter()
        .find(|trial| trial.as_ref().len() != values.len());
    if let Some(trial) = wrong {
        plot.note(PlotError::Lengths {
            one: "the parameter",
            first: values.len(),
            other: "a trial",
            second: trial.as_ref().len(),
        });
        return plot;
    }
    let count = trials.len() as f64;
    let (mut means, mut spread) = (Vec::new(), Vec::new());
    for (index, value) in values.iter().enumerate() {
        let responses = || trials.iter().map(|trial| trial.as_ref()[index]);
        let mean = responses().sum::<f64>() / count;
        let variance = responses()
            .map(|response| (response - mean).powi(2))
            .sum::<f64>()
            / count;
        means.push((*value, mean));
        spread.push((*value, mean - variance.sqrt(), mean + variance.sqrt()));
    }
    plot.kind.curves.push(Curve {
        name: if trials.len() > 1 {
            format!("mean ± SD of {} trials", trials.len())
        } else {
            String::new()
        },
        points: means,
        spread: if trials.len() > 1 { spread } else { Vec::new() },
    });
    plot.dots()
}

impl Plot<Curves> {
    /// Adds a curve through points; a value that is not finite interrupts it.
    pub fn curve(mut self, name: impl Into<String>, x: &[f64], y: &[f64]) -> Plot<Curves> {
        if x.len() != y.len() {
            self.note(PlotError::Lengths {
                one: "x",
                first: x.len(),
                other: "y",
                second: y.len(),
            });
        }
        self.kind.curves.push(Curve {
            name: name.into(),
            points: x.iter().copied().zip(y.iter().copied()).collect(),
            spread: Vec::new(),
        });
        self
    }

    /// Adds a curve of samples, the first at `step`, the next each a `step` later.
    pub fn samples(self, name: impl Into<String>, step: f64, values: &[f64]) -> Plot<Curves> {
        let x: Vec<f64> = (1..=values.len()).map(|n| n as f64 * step).collect();
        self.curve(name, &x, values)
    }

    /// Adds bars between `edges`, one more than there are heights.
    pub fn bars(mut self, name: impl Into<String>, edges: &[f64], heights: &[f64]) -> Plot<Curves> {
        if edges.len() != heights.len() + 1 && !(edges.is_empty() && heights.is_empty()) {
            self.note(PlotError::Lengths {
                one: "edges less one",
                first: edges.len().saturating_sub(1),
                other: "heights",
                second: heights.len(),
            });
        }
        self.kind.bars.push(Bars {
            name: name.into(),
            edges: edges.to_vec(),
            heights: heights.to_vec(),
        });
        self
    }

    /// Draws a level as a dashed line.
    pub fn level(mut self, name: impl Into<String>, value: f64) -> Plot<Curves> {
        self.kind.levels.push((name.into(), value));
        self
    }

    /// Marks places on the x axis, the times of spikes for instance, above the curves.
    pub fn spikes(mut self, name: impl Into<String>, places: &[f64]) -> Plot<Curves> {
        self.kind.spikes.push((name.into(), places.to_vec()));
        self
    }

    /// Marks every point with a dot.
    pub fn dots(mut self) -> Plot<Curves> {
        self.kind.has_dots = true;
        self
    }

    /// Makes the scale of x logarithmic; values that are not positive are left out.
    pub fn log_x(mut self) -> Plot<Curves> {
        self.kind.is_log[0] = true;
        self
    }

    /// Makes the scale of y logarithmic; values that are not positive are left out.
    pub fn log_y(mut self) -> Plot<Curves> {
        self.kind.is_log[1] = true;
        self
    }

    /// Sets the range of y. Default: that of the values, with zero if it is near.
    pub fn y_range(mut self, from: f64, to: f64) -> Plot<Curves> {
        self.kind.range = (from < to).then_some((from, to));
        self
    }
}

impl Curves {
    fn x_values(&self) -> impl Iterator<Item = f64> {
        let curves = self.curves.iter().flat_map(|curve| &curve.points);
        let edges = self.bars.iter().flat_map(|bars| bars.edges.iter().copied());
        curves.map(|(x, _)| *x).chain(edges)
    }

    fn y_values(&self) -> impl Iterator<Item = f64> {
        let curves = self.curves.iter().flat_map(|curve| &curve.points);
        let spread = self.curves.iter().flat_map(|curve| &curve.spread);
        let spread = spread.flat_map(|(_, low, high)| [*low, *high]);
        let bars = self
            .bars
            .iter()
            .flat_map(|bars| bars.heights.iter().copied());
        let levels = self.levels.iter().map(|(_, level)| *level);
        curves
            .map(|(_, y)| *y)
            .chain(spread)
            .chain(bars)
            .chain(levels)
    }

    fn axes(&self) -> (PlotAxis, PlotAxis) {
        let (low, high) = super::axis::extent(self.x_values()).unwrap_or((0.0, 1.0));
        let mut x = match low < high {
            true => PlotAxis::new(&self.x_label, low, high),
            false => PlotAxis::around(&self.x_label, [low].into_iter()),
        };
        if self.is_log[0] {
            x = x.logarithmic(self.x_values());
        }
        let zero = (!self.bars.is_empty()).then_some(0.0);
        let mut y = PlotAxis::around(&self.y_label, self.y_values().chain(zero));
        if !self.bars.is_empty()
            && self
                .y_values()
                .all(|height| height >= 0.0 || height.is_nan())
        {
            y.from = 0.0;
        }
        if let Some((from, to)) = self.range {
            (y.from, y.to) = (from, to);
        } else if self.is_log[1] {
            y = y.logarithmic(self.y_values());
        } else {
            let lowest = super::axis::extent(self.y_values()).map_or(0.0, |(low, _)| low);
            if lowest >= 0.0 && lowest < 0.5 * y.to {
                y.from = 0.0;
            }
        }
        (x, y)
    }
}

impl ChartKind for Curves {
    fn chart(&self, theme: &Theme) -> Chart {
        let (x, y) = self.axes();
        let mut chart = Chart::new(x, y);
        let is_shown = |value: f64| value.is_finite() && (!self.is_log[1] || value > 0.0);
        let mut shown = self.y_values().take(usize::MAX);
        if !shown.any(is_shown) || self.x_values().next().is_none() {
            chart.message = Some(self.nothing.to_owned());
            return chart;
        }
        let mut kinds = 0;
        let mut next = |chart: &mut Chart, name: &str| {
            let colour = theme.kind(kinds);
            kinds += 1;
            if !name.is_empty() {
                chart.legend.push((colour, name.to_owned()));
            }
            colour
        };
        for bars in &self.bars {
            let colour = next(&mut chart, &bars.name);
            chart.marks.push(Mark::Bars {
                edges: bars.edges.clone(),
                heights: bars.heights.clone(),
                colour,
            });
        }
        for curve in &self.curves {
            let colour = next(&mut chart, &curve.name);
            if !curve.spread.is_empty() {
                let points = curve.spread.clone();
                chart.marks.push(Mark::Range { points, colour });
            }
            chart.marks.push(Mark::Line {
                points: curve.points.clone(),
                colour,
                width: 1.6,
                is_dashed: false,
            });
            if self.has_dots {
                chart.marks.push(Mark::Dots {
                    points: curve.points.clone(),
                    colour,
                    radius: 3.0,
                });
            }
        }
        let row = 0.08 * (chart.y.to - chart.y.from);
        for (name, places) in &self.spikes {
            let colour = next(&mut chart, name);
            chart.y.to += row;
            let y = chart.y.to - row / 2.0;
            let is_placed = |x: &f64| (chart.x.from..=chart.x.to).contains(x);
            let places = places.iter().copied().filter(is_placed);
            chart.marks.push(Mark::Ticks {
                points: places.map(|x| (x, y)).collect(),
                height: 0.7 * row,
                colour,
            });
        }
        for (name, level) in &self.levels {
            let colour = next(&mut chart, name);
            chart.marks.push(Mark::Line {
                points: vec![(chart.x.from, *level), (chart.x.to, *level)],
                colour,
                width: 1.2,
                is_dashed: true,
            });
        }
        chart
    }
}
