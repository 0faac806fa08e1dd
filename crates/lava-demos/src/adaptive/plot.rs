//! A drawing of the neuron in floating and in fixed point, one above the other.

use std::path::Path;

use anyhow::{Context, Result};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::neuron::{STEPS, Trace};
use crate::style::{Area, BLUE, INK, RED, quiet, text};

const WIDTH: u32 = 900;
const HEADER: u32 = 64;
const PANEL: u32 = 230;
/// Above each panel, where its title stands.
const TITLE: u32 = 34;
const LEFT: u32 = 60;
const AXIS: u32 = 40;
const MARGIN: u32 = 12;

/// Draws two traces as an SVG: the voltage, what it takes to fire, and the spikes.
///
/// # Errors
/// If the file cannot be written.
pub fn draw(path: &Path, float: &Trace, fixed: &Trace) -> Result<()> {
    let size = (WIDTH, HEADER + 2 * PANEL + MARGIN);
    let all = SVGBackend::new(path, size).into_drawing_area();
    all.fill(&WHITE)?;
    let (header, panels) = all.split_vertically(HEADER);
    let title = "A neuron that adapts to its input";
    header.draw(&Text::new(
        title,
        (LEFT as i32, 30),
        text(24, INK, HPos::Left),
    ))?;
    let legend = [
        ("voltage", BLUE),
        ("what it takes to fire", RED),
        ("spikes", INK),
    ];
    for ((name, colour), left) in legend.into_iter().zip([0, 76, 216]) {
        let at = (LEFT as i32 + left, 56);
        header.draw(&Text::new(name, at, text(14, colour, HPos::Left)))?;
    }
    let (upper, rest) = panels.split_vertically(PANEL);
    let (lower, _) = rest.split_vertically(PANEL);
    let top = 1.15 * highest(float).max(highest(fixed));
    panel(&upper, "Floating point", float, top)?;
    panel(&lower, "Loihi's fixed point", fixed, top)?;
    all.present()
        .with_context(|| format!("cannot write {}", path.display()))
}

fn highest(trace: &Trace) -> f64 {
    let values = trace.voltage.iter().chain(&trace.limit);
    values.copied().fold(0.0, f64::max)
}

fn panel(area: &Area<'_>, name: &str, trace: &Trace, top: f64) -> Result<()> {
    let title = format!("{name}  ·  {} spikes", trace.spikes.len());
    let at = (LEFT as i32, TITLE as i32 - 12);
    area.draw(&Text::new(title, at, text(15, INK, HPos::Left)))?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(TITLE)
        .margin_left(MARGIN)
        .margin_right(2 * MARGIN)
        .y_label_area_size(LEFT - MARGIN)
        .x_label_area_size(AXIS)
        .build_cartesian_2d(0.0..STEPS as f64, 0.0..top)?;
    quiet(&mut chart.configure_mesh())
        .x_desc("step")
        .y_desc("weights")
        .x_label_formatter(&|step| format!("{step:.0}"))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .y_labels(5)
        .draw()?;
    for (values, colour) in [(&trace.limit, RED), (&trace.voltage, BLUE)] {
        let points = (1_u32..).map(f64::from).zip(values.iter().copied());
        let line = PathElement::new(points.collect::<Vec<_>>(), colour.stroke_width(2));
        chart.draw_series([line])?;
    }
    chart.draw_series(trace.spikes.iter().map(|step| {
        let step = *step as f64;
        PathElement::new(vec![(step, 0.94 * top), (step, top)], INK)
    }))?;
    Ok(())
}
