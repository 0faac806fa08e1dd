//! The legend of a chart: colours of kinds of data, and their names.

use super::canvas::{Anchor, Area, Canvas};
use super::chart::LABEL_SIZE;
use super::font;
use super::theme::{Colour, Theme};

/// The height of a line.
const LINE: f64 = 18.0;

/// A name, its left end and its line.
struct LegendPlace {
    left: f64,
    line: f64,
    name: String,
}

/// The height of a legend that takes as many lines as it needs.
pub(super) fn height(legend: &[(Colour, String)], inner: Area) -> f64 {
    let last = places(legend, inner).pop();
    last.map_or(0.0, |place| (place.line + 1.0) * LINE + 4.0)
}

/// Draws a legend at the top of an area. Returns its height.
pub(super) fn draw(
    legend: &[(Colour, String)],
    canvas: &mut Canvas,
    inner: Area,
    theme: &Theme,
) -> f64 {
    for ((colour, _), LegendPlace { left, line, name }) in legend.iter().zip(places(legend, inner))
    {
        let y = inner.top + 7.0 + line * LINE;
        let swatch = Area {
            left,
            top: y - 3.5,
            right: left + 14.0,
            bottom: y + 3.5,
        };
        canvas.fill(swatch, *colour);
        canvas.text((left + 20.0, y), LABEL_SIZE, theme.ink, Anchor::Start, name);
    }
    height(legend, inner)
}

fn places(legend: &[(Colour, String)], inner: Area) -> Vec<LegendPlace> {
    let (mut left, mut line) = (inner.left, 0.0);
    let places = legend.iter().map(|(_, name)| {
        let name = font::fit(name, LABEL_SIZE, inner.width() - 30.0);
        let width = 24.0 + font::width(&name, LABEL_SIZE);
        if left > inner.left && left + width > inner.right {
            (left, line) = (inner.left, line + 1.0);
        }
        let place = LegendPlace { left, line, name };
        left += width + 16.0;
        place
    });
    places.collect()
}
