//! A drawing of the lessons and of the prototypes.

use std::path::Path;

use anyhow::{Context, Result};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::course::Lesson;
use super::network::Prototypes;
use crate::style::{BLUE, FRAME, GREEN, GRID, INK, RED, SOFT, text};
use lava_examples::digits::SIZE;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: u32 = 900;
const HEADER: u32 = 64;
const PANEL: u32 = 260;
const LEFT: u32 = 60;
const AXIS: u32 = 40;
const MARGIN: u32 = 12;
/// Prototypes in a row of the gallery.
const COLUMNS: usize = 16;
/// The most that are shown of a class.
const OF_A_CLASS: usize = 16;
/// Between the corners of two prototypes.
const PITCH: usize = 50;
/// The side of a pixel.
const PIXEL: usize = 5;

/// Draws, as an SVG, how well the classes so far are known after each lesson, and the first
/// prototypes of every class.
///
/// # Errors
/// If the file cannot be written, or a Var not be read.
pub fn draw(path: &Path, lessons: &[Lesson], prototypes: &Prototypes) -> Result<()> {
    let rows = gallery_rows(lessons.len(), &prototypes.classes()?);
    let below = (rows.len() * PITCH) as u32 + 60;
    let all = SVGBackend::new(path, (WIDTH, HEADER + PANEL + below)).into_drawing_area();
    all.fill(&WHITE)?;
    let (header, rest) = all.split_vertically(HEADER);
    let title = "Digits, learned one after the other";
    let at = |x: i32, y: i32| (LEFT as i32 + x, y);
    header.draw(&Text::new(title, at(0, 30), text(24, INK, HPos::Left)))?;
    let legend = [
        ("right", GREEN, 0),
        ("novel", BLUE, 50),
        ("wrong", RED, 104),
        ("the first digit right", SOFT, 160),
    ];
    for (name, colour, left) in legend {
        header.draw(&Text::new(name, at(left, 56), text(14, colour, HPos::Left)))?;
    }
    let (chart, gallery) = rest.split_vertically(PANEL);
    curves(&chart, lessons)?;
    show(&gallery, &rows, prototypes)?;
    all.present()
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The shares of the test images after every lesson.
fn curves(area: &Area<'_>, lessons: &[Lesson]) -> Result<()> {
    let mut chart = ChartBuilder::on(area)
        .margin_top(MARGIN)
        .margin_left(MARGIN)
        .margin_right(2 * MARGIN)
        .y_label_area_size(LEFT - MARGIN)
        .x_label_area_size(AXIS)
        .build_cartesian_2d(0.7..lessons.len() as f64 + 0.3, 0.0..1.0)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(FRAME)
        .label_style(text(13, SOFT, HPos::Left))
        .axis_desc_style(text(14, SOFT, HPos::Center))
        .x_desc("digits learned")
        .y_desc("of the test images of these")
        .x_labels(lessons.len())
        .x_label_formatter(&|lesson| format!("{lesson:.0}"))
        .y_label_formatter(&|share| format!("{:.0} %", 100.0 * share))
        .y_labels(5)
        .draw()?;
    let right = |lesson: &Lesson| Lesson::mean(&lesson.right);
    let novel = |lesson: &Lesson| Lesson::mean(&lesson.unknown);
    let curves: [(&dyn Fn(&Lesson) -> f64, RGBColor); 4] = [
        (&|lesson| lesson.right[0], SOFT),
        (&|lesson| 1.0 - right(lesson) - novel(lesson), RED),
        (&novel, BLUE),
        (&right, GREEN),
    ];
    for (share, colour) in curves {
        let points: Vec<(f64, f64)> = (1_u32..)
            .map(f64::from)
            .zip(lessons.iter().map(share))
            .collect();
        chart.draw_series([PathElement::new(points.clone(), colour.stroke_width(2))])?;
        let dots = points
            .into_iter()
            .map(|point| Circle::new(point, 3, colour.filled()));
        chart.draw_series(dots)?;
    }
    Ok(())
}

/// The first prototypes of every class, a row each.
fn gallery_rows(classes: usize, of: &[Option<usize>]) -> Vec<Vec<usize>> {
    let of_class = |class: usize| {
        let prototypes = (0..of.len()).filter(move |prototype| of[*prototype] == Some(class));
        prototypes.take(OF_A_CLASS.min(COLUMNS)).collect()
    };
    (0..classes).map(of_class).collect()
}

/// The patterns of prototypes, row by row.
fn show(area: &Area<'_>, rows: &[Vec<usize>], prototypes: &Prototypes) -> Result<()> {
    let patterns = prototypes.patterns()?;
    let title = format!(
        "What prototypes have learned, of {} in use",
        prototypes.used()?
    );
    let at = (LEFT as i32, 20);
    area.draw(&Text::new(title, at, text(15, INK, HPos::Left)))?;
    for (class, row) in rows.iter().enumerate() {
        let top = 40 + class * PITCH;
        let at = (LEFT as i32 - 20, (top + PITCH / 2 - 5) as i32);
        area.draw(&Text::new(
            class.to_string(),
            at,
            text(15, SOFT, HPos::Left),
        ))?;
        for (column, prototype) in row.iter().enumerate() {
            let left = LEFT as usize + column * PITCH;
            for pixel in 0..SIZE * SIZE {
                let ink = f64::from(patterns[[*prototype, pixel]]) / 40.0;
                if ink > 0.0 {
                    let x = (left + pixel % SIZE * PIXEL) as i32;
                    let y = (top + pixel / SIZE * PIXEL) as i32;
                    let corners = [(x, y), (x + PIXEL as i32, y + PIXEL as i32)];
                    area.draw(&Rectangle::new(corners, INK.mix(ink.min(1.0)).filled()))?;
                }
            }
        }
    }
    Ok(())
}
