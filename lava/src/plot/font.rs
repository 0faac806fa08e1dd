//! The font of pictures, DejaVu Sans: widths of texts, and outlines of glyphs.

use std::sync::LazyLock;

use ttf_parser::{Face, OutlineBuilder};

/// `None` if the font cannot be read: then there is no text in bitmaps.
static FACE: LazyLock<Option<Face<'static>>> =
    LazyLock::new(|| Face::parse(dejavu::sans::regular(), 0).ok());

/// The width of a text of `size` points.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let Some(face) = &*FACE else {
        return 0.6 * size * text.chars().count() as f64;
    };
    let advances = text.chars().map(|character| advance(face, character));
    advances.sum::<f64>() * size / f64::from(face.units_per_em())
}

/// The width of a character in units of the font.
fn advance(face: &Face<'_>, character: char) -> f64 {
    let glyph = face.glyph_index(character).unwrap_or_default();
    f64::from(face.glyph_hor_advance(glyph).unwrap_or_default())
}

/// The longest beginning of a text that is at most `room` points wide, with an ellipsis if it is
/// not the whole.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut shorter: String = text.to_owned();
    while shorter.pop().is_some() {
        let cut = format!("{}…", shorter.trim_end());
        if width(&cut, size) <= room {
            return cut;
        }
    }
    String::new()
}

/// Draws the outlines of a text of `size` points that begins at 0, 0; y grows upward.
pub(super) fn outline(text: &str, size: f64, pen: &mut impl OutlineBuilder) {
    let Some(face) = &*FACE else { return };
    let scale = size / f64::from(face.units_per_em());
    let mut left = 0.0;
    for character in text.chars() {
        let glyph = face.glyph_index(character).unwrap_or_default();
        let mut placed = PlacedPen {
            pen,
            left: (left * scale) as f32,
            scale: scale as f32,
        };
        // A glyph without an outline is a space.
        let _ = face.outline_glyph(glyph, &mut placed);
        left += advance(face, character);
    }
}

/// Scales the outline of a glyph and moves it to its place.
struct PlacedPen<'a, P> {
    pen: &'a mut P,
    left: f32,
    scale: f32,
}

impl<P> PlacedPen<'_, P> {
    fn x(&self, x: f32) -> f32 {
        self.left + x * self.scale
    }

    fn y(&self, y: f32) -> f32 {
        y * self.scale
    }
}

impl<P: OutlineBuilder> OutlineBuilder for PlacedPen<'_, P> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.pen.move_to(self.x(x), self.y(y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.pen.line_to(self.x(x), self.y(y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (x1, y1, x, y) = (self.x(x1), self.y(y1), self.x(x), self.y(y));
        self.pen.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (x1, y1, x2, y2) = (self.x(x1), self.y(y1), self.x(x2), self.y(y2));
        self.pen.curve_to(x1, y1, x2, y2, self.x(x), self.y(y));
    }

    fn close(&mut self) {
        self.pen.close();
    }
}
