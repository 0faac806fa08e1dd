//! A drawing of every spike that an image has caused.

use std::path::Path;

use anyhow::Result;

use super::classifier::{Population, Raster};
use super::data::{Image, SIZE};
use crate::svg::{Anchor, BLUE, FRAME, GREEN, GRID, INK, RED, SOFT, Svg};

const WIDTH: u32 = 900;
const HEADER: f64 = 112.0;
/// Room above each panel, for its title.
const TITLE: f64 = 34.0;
/// Room left of the panels, for labels.
const LEFT: f64 = 78.0;
/// Room right of the panels, for votes.
const RIGHT: f64 = 70.0;
/// Distance of the votes' right edge from the panels.
const VOTES: f64 = 34.0;
/// Room below the last panel, for the axis.
const AXIS: f64 = 58.0;
/// Most labels of an axis.
const LABELS: usize = 10;

/// A population as it is drawn.
struct Panel<'a> {
    title: &'a str,
    population: &'a Population,
    colour: &'static str,
    /// The height of a neuron's row in points.
    row: f64,
    /// The neuron with most votes, in the last panel, whose spikes are votes.
    winner: Option<usize>,
    /// The last step, at the right edge.
    steps: u64,
    /// The upper edge of the rows.
    top: f64,
}

/// Draws a raster as an SVG: step on x, neuron on y, a panel for each population.
///
/// # Errors
/// If the file cannot be written.
pub fn draw(path: &Path, raster: &Raster, image: &Image<'_>, label: u8) -> Result<()> {
    let panels = panels(raster);
    let height = panels.last().map_or(HEADER, |panel| panel.bottom() + AXIS);
    let mut drawing = Svg::new(WIDTH, height as u32);
    header(&mut drawing, raster, image, label);
    for panel in &panels {
        panel.draw(&mut drawing);
    }
    drawing.save(path)
}

/// The panels from the top down.
fn panels(raster: &Raster) -> Vec<Panel<'_>> {
    let winner = Some(usize::from(raster.answer));
    let looks = [
        ("Pixels", BLUE, 3.0, None),
        ("Hidden neurons", GREEN, 3.0, None),
        ("Output neurons, one per digit", RED, 16.0, winner),
    ];
    let mut bottom = HEADER;
    let panels = raster.populations.iter().zip(looks);
    let panels = panels.map(|(population, (title, colour, row, winner))| {
        let panel = Panel {
            title,
            population,
            colour,
            row,
            winner,
            steps: raster.steps,
            top: bottom + TITLE,
        };
        bottom = panel.bottom();
        panel
    });
    panels.collect()
}

/// Draws the image, and the answer to it.
fn header(drawing: &mut Svg, raster: &Raster, image: &Image<'_>, label: u8) {
    const PIXEL: f64 = 9.0;
    const TOP: f64 = 20.0;
    let side = PIXEL * SIZE as f64;
    drawing.rectangle(
        (LEFT - 1.0, TOP - 1.0),
        (side + 2.0, side + 2.0),
        FRAME,
        1.0,
    );
    drawing.rectangle((LEFT, TOP), (side, side), "white", 1.0);
    for ((row, column), &brightness) in image.indexed_iter() {
        let corner = (LEFT + PIXEL * column as f64, TOP + PIXEL * row as f64);
        let opacity = f64::from(brightness) / 16.0;
        drawing.rectangle(corner, (PIXEL, PIXEL), INK, opacity);
    }
    let spikes: usize = raster
        .populations
        .iter()
        .map(|group| group.spikes.len())
        .sum();
    let title = format!("A handwritten {label}, read as {}", raster.answer);
    let subtitle = format!("{spikes} spikes in {} steps", raster.steps);
    let left = LEFT + side + 22.0;
    drawing.text((left, 42.0), 26, INK, Anchor::Start, &title);
    drawing.text((left, 72.0), 16, SOFT, Anchor::Start, &subtitle);
}

impl Panel<'_> {
    fn bottom(&self) -> f64 {
        self.top + self.row * self.population.neurons as f64
    }

    /// The middle of a step.
    fn x(&self, step: u64) -> f64 {
        LEFT + self.step_width() * (step as f64 - 0.5)
    }

    fn step_width(&self) -> f64 {
        (f64::from(WIDTH) - LEFT - RIGHT) / self.steps as f64
    }

    /// The middle of a neuron's row; the first neuron is at the bottom.
    fn y(&self, neuron: usize) -> f64 {
        self.bottom() - self.row * (neuron as f64 + 0.5)
    }

    fn draw(&self, drawing: &mut Svg) {
        let spikes = self.population.spikes.len();
        let title = format!("{}  ·  {spikes} spikes", self.title);
        let at = (LEFT, self.top - 12.0);
        drawing.text(at, 15, self.colour, Anchor::Start, &title);
        self.axes(drawing);
        self.spikes(drawing);
        if self.winner.is_some() {
            self.votes(drawing);
        }
    }

    fn axes(&self, drawing: &mut Svg) {
        let (right, bottom) = (f64::from(WIDTH) - RIGHT, self.bottom());
        let between = spacing(self.steps as usize);
        for step in (between..=self.steps as usize).step_by(between) {
            let x = self.x(step as u64);
            drawing.line((x, self.top), (x, bottom), GRID);
            if self.winner.is_some() {
                let label = step.to_string();
                drawing.text((x, bottom + 14.0), 13, SOFT, Anchor::Middle, &label);
            }
        }
        drawing.line((LEFT, self.top), (LEFT, bottom), FRAME);
        drawing.line((LEFT, bottom), (right, bottom), FRAME);
        let neurons = self.population.neurons;
        for neuron in (0..neurons).step_by(spacing(neurons)) {
            let at = (LEFT - 8.0, self.y(neuron));
            drawing.text(at, 13, SOFT, Anchor::End, &neuron.to_string());
        }
        if self.winner.is_some() {
            let middle = (LEFT + right) / 2.0;
            drawing.text((middle, bottom + 36.0), 14, SOFT, Anchor::Middle, "step");
        }
    }

    /// Draws a tick for each spike.
    fn spikes(&self, drawing: &mut Svg) {
        let width = 0.6 * self.step_width();
        // A point of every row stays white, so that neighbours can be told apart.
        let height = self.row - 1.0;
        for colour in [SOFT, self.colour] {
            let spikes = self.population.spikes.iter();
            let spikes = spikes.filter(|(_, neuron)| self.colour_of(*neuron) == colour);
            let corners = spikes.map(|&(step, neuron)| {
                let (x, y) = (self.x(step), self.y(neuron));
                (x - width / 2.0, y - height / 2.0)
            });
            drawing.rectangles(corners, (width, height), colour);
        }
    }

    /// Writes the spike count of each neuron at the end of its row.
    fn votes(&self, drawing: &mut Svg) {
        let x = f64::from(WIDTH) - RIGHT + VOTES;
        drawing.text((x, self.top - 12.0), 13, SOFT, Anchor::End, "votes");
        let mut votes = vec![0; self.population.neurons];
        for &(_, neuron) in &self.population.spikes {
            votes[neuron] += 1;
        }
        for (neuron, votes) in votes.iter().enumerate() {
            let at = (x, self.y(neuron));
            let colour = self.colour_of(neuron);
            drawing.text(at, 13, colour, Anchor::End, &votes.to_string());
        }
    }

    /// The panel's colour, or grey for a neuron that has lost.
    fn colour_of(&self, neuron: usize) -> &'static str {
        match self.winner {
            Some(winner) if winner != neuron => SOFT,
            _ => self.colour,
        }
    }
}

/// The distance between labels: 1, 2 or 5 times a power of ten, so that they are at most
/// [`LABELS`].
fn spacing(range: usize) -> usize {
    let mut scale = 1;
    loop {
        for factor in [1, 2, 5] {
            if range <= LABELS * factor * scale {
                return factor * scale;
            }
        }
        scale *= 10;
    }
}
