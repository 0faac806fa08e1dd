//! The style of the drawings.

use plotters::chart::MeshStyle;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The area of a drawing, or of a part of one.
pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Titles.
pub(crate) const INK: RGBColor = RGBColor(38, 42, 51);
/// Labels, and what is not to be noticed first.
pub(crate) const SOFT: RGBColor = RGBColor(120, 126, 138);
/// Axes.
pub(crate) const FRAME: RGBColor = RGBColor(205, 209, 216);
/// The lines behind the data.
pub(crate) const GRID: RGBColor = RGBColor(240, 241, 244);
/// Three kinds of data.
pub(crate) const BLUE: RGBColor = RGBColor(52, 101, 164);
pub(crate) const GREEN: RGBColor = RGBColor(32, 138, 122);
pub(crate) const RED: RGBColor = RGBColor(214, 69, 65);

/// A text of this size in points, centred on its line.
pub(crate) fn text(size: u32, colour: RGBColor, align: HPos) -> TextStyle<'static> {
    TextStyle {
        color: colour.to_backend_color(),
        ..TextStyle::from(("sans-serif", size).into_font()).pos(Pos::new(align, VPos::Center))
    }
}

/// Axes that leave the eye to the data.
pub(crate) fn quiet<'m, 'a, 'b>(
    axes: &'m mut MeshStyle<'a, 'b, RangedCoordf64, RangedCoordf64, SVGBackend<'a>>,
) -> &'m mut MeshStyle<'a, 'b, RangedCoordf64, RangedCoordf64, SVGBackend<'a>> {
    axes.bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(FRAME)
        .label_style(text(13, SOFT, HPos::Left))
        .axis_desc_style(text(14, SOFT, HPos::Center))
}
