//! Traces: values over time, with spikes marked.

use super::axis::PlotAxis;
use super::chart::{Chart, Mark};
use super::kind::{ChartKind, Plot};
use super::theme::Theme;
use super::time::TimeUnit;
use crate::statistics::SpikeTrains;
use crate::units::Time;

/// The most traces that are shown if none are selected.
const MOST_TRACES: usize = 5;

/// Values over time: see [`SpikeProbe`](crate::monitor::SpikeProbe) and
/// [`Probe::traces`](crate::monitor::Probe::traces).
#[derive(Clone, Debug)]
pub struct Traces {
    pub(super) dt: Option<Time>,
    pub(super) steps: Vec<u64>,
    /// The values of each element over time.
    pub(super) values: Vec<Vec<f64>>,
    pub(super) quantity: String,
    selected: Vec<usize>,
    names: Vec<String>,
    spikes: Option<SpikeTrains>,
    levels: Vec<(String, f64)>,
}

impl Traces {
    pub(super) fn new(
        quantity: &str,
        dt: Option<Time>,
        steps: Vec<u64>,
        values: Vec<Vec<f64>>,
    ) -> Traces {
        Traces {
            dt,
            steps,
            selected: (0..values.len().min(MOST_TRACES)).collect(),
            values,
            quantity: quantity.to_owned(),
            names: Vec::new(),
            spikes: None,
            levels: Vec::new(),
        }
    }

    fn name(&self, place: usize, element: usize) -> String {
        let given = self.names.get(place).cloned();
        given.unwrap_or_else(|| format!("{element}"))
    }

    fn time(&self, step: u64) -> f64 {
        step as f64 * self.dt.map_or(1.0, Time::in_ms)
    }
}

impl Plot<Traces> {
    /// Chooses the elements, by their row-major indices. Default: the first five. Elements that do
    /// not exist are left out.
    pub fn select(mut self, elements: impl IntoIterator<Item = usize>) -> Plot<Traces> {
        let count = self.kind.values.len();
        self.kind.selected = elements
            .into_iter()
            .filter(|element| *element < count)
            .collect();
        self
    }

    /// Names the chosen traces, in their order. Default: their indices.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Plot<Traces> {
        self.kind.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Marks the spikes of the neurons above their traces.
    pub fn spikes(mut self, spikes: &SpikeTrains) -> Plot<Traces> {
        self.kind.spikes = Some(spikes.clone());
        self
    }

    /// Draws a level, a threshold for instance, as a dashed line.
    pub fn level(mut self, name: impl Into<String>, value: f64) -> Plot<Traces> {
        self.kind.levels.push((name.into(), value));
        self
    }
}

impl ChartKind for Traces {
    fn chart(&self, theme: &Theme) -> Chart {
        let shown = self.selected.iter().map(|element| &self.values[*element]);
        let levels = self.levels.iter().map(|(_, level)| *level);
        let y = PlotAxis::around(&self.quantity, shown.flatten().copied().chain(levels));
        let first = self.steps.first().map_or(0.0, |step| self.time(*step));
        let last = self.steps.last().map_or(1.0, |step| self.time(*step));
        let unit = TimeUnit::new(self.dt, last - first);
        let from = if self.steps.first() == Some(&1) {
            0.0
        } else {
            first
        };
        let mut chart = Chart::new(unit.axis(from, last), y);
        let is_finite =
            |element: &usize| self.values[*element].iter().any(|value| value.is_finite());
        if !self.selected.iter().any(is_finite) {
            chart.message = Some(match self.steps.len() {
                0 => "no steps are recorded".to_owned(),
                _ => "no value is a finite number".to_owned(),
            });
            return chart;
        }
        for (place, element) in self.selected.iter().enumerate() {
            let times = self.steps.iter().map(|step| unit.of(self.time(*step)));
            let colour = theme.kind(place);
            chart.marks.push(Mark::Line {
                points: times.zip(self.values[*element].iter().copied()).collect(),
                colour,
                width: 1.4,
                is_dashed: false,
            });
            if self.selected.len() > 1 || !self.names.is_empty() {
                chart.legend.push((colour, self.name(place, *element)));
            }
        }
        let hidden = self.values.len() - self.selected.len();
        if hidden > 0 && self.selected.len() == MOST_TRACES {
            chart.legend.push((
                theme.background.unwrap_or(theme.grid),
                format!("and {hidden} more"),
            ));
        }
        self.add_levels(&mut chart, theme);
        self.add_spikes(&mut chart, unit, theme);
        chart
    }
}

impl Traces {
    fn add_levels(&self, chart: &mut Chart, theme: &Theme) {
        for (index, (name, level)) in self.levels.iter().enumerate() {
            let colour = theme.kind(self.selected.len() + index);
            chart.marks.push(Mark::Line {
                points: vec![(chart.x.from, *level), (chart.x.to, *level)],
                colour,
                width: 1.2,
                is_dashed: true,
            });
            chart.legend.push((colour, name.clone()));
        }
    }

    /// Adds a row of ticks above the traces for each neuron that is shown.
    fn add_spikes(&self, chart: &mut Chart, unit: TimeUnit, theme: &Theme) {
        let Some(spikes) = &self.spikes else { return };
        let row = 0.07 * (chart.y.to - chart.y.from);
        let rows = self.selected.len() as f64;
        chart.y.to += row * rows;
        for (place, neuron) in self.selected.iter().enumerate() {
            let y = chart.y.to - row * (place as f64 + 0.5);
            let times = spikes.times(*neuron).into_iter().map(|time| unit.of(time));
            let inside = times.filter(|time| (chart.x.from..=chart.x.to).contains(time));
            let mut middles: Vec<(f64, f64)> = inside.map(|time| (time, y)).collect();
            // Of spikes that fall on one place of the picture, one is drawn.
            let place = |time: f64| (2000.0 * chart.x.place(time)).round();
            middles.dedup_by(|later, earlier| place(later.0) == place(earlier.0));
            chart.marks.push(Mark::Ticks {
                points: middles,
                height: 0.8 * row,
                colour: theme.kind(if self.selected.len() == 1 {
                    1
                } else {
                    place_colour(neuron, &self.selected)
                }),
            });
        }
        if self.selected.len() == 1 {
            chart.legend.push((theme.kind(1), "spikes".to_owned()));
        }
    }
}

/// The place of a neuron among those that are shown, which has its colour.
fn place_colour(neuron: &usize, selected: &[usize]) -> usize {
    selected
        .iter()
        .position(|shown| shown == neuron)
        .unwrap_or(0)
}
