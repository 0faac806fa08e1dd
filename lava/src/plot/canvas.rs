//! A drawing: lines, areas, texts and images on a plane, which is written as SVG or PNG.

use super::theme::Colour;

/// A point of a drawing: from the left and from the top, in points.
pub(super) type Point = (f64, f64);

/// A part of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn centre(&self) -> Point {
        (
            (self.left + self.right) / 2.0,
            (self.top + self.bottom) / 2.0,
        )
    }
}

/// The end of a text that its point fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text, centred on the height of its point.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) at: Point,
    pub(super) size: f64,
    pub(super) colour: Colour,
    pub(super) anchor: Anchor,
    /// It runs from the bottom to the top.
    pub(super) is_turned: bool,
    pub(super) text: String,
}

/// An image of four bytes a pixel: red, green, blue and opacity.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgba: Vec<u8>,
}

impl Image {
    pub(super) fn new(width: usize, height: usize) -> Image {
        Image {
            width,
            height,
            rgba: vec![0; 4 * width * height],
        }
    }

    pub(super) fn set(&mut self, column: usize, row: usize, rgba: [u8; 4]) {
        let at = 4 * (row * self.width + column);
        self.rgba[at..at + 4].copy_from_slice(&rgba);
    }
}

#[derive(Clone, Debug)]
pub(super) enum Shape2d {
    /// A filled area.
    Filled {
        area: Area,
        colour: Colour,
    },
    /// A filled polygon.
    Polygon {
        points: Vec<Point>,
        colour: Colour,
        opacity: f64,
    },
    /// A line through points.
    Line {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
        is_dashed: bool,
    },
    /// A curve from the first point to the last, drawn to the other two.
    Curve {
        points: [Point; 4],
        colour: Colour,
        width: f64,
        is_dashed: bool,
    },
    /// Vertical lines of one height, given by their middles.
    Ticks {
        middles: Vec<Point>,
        height: f64,
        width: f64,
        colour: Colour,
    },
    /// Discs of one size.
    Discs {
        centres: Vec<Point>,
        radius: f64,
        colour: Colour,
    },
    Text(Label),
    /// An image that fills an area, its pixels as rectangles.
    Image {
        area: Area,
        image: Image,
    },
}

/// A drawing of a size in points.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub(super) width: f64,
    pub(super) height: f64,
    /// None on a page, whose colour of text is that of the drawing.
    pub(super) background: Option<Colour>,
    pub(super) shapes: Vec<Shape2d>,
}

impl Canvas {
    pub(super) fn fill(&mut self, area: Area, colour: Colour) {
        self.shapes.push(Shape2d::Filled { area, colour });
    }

    /// Draws a line of one point's width.
    pub(super) fn rule(&mut self, from: Point, to: Point, colour: Colour) {
        self.line(vec![from, to], colour, 1.0, false);
    }

    pub(super) fn line(&mut self, points: Vec<Point>, colour: Colour, width: f64, is_dashed: bool) {
        self.shapes.push(Shape2d::Line {
            points,
            colour,
            width,
            is_dashed,
        });
    }

    pub(super) fn text(
        &mut self,
        at: Point,
        size: f64,
        colour: Colour,
        anchor: Anchor,
        text: impl Into<String>,
    ) {
        self.shapes.push(Shape2d::Text(Label {
            at,
            size,
            colour,
            anchor,
            is_turned: false,
            text: text.into(),
        }));
    }
}
