//! A drawing of every spike that an image has caused.

use std::path::Path;

use anyhow::{Context, Result};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::classifier::{Population, Raster};
use super::data::{Image, SIZE};
use crate::style::{Area, BLUE, FRAME, GREEN, INK, RED, SOFT, quiet, text};

type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

const WIDTH: u32 = 900;
const HEADER: u32 = 112;
/// Above each panel, where its title stands.
const TITLE: u32 = 34;
/// Beside the panels: room for labels on the left, for votes on the right.
const LEFT: u32 = 78;
const RIGHT: u32 = 70;
/// How far right of the last panel the votes end.
const VOTES: u32 = 34;
/// Below the last panel, where its axis is labelled.
const AXIS: u32 = 46;
/// Keeps labels off the edges.
const MARGIN: u32 = 12;

/// A population as it is drawn.
struct Panel<'a> {
    title: &'a str,
    population: &'a Population,
    colour: RGBColor,
    /// The height of a neuron's row in points.
    row: u32,
    /// The neuron with most votes, in the last panel, whose spikes are votes.
    winner: Option<usize>,
}

/// Draws a raster as an SVG: step on x, neuron on y, a panel for each population.
///
/// # Errors
/// Where the file cannot be written.
pub fn draw(path: &Path, raster: &Raster, image: &Image<'_>, label: u8) -> Result<()> {
    let panels = panels(raster);
    let height = HEADER + panels.iter().map(Panel::height).sum::<u32>() + MARGIN;
    let mut rest = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    rest.fill(&WHITE)?;
    let area;
    (area, rest) = rest.split_vertically(HEADER);
    header(&area, raster, image, label)?;
    for panel in &panels {
        let area;
        (area, rest) = rest.split_vertically(panel.height());
        panel.draw(&area, raster.steps)?;
    }
    rest.present()
        .with_context(|| format!("cannot write {}", path.display()))
}

fn panels(raster: &Raster) -> [Panel<'_>; 3] {
    let [pixels, hidden, output] = &raster.populations;
    [
        Panel {
            title: "Pixels",
            population: pixels,
            colour: BLUE,
            row: 3,
            winner: None,
        },
        Panel {
            title: "Hidden neurons",
            population: hidden,
            colour: GREEN,
            row: 3,
            winner: None,
        },
        Panel {
            title: "Output neurons, one per digit",
            population: output,
            colour: RED,
            row: 16,
            winner: Some(usize::from(raster.answer)),
        },
    ]
}

/// The image, and what was made of it.
fn header(area: &Area<'_>, raster: &Raster, image: &Image<'_>, label: u8) -> Result<()> {
    const PIXEL: usize = 9;
    const TOP: usize = 20;
    let corner = LEFT as usize;
    for ((row, column), &brightness) in image.indexed_iter() {
        let (left, top) = (corner + column * PIXEL, TOP + row * PIXEL);
        let ink = INK.mix(f64::from(brightness) / 16.0);
        area.draw(&square(left, top, PIXEL, ink.filled()))?;
    }
    let side = PIXEL * SIZE;
    area.draw(&square(corner, TOP, side, FRAME.into()))?;
    let groups = raster.populations.iter();
    let spikes: usize = groups.map(|group| group.spikes.len()).sum();
    let title = format!("A handwritten {label}, read as {}", raster.answer);
    let subtitle = format!("{spikes} spikes in {} steps", raster.steps);
    let left = (corner + side) as i32 + 22;
    area.draw(&Text::new(title, (left, 42), text(26, INK, HPos::Left)))?;
    area.draw(&Text::new(subtitle, (left, 72), text(16, SOFT, HPos::Left)))?;
    Ok(())
}

impl Panel<'_> {
    fn rows(&self) -> u32 {
        self.row * self.population.neurons as u32
    }

    /// The height of what is left for the axis below the rows.
    fn below(&self) -> u32 {
        self.winner.map_or(0, |_| AXIS)
    }

    fn height(&self) -> u32 {
        TITLE + self.rows() + self.below()
    }

    fn draw(&self, area: &Area<'_>, steps: u64) -> Result<()> {
        let title = format!("{}  ·  {} spikes", self.title, self.population.spikes.len());
        let at = (LEFT as i32, TITLE as i32 - 12);
        area.draw(&Text::new(title, at, text(15, self.colour, HPos::Left)))?;
        let end = steps as f64 + 0.5;
        let neurons = -0.5..self.population.neurons as f64 - 0.5;
        let mut chart = ChartBuilder::on(area)
            .margin_top(TITLE)
            .margin_left(MARGIN)
            .margin_right(RIGHT)
            .y_label_area_size(LEFT - MARGIN)
            .x_label_area_size(self.below())
            .build_cartesian_2d(0.5..end, neurons)?;
        self.axes(&mut chart)?;
        self.spikes(&mut chart)?;
        if self.winner.is_some() {
            let at = ((WIDTH - RIGHT + VOTES) as i32, at.1);
            area.draw(&Text::new("votes", at, text(13, SOFT, HPos::Right)))?;
            self.votes(&mut chart, end)?;
        }
        Ok(())
    }

    fn axes(&self, chart: &mut Chart<'_>) -> Result<()> {
        let whole = |value: &f64| format!("{value:.0}");
        quiet(&mut chart.configure_mesh())
            .disable_y_mesh()
            .y_desc("neuron")
            .x_desc("step")
            .x_labels(9)
            .y_labels(self.population.neurons.min(10))
            .x_label_formatter(&whole)
            .y_label_formatter(&whole)
            .draw()?;
        Ok(())
    }

    /// A tick for each spike.
    fn spikes(&self, chart: &mut Chart<'_>) -> Result<()> {
        // A point of every row stays white, so that neighbours can be told apart.
        let top = 0.5 - 1.0 / f64::from(self.row);
        chart.draw_series(self.population.spikes.iter().map(|&(step, neuron)| {
            let (x, y) = (step as f64, neuron as f64);
            let colour = self.colour_of(neuron);
            Rectangle::new([(x - 0.3, y - 0.5), (x + 0.3, y + top)], colour.filled())
        }))?;
        Ok(())
    }

    /// How often each neuron has fired, at the end of its row.
    fn votes(&self, chart: &mut Chart<'_>, end: f64) -> Result<()> {
        let mut votes = vec![0; self.population.neurons];
        for &(_, neuron) in &self.population.spikes {
            votes[neuron] += 1;
        }
        chart.draw_series(votes.iter().enumerate().map(|(neuron, votes)| {
            let style = text(13, self.colour_of(neuron), HPos::Right);
            let at = (VOTES as i32, 0);
            EmptyElement::at((end, neuron as f64)) + Text::new(votes.to_string(), at, style)
        }))?;
        Ok(())
    }

    /// Where a neuron has won, only that one is in colour.
    fn colour_of(&self, neuron: usize) -> RGBColor {
        match self.winner {
            Some(winner) if winner != neuron => SOFT,
            _ => self.colour,
        }
    }
}

fn square(left: usize, top: usize, side: usize, style: ShapeStyle) -> Rectangle<(i32, i32)> {
    let (left, top, side) = (left as i32, top as i32, side as i32);
    Rectangle::new([(left, top), (left + side, top + side)], style)
}
