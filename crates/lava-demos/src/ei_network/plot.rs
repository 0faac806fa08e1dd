//! Networks of several couplings side by side: what their neurons do, and how long they remember
//! it.

use std::path::Path;

use anyhow::{Context, Result};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::activity::{Activity, LAGS, Regime};
use super::network::{EXCITATORY, UNITS};
use crate::style::{Area, BLUE, GREEN, INK, RED, quiet, text};

const COLUMN: u32 = 460;
const HEADER: u32 = 92;
const RASTER: u32 = 290;
const CURVES: u32 = 250;
/// Above each panel, where its title stands.
const TITLE: u32 = 34;
const LEFT: u32 = 60;
const AXIS: u32 = 40;
const MARGIN: u32 = 12;
/// Number of steps of a raster that are drawn.
const STEPS: usize = 250;

impl Regime {
    /// The autocorrelations of all three models, each with a name and a colour.
    fn curves(&self) -> [(&'static str, RGBColor, Vec<f32>); 3] {
        [
            ("rates", GREEN, self.rates.autocorrelation()),
            ("spikes", BLUE, self.spikes.rates().autocorrelation()),
            ("in fixed point", RED, self.fixed.rates().autocorrelation()),
        ]
    }
}

/// Draws regimes side by side as an SVG.
///
/// # Errors
/// If the file cannot be written.
pub fn draw(path: &Path, regimes: [&Regime; 2]) -> Result<()> {
    let width = COLUMN * regimes.len() as u32;
    let size = (width, HEADER + 2 * RASTER + CURVES + MARGIN);
    let all = SVGBackend::new(path, size).into_drawing_area();
    all.fill(&WHITE)?;
    let (header, columns) = all.split_vertically(HEADER);
    let title = "Excitatory and inhibitory neurons";
    let at = (LEFT as i32, 30);
    header.draw(&Text::new(title, at, text(24, INK, HPos::Left)))?;
    let legend = [("excitatory", BLUE), ("inhibitory", RED)];
    for ((name, colour), left) in legend.into_iter().zip([0, 90]) {
        let at = (LEFT as i32 + left, 60);
        header.draw(&Text::new(name, at, text(14, colour, HPos::Left)))?;
    }
    let columns = columns.split_evenly((1, regimes.len()));
    for (column, regime) in columns.iter().zip(regimes) {
        let (upper, rest) = column.split_vertically(RASTER);
        let (middle, lower) = rest.split_vertically(RASTER);
        let coupling = format!("Coupling {}", regime.coupling);
        raster(
            &upper,
            &format!("{coupling}, floating point"),
            &regime.spikes,
        )?;
        raster(&middle, &format!("{coupling}, fixed point"), &regime.fixed)?;
        curves(&lower, regime)?;
    }
    all.present()
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Every spike of the first steps.
fn raster(area: &Area<'_>, name: &str, activity: &Activity) -> Result<()> {
    titled(area, name)?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(TITLE)
        .margin_left(MARGIN)
        .margin_right(2 * MARGIN)
        .y_label_area_size(LEFT - MARGIN)
        .x_label_area_size(AXIS)
        .build_cartesian_2d(0.0..STEPS as f64, 0.0..UNITS as f64)?;
    quiet(&mut chart.configure_mesh())
        .disable_mesh()
        .x_desc("step")
        .y_desc("neuron")
        .x_label_formatter(&whole)
        .y_label_formatter(&whole)
        .y_labels(5)
        .draw()?;
    let steps = activity.0.indexed_iter().take(STEPS * UNITS);
    let spikes = steps.filter(|(_, value)| **value > 0.0);
    chart.draw_series(spikes.map(|((step, neuron), _)| {
        let colour = if neuron < EXCITATORY { BLUE } else { RED };
        Circle::new((step as f64, neuron as f64), 1, colour.filled())
    }))?;
    Ok(())
}

/// The autocorrelations of all models.
fn curves(area: &Area<'_>, regime: &Regime) -> Result<()> {
    titled(area, "Autocorrelation")?;
    let curves = regime.curves();
    for ((name, colour, _), left) in curves.iter().zip([130, 180, 240]) {
        let at = (LEFT as i32 + left, TITLE as i32 - 12);
        area.draw(&Text::new(*name, at, text(13, *colour, HPos::Left)))?;
    }
    let mut chart = ChartBuilder::on(area)
        .margin_top(TITLE)
        .margin_left(MARGIN)
        .margin_right(2 * MARGIN)
        .y_label_area_size(LEFT - MARGIN)
        .x_label_area_size(AXIS)
        .build_cartesian_2d(0.0..LAGS as f64, -1.0..1.05)?;
    quiet(&mut chart.configure_mesh())
        .x_desc("lag, steps")
        .x_label_formatter(&whole)
        .y_label_formatter(&|value| format!("{value:.1}"))
        .y_labels(5)
        .draw()?;
    for (_, colour, values) in curves {
        let points = values.iter().enumerate();
        let points = points.map(|(lag, value)| (lag as f64, f64::from(*value)));
        let line = PathElement::new(points.collect::<Vec<_>>(), colour.stroke_width(2));
        chart.draw_series([line])?;
    }
    Ok(())
}

fn titled(area: &Area<'_>, title: &str) -> Result<()> {
    let at = (LEFT as i32, TITLE as i32 - 12);
    area.draw(&Text::new(title, at, text(15, INK, HPos::Left)))?;
    Ok(())
}

fn whole(value: &f64) -> String {
    format!("{value:.0}")
}
