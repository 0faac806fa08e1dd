//! A drawing of rectangles, lines and texts, as an SVG file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Titles.
pub const INK: &str = "#262a33";
/// Labels, and everything else that is not to be noticed first.
pub const SOFT: &str = "#787e8a";
/// Axes.
pub const FRAME: &str = "#cdd1d8";
/// The lines behind the data.
pub const GRID: &str = "#f0f1f4";
/// The first kind of data.
pub const BLUE: &str = "#3465a4";
/// The second kind of data.
pub const GREEN: &str = "#208a7a";
/// The third kind of data.
pub const RED: &str = "#d64541";

/// A point of a drawing: from the left and from the top, in points.
pub type Point = (f64, f64);

/// The end of a text that its point fixes.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    /// The text begins at its point.
    Start,
    /// The text is centred on its point.
    Middle,
    /// The text ends at its point.
    End,
}

/// A drawing, white where nothing has been drawn.
#[derive(Clone, Debug)]
pub struct Svg {
    size: (u32, u32),
    body: String,
}

impl Svg {
    /// An empty drawing of `width` × `height` points.
    pub fn new(width: u32, height: u32) -> Svg {
        let body = String::new();
        let size = (width, height);
        let mut drawing = Svg { size, body };
        drawing.rectangle(
            (0.0, 0.0),
            (f64::from(width), f64::from(height)),
            "white",
            1.0,
        );
        drawing
    }

    /// Fills a rectangle, given by its upper left corner and its width and height.
    pub fn rectangle(&mut self, corner: Point, size: Point, colour: &str, opacity: f64) {
        let ((x, y), (width, height)) = (corner, size);
        self.element(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" fill-opacity="{opacity}"/>"#
        ));
    }

    /// Fills rectangles of one size, given by their upper left corners.
    pub fn rectangles(
        &mut self,
        corners: impl IntoIterator<Item = Point>,
        (width, height): Point,
        colour: &str,
    ) {
        let mut path = String::new();
        for (x, y) in corners {
            write!(path, "M{x:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z")
                .expect("a string takes everything");
        }
        self.element(format_args!(r#"<path fill="{colour}" d="{path}"/>"#));
    }

    /// Draws a line of one point's width.
    pub fn line(&mut self, from: Point, to: Point, colour: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.element(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}"/>"#
        ));
    }

    /// Writes a text of `size` points, centred on the height of its point.
    pub fn text(&mut self, (x, y): Point, size: u32, colour: &str, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let y = y + 0.35 * f64::from(size);
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.element(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    /// Writes the drawing to a file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        std::fs::write(path, self.to_string())
            .with_context(|| format!("cannot write {}", path.display()))
    }

    fn element(&mut self, element: std::fmt::Arguments<'_>) {
        writeln!(self.body, "{element}").expect("a string takes everything");
    }
}

impl std::fmt::Display for Svg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.size;
        writeln!(
            f,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">"#
        )?;
        writeln!(f, "{}</svg>", self.body)
    }
}

/// The file for a program's drawing: its first argument, or `name` in the folder `target`.
///
/// # Errors
/// If the folder of the file cannot be created.
pub fn picture(name: &str) -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target");
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let path = given.unwrap_or_else(|| target.join(name));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_escaped() {
        let mut drawing = Svg::new(10, 10);
        drawing.text((1.0, 2.0), 10, INK, Anchor::Middle, "a < b & c");
        assert!(drawing.to_string().contains(">a &lt; b &amp; c</text>"));
    }

    #[test]
    fn a_drawing_is_one_element() {
        let mut drawing = Svg::new(10, 20);
        drawing.line((0.0, 0.0), (10.0, 20.0), GRID);
        let text = drawing.to_string();
        assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n"));
        assert_eq!(text.matches("<line ").count(), 1);
    }
}
