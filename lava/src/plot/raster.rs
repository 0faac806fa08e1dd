//! Rasters: a mark for every spike, by time and neuron.

use std::ops::Range;

use super::axis::{PlotAxis, short};
use super::canvas::Image;
use super::chart::{Chart, Mark, SideLabel};
use super::kind::{ChartKind, Plot};
use super::theme::{Colour, Theme};
use super::time::{TimeUnit, rate_unit};
use crate::statistics::SpikeTrains;

/// The most spikes that are drawn one by one; more become an image, whose size does not grow.
const MOST_MARKS: usize = 4000;
/// The largest extents of that image.
const MOST_COLUMNS: u64 = 1000;
const MOST_ROWS: usize = 400;

/// A raster: see [`raster`].
#[derive(Clone, Debug)]
pub struct Raster {
    groups: Vec<RasterPopulation>,
    has_rates: bool,
}

/// A population.
#[derive(Clone, Debug)]
struct RasterPopulation {
    name: String,
    trains: SpikeTrains,
}

/// The raster of spike trains: time on x, neurons on y, the first at the bottom.
///
/// Beyond 4000 spikes it is an image of at most 1000 × 400 pixels, the darker the more spikes fall on
/// a pixel, so that the file stays small.
pub fn raster(trains: &SpikeTrains) -> Plot<Raster> {
    rasters([("", trains.clone())])
}

/// The raster of several populations, the first at the bottom, each in a colour, with its name and
/// mean rate.
///
/// ```
/// use lava::plot::rasters;
/// use lava::statistics::SpikeTrains;
///
/// let excitatory = SpikeTrains::new(80, 1..=100, (1..100).map(|n| (n, n as usize * 7 % 80)));
/// let inhibitory = SpikeTrains::new(20, 1..=100, (1..100).map(|n| (n, n as usize * 3 % 20)));
/// let picture = rasters([("excitatory", excitatory), ("inhibitory", inhibitory)]).to_svg()?;
/// assert!(picture.contains("excitatory"));
/// # Ok::<(), lava::Error>(())
/// ```
pub fn rasters<N: Into<String>>(
    populations: impl IntoIterator<Item = (N, SpikeTrains)>,
) -> Plot<Raster> {
    let groups = populations
        .into_iter()
        .map(|(name, trains)| RasterPopulation {
            name: name.into(),
            trains,
        });
    Plot::new(Raster {
        groups: groups.collect(),
        has_rates: true,
    })
}

impl Plot<Raster> {
    /// Shows ranges of the neurons as populations, each in a colour, with its name and mean rate.
    /// Neurons in none of them are left out.
    ///
    /// ```
    /// # use lava::plot::raster;
    /// # use lava::statistics::SpikeTrains;
    /// # let trains = SpikeTrains::new(100, 1..=10, [(2, 3), (4, 90)]);
    /// let plot = raster(&trains).populations([("excitatory", 0..80), ("inhibitory", 80..100)]);
    /// # plot.to_svg()?;
    /// # Ok::<(), lava::Error>(())
    /// ```
    pub fn populations<N: Into<String>>(
        mut self,
        populations: impl IntoIterator<Item = (N, Range<usize>)>,
    ) -> Plot<Raster> {
        let all = std::mem::take(&mut self.kind.groups);
        for (name, neurons) in populations {
            let mut name = Some(name.into());
            for group in &all {
                self.kind.groups.push(RasterPopulation {
                    name: name.take().unwrap_or_default(),
                    trains: group.trains.select(neurons.clone()),
                });
            }
        }
        self
    }

    /// Leaves out the mean rates at the right.
    pub fn without_rates(mut self) -> Plot<Raster> {
        self.kind.has_rates = false;
        self
    }
}

impl Raster {
    fn neurons(&self) -> usize {
        self.groups.iter().map(|group| group.trains.neurons()).sum()
    }

    fn spikes(&self) -> usize {
        self.groups.iter().map(|group| group.trains.spikes()).sum()
    }

    /// The steps of all groups, and the duration of a step.
    fn steps(&self) -> (Range<u64>, f64) {
        let each = self.groups.iter().map(|group| group.trains.steps());
        let start = each.clone().map(|steps| steps.start).min().unwrap_or(1);
        let end = each
            .map(|steps| steps.end)
            .max()
            .unwrap_or(2)
            .max(start + 1);
        (
            start..end,
            self.groups
                .first()
                .map_or(1.0, |group| group.trains.step_time()),
        )
    }

    /// A mark for each spike of a group whose first neuron has the row `base`.
    fn ticks(group: &RasterPopulation, base: usize, unit: TimeUnit, colour: Colour) -> Mark {
        let middle = |(step, neuron): (u64, usize)| {
            let time = (step as f64 - 0.5) * group.trains.step_time();
            (unit.of(time), (base + neuron) as f64)
        };
        Mark::Ticks {
            points: group.trains.events().map(middle).collect(),
            height: 0.8,
            colour,
        }
    }

    /// The image of all spikes, the colours by group.
    fn image(&self, steps: &Range<u64>, theme: &Theme) -> Image {
        let columns = (steps.end - steps.start).min(MOST_COLUMNS);
        let rows = self.neurons().clamp(1, MOST_ROWS);
        let (width, height) = (columns as usize, rows);
        let mut counts = vec![0_u32; width * height];
        let mut owner = vec![0; height];
        let mut base = 0;
        for (index, group) in self.groups.iter().enumerate() {
            for neuron in 0..group.trains.neurons() {
                // Row 0 is at the top.
                let row = height - 1 - (base + neuron) * height / self.neurons();
                owner[row] = index;
                for step in group.trains.train(neuron) {
                    let column = (step - steps.start) * columns / (steps.end - steps.start);
                    counts[row * width + column as usize] += 1;
                }
            }
            base += group.trains.neurons();
        }
        // Four levels, of which nine pixels of ten are below the last.
        let mut present: Vec<u32> = counts.iter().copied().filter(|count| *count > 0).collect();
        present.sort_unstable();
        let dense = present.get(present.len() * 9 / 10).copied().unwrap_or(1);
        let mut image = Image::new(width, height);
        for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (column, row) = (place % width, place / width);
            let level = (4.0 * f64::from(*count) / f64::from(dense.max(1)))
                .ceil()
                .min(4.0);
            let colour = group_colour(theme, owner[row]);
            image.set(column, row, colour.rgba(0.2 + 0.2 * level));
        }
        image
    }

    fn side(&self, theme: &Theme) -> Vec<SideLabel> {
        let (mut side, mut base) = (Vec::new(), 0.0);
        for (index, group) in self.groups.iter().enumerate() {
            let from = base - 0.5;
            base += group.trains.neurons() as f64;
            let rate = format!(
                "{} {}",
                short(group.trains.mean_rate()),
                rate_unit(group.trains.dt())
            );
            if group.trains.neurons() == 0 {
                continue;
            }
            let rate = if self.has_rates { rate } else { String::new() };
            let lines = [group.name.clone(), rate].into_iter();
            side.push(SideLabel {
                from,
                to: base - 0.5,
                colour: group_colour(theme, index),
                lines: lines.filter(|line| !line.is_empty()).collect(),
            });
        }
        side
    }
}

fn group_colour(theme: &Theme, index: usize) -> Colour {
    theme.kind(index)
}

impl ChartKind for Raster {
    fn chart(&self, theme: &Theme) -> Chart {
        let (steps, step) = self.steps();
        let dt = self.groups.first().and_then(|group| group.trains.dt());
        let (from, to) = (
            (steps.start - 1) as f64 * step,
            (steps.end - 1) as f64 * step,
        );
        let unit = TimeUnit::new(dt, to - from);
        let neurons = self.neurons();
        let mut y = PlotAxis::new("neuron", -0.5, neurons.max(1) as f64 - 0.5).whole();
        y.has_grid = false;
        let mut chart = Chart::new(unit.axis(from, to), y);
        chart.side = self.side(theme);
        if self.spikes() == 0 {
            chart.message = Some(format!("no spikes of {neurons} neurons"));
            return chart;
        }
        let mut base = 0;
        for (index, group) in self.groups.iter().enumerate() {
            if index > 0 {
                // The border of two populations.
                let y = base as f64 - 0.5;
                chart.marks.push(Mark::Line {
                    points: vec![(unit.of(from), y), (unit.of(to), y)],
                    colour: theme.frame,
                    width: 0.7,
                    is_dashed: false,
                });
            }
            if self.spikes() <= MOST_MARKS {
                let colour = group_colour(theme, index);
                chart.marks.push(Raster::ticks(group, base, unit, colour));
            }
            base += group.trains.neurons();
        }
        if self.spikes() > MOST_MARKS {
            chart.marks.push(Mark::Picture {
                from: (unit.of(from), -0.5),
                to: (unit.of(to), neurons as f64 - 0.5),
                image: self.image(&steps, theme),
            });
        }
        chart
    }

    /// Twelve points a neuron, within bounds.
    fn chart_height(&self, width: f64) -> f64 {
        let rows = 90.0 + 12.0 * self.neurons() as f64;
        rows.clamp(150.0, 400.0_f64.min(0.9 * width).max(150.0))
    }
}
