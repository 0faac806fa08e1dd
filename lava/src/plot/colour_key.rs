//! The key of an image: a bar of its colours, with their values.

use super::axis::{PlotAxis, TICK_SIZE};
use super::canvas::{Anchor, Area, Canvas, Image, Label, Shape2d};
use super::chart::LABEL_SIZE;
use super::font;
use super::theme::{Colour, Theme};

/// The key of an image: colours and their values.
#[derive(Clone, Debug)]
pub(super) struct ColourKey {
    pub(super) axis: PlotAxis,
    /// From the lowest value to the highest.
    pub(super) colours: Vec<Colour>,
}

impl ColourKey {
    pub(super) fn width(&self, height: f64) -> f64 {
        let ticks = self.axis.ticks(height, 40.0);
        let label = if self.axis.label.is_empty() {
            0.0
        } else {
            20.0
        };
        self.axis.label_width(&ticks) + label + 42.0
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, plot: Area, theme: &Theme) {
        let (left, right) = (plot.right + 14.0, plot.right + 26.0);
        let mut image = Image::new(1, self.colours.len());
        for (row, colour) in self.colours.iter().rev().enumerate() {
            image.set(0, row, colour.rgba(1.0));
        }
        let bar = Area {
            left,
            right,
            ..plot
        };
        canvas.shapes.push(Shape2d::Image { area: bar, image });
        let ticks = self.axis.ticks(plot.height(), 40.0);
        for (value, label) in &ticks {
            let y = plot.bottom - self.axis.place(*value) * plot.height();
            canvas.rule((right, y), (right + 3.0, y), theme.frame);
            let at = (right + 6.0, y);
            canvas.text(at, TICK_SIZE, theme.soft, Anchor::Start, label);
        }
        if !self.axis.label.is_empty() {
            let left = right + 6.0 + self.axis.label_width(&ticks) + 12.0;
            canvas.shapes.push(Shape2d::Text(Label {
                at: (left, plot.centre().1),
                size: LABEL_SIZE,
                colour: theme.soft,
                anchor: Anchor::Middle,
                is_turned: true,
                text: font::fit(&self.axis.label, LABEL_SIZE, plot.height() + 20.0),
            }));
        }
    }
}
