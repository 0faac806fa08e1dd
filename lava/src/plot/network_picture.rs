//! Pictures of networks: boxes and arrows.

use super::canvas::{Anchor, Area, Canvas, Point, Shape2d};
use super::chart::TITLE_SIZE;
use super::figure::{Caption, Draw};
use super::font;
use super::kind::Plot;
use super::layers::LayeredGraph;
use super::theme::{Colour, Theme};
use crate::Network;
use crate::network::{Sketch, SketchNode};

const NAME_SIZE: f64 = 12.5;
const LINE_SIZE: f64 = 10.5;
const LABEL_SIZE: f64 = 9.5;
const LINE: f64 = 15.0;
/// Between boxes of a column.
const GAP: f64 = 26.0;
const MARGIN: f64 = 16.0;
const TITLE: f64 = 26.0;

/// A network as boxes and arrows: see [`Network::picture`].
#[derive(Clone, Debug)]
pub struct NetworkPicture {
    sketch: Sketch,
    graph: LayeredGraph,
}

/// Pictures, with the feature `plot`.
impl<C> Network<C> {
    /// The network: a box for every process with its type, its model and, once the network is
    /// compiled, its worker, whose colour it has; an arrow for every connection with ports, shape and
    /// delay, dashed for a ref-port. While the network is [profiled](Network::set_profiling) a bar in
    /// each box is its share of the time.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::{Dense, Lif};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     dense: Dense = Dense::weights([[1.0, 1.0]]);
    ///     lif:   Lif   = Lif::shape([1]);
    ///     dense.a_out -> lif.a_in;
    /// }?;
    /// assert!(net.picture().to_svg()?.contains("DenseFloat"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn picture(&self) -> Plot<NetworkPicture> {
        let sketch = self.sketch();
        let edges: Vec<(usize, usize)> = sketch
            .arrows
            .iter()
            .map(|arrow| (arrow.from, arrow.to))
            .collect();
        let graph = LayeredGraph::new(sketch.nodes.len(), &edges);
        Plot::new(NetworkPicture { sketch, graph })
    }
}

/// The places of boxes and bends.
struct Layout {
    /// By node, then by bend.
    boxes: Vec<Area>,
    width: f64,
    height: f64,
}

impl NetworkPicture {
    fn layout(&self) -> Layout {
        let mut boxes = vec![
            Area {
                left: 0.0,
                top: 0.0,
                right: 0.0,
                bottom: 0.0
            };
            self.graph.layer_of.len()
        ];
        let sizes: Vec<Point> = (0..boxes.len()).map(|node| self.size(node)).collect();
        let column_height = |layer: &[usize]| {
            let heights = layer.iter().map(|node| sizes[*node].1);
            heights.sum::<f64>() + GAP * layer.len().saturating_sub(1) as f64
        };
        let height = self
            .graph
            .layers
            .iter()
            .map(|layer| column_height(layer))
            .fold(0.0, f64::max);
        let mut left = 0.0;
        for (index, layer) in self.graph.layers.iter().enumerate() {
            let width = layer.iter().map(|node| sizes[*node].0).fold(0.0, f64::max);
            let mut top = (height - column_height(layer)) / 2.0;
            for node in layer {
                let (_, high) = sizes[*node];
                boxes[*node] = Area {
                    left,
                    top,
                    right: left + width,
                    bottom: top + high,
                };
                top += high + GAP;
            }
            left += width;
            if index + 1 < self.graph.layers.len() {
                left += self.gap_after(index);
            }
        }
        Layout {
            boxes,
            width: left,
            // Below the boxes, arrows of a process to itself have room.
            height: height + 30.0,
        }
    }

    /// The width and the height of a box, or of a bend.
    fn size(&self, node: usize) -> Point {
        let Some(node) = self.sketch.nodes.get(node) else {
            return (0.0, 8.0);
        };
        let lines = node.lines.iter().map(|line| font::width(line, LINE_SIZE));
        let width = lines.fold(font::width(&node.name, NAME_SIZE), f64::max);
        let load = if self.seconds() > 0.0 { 12.0 } else { 0.0 };
        (
            width.max(80.0) + 24.0,
            LINE * (node.lines.len() + 1) as f64 + 14.0 + load,
        )
    }

    /// The room to the next layer, for the labels of arrows.
    fn gap_after(&self, layer: usize) -> f64 {
        let arrows = self.sketch.arrows.iter().zip(&self.graph.paths);
        let here = arrows.filter(|(_, path)| self.graph.layer_of[path[0]] == layer);
        let lines = here.flat_map(|(arrow, _)| label_lines(&arrow.label));
        let widest = lines
            .map(|line| font::width(&line, LABEL_SIZE))
            .fold(0.0, f64::max);
        widest + 56.0
    }

    /// The time of all processes, if the network is profiled.
    fn seconds(&self) -> f64 {
        self.sketch.nodes.iter().map(|node| node.seconds).sum()
    }

    fn draw_box(&self, canvas: &mut Canvas, area: Area, node: &SketchNode, theme: &Theme) {
        let colour = worker(node).map_or(theme.soft, |worker| theme.kind(worker));
        if let Some(background) = theme.background {
            canvas.fill(area, background.mix(colour, 0.12));
        }
        let Area {
            left,
            top,
            right,
            bottom,
        } = area;
        let corners = vec![
            (left, top),
            (right, top),
            (right, bottom),
            (left, bottom),
            (left, top),
        ];
        canvas.line(corners, colour, 1.2, false);
        let (centre, mut y) = (area.centre().0, top + 14.0);
        canvas.text(
            (centre, y),
            NAME_SIZE,
            theme.ink,
            Anchor::Middle,
            &node.name,
        );
        for line in &node.lines {
            y += LINE;
            canvas.text((centre, y), LINE_SIZE, theme.soft, Anchor::Middle, line);
        }
        if self.seconds() > 0.0 {
            let share = node.seconds / self.seconds();
            let bar = Area {
                left: left + 10.0,
                top: bottom - 13.0,
                right: right - 44.0,
                bottom: bottom - 7.0,
            };
            canvas.fill(bar, theme.grid);
            let filled = Area {
                right: bar.left + bar.width() * share,
                ..bar
            };
            canvas.fill(filled, colour);
            let text = format!("{:.0} %", 100.0 * share);
            canvas.text(
                (right - 8.0, bottom - 10.0),
                9.5,
                theme.soft,
                Anchor::End,
                text,
            );
        }
    }

    /// The points at which arrows leave and enter a box, spread over its side in the order of their other ends.
    fn port(&self, layout: &Layout, node: usize, edge: usize, is_right: bool) -> Point {
        let area = layout.boxes[node];
        let mut ends: Vec<(f64, usize)> = Vec::new();
        for (index, path) in self.graph.paths.iter().enumerate() {
            let place = path.iter().position(|step| *step == node);
            let Some(place) = place.filter(|_| path[0] != path[path.len() - 1]) else {
                continue;
            };
            let other = if is_right {
                path.get(place + 1)
            } else {
                place.checked_sub(1).map(|at| &path[at])
            };
            if let Some(other) = other {
                ends.push((layout.boxes[*other].centre().1, index));
            }
        }
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        let place = ends
            .iter()
            .position(|(_, index)| *index == edge)
            .unwrap_or(0);
        let part = (place as f64 + 1.0) / (ends.len() as f64 + 1.0);
        let x = if is_right { area.right } else { area.left };
        (x, area.top + part * area.height())
    }

    fn draw_arrows(&self, canvas: &mut Canvas, layout: &Layout, theme: &Theme) {
        let mut labels: Vec<(Area, Vec<String>)> = Vec::new();
        for (index, (arrow, path)) in self.sketch.arrows.iter().zip(&self.graph.paths).enumerate() {
            // Where no background hides them behind labels, arrows are paler than text.
            let colour = theme.background.map_or(theme.frame, |_| theme.soft);
            if path[0] == path[path.len() - 1] {
                let area = layout.boxes[path[0]];
                loop_arrow(canvas, area, arrow.is_reference, colour);
                place_label(
                    &mut labels,
                    (area.centre().0, area.bottom + 46.0),
                    &arrow.label,
                );
                continue;
            }
            let is_back = self.graph.is_reversed[index];
            // A bend leads through its layer.
            for bend in &path[1..path.len() - 1] {
                let [left, right] = [false, true].map(|side| self.port(layout, *bend, index, side));
                canvas.line(vec![left, right], colour, 1.2, arrow.is_reference);
            }
            for (place, pair) in path.windows(2).enumerate() {
                let from = self.port(layout, pair[0], index, true);
                let to = self.port(layout, pair[1], index, false);
                let reach = (to.0 - from.0) * 0.5;
                canvas.shapes.push(Shape2d::Curve {
                    points: [from, (from.0 + reach, from.1), (to.0 - reach, to.1), to],
                    colour,
                    width: 1.2,
                    is_dashed: arrow.is_reference,
                });
                if place == 0 {
                    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
                    place_label(&mut labels, middle, &arrow.label);
                    if is_back {
                        head(canvas, from, 1.0, colour);
                    }
                }
                if place + 2 == path.len() && !is_back {
                    head(canvas, to, -1.0, colour);
                }
            }
        }
        for (area, lines) in labels {
            if let Some(background) = theme.background {
                canvas.fill(area, background);
            }
            for (index, line) in lines.into_iter().enumerate() {
                let at = (area.centre().0, area.top + 7.0 + 12.0 * index as f64);
                canvas.text(at, LABEL_SIZE, theme.soft, Anchor::Middle, line);
            }
        }
    }
}

/// The index of the worker of a process, if it is known.
fn worker(node: &SketchNode) -> Option<usize> {
    let line = node
        .lines
        .iter()
        .find_map(|line| line.strip_prefix("worker "));
    line.and_then(|index| index.parse().ok())
}

/// The ports, and the shape and delay.
fn label_lines(label: &str) -> Vec<String> {
    match label.split_once(" [") {
        Some((ports, rest)) => vec![ports.to_owned(), format!("[{rest}")],
        None => vec![label.to_owned()],
    }
}

/// Puts a label above a point, or below the labels that are there.
fn place_label(labels: &mut Vec<(Area, Vec<String>)>, (x, y): Point, label: &str) {
    let lines = label_lines(label);
    let width = lines
        .iter()
        .map(|line| font::width(line, LABEL_SIZE))
        .fold(0.0, f64::max);
    let height = 12.0 * lines.len() as f64 + 2.0;
    let mut area = Area {
        left: x - width / 2.0 - 2.0,
        top: y - height - 2.0,
        right: x + width / 2.0 + 2.0,
        bottom: y - 2.0,
    };
    let overlaps = |area: &Area, other: &Area| {
        area.left < other.right
            && other.left < area.right
            && area.top < other.bottom
            && other.top < area.bottom
    };
    while let Some((other, _)) = labels.iter().find(|(other, _)| overlaps(&area, other)) {
        area.top = other.bottom;
        area.bottom = area.top + height;
    }
    labels.push((area, lines));
}

/// The head of an arrow whose tip is at a point; it comes from the `side`, −1 for the left.
fn head(canvas: &mut Canvas, (x, y): Point, side: f64, colour: Colour) {
    let points = vec![(x, y), (x + side * 8.0, y - 4.0), (x + side * 8.0, y + 4.0)];
    let opacity = 1.0;
    canvas.shapes.push(Shape2d::Polygon {
        points,
        colour,
        opacity,
    });
}

/// An arrow of a process to itself, below its box.
fn loop_arrow(canvas: &mut Canvas, area: Area, is_dashed: bool, colour: Colour) {
    let ((centre, _), y) = (area.centre(), area.bottom);
    canvas.shapes.push(Shape2d::Curve {
        points: [
            (centre + 18.0, y),
            (centre + 34.0, y + 26.0),
            (centre - 34.0, y + 26.0),
            (centre - 18.0, y),
        ],
        colour,
        width: 1.2,
        is_dashed,
    });
    let points = vec![
        (centre - 18.0, y),
        (centre - 25.0, y + 5.0),
        (centre - 18.5, y + 9.0),
    ];
    let opacity = 1.0;
    canvas.shapes.push(Shape2d::Polygon {
        points,
        colour,
        opacity,
    });
}

impl Draw for NetworkPicture {
    fn draw(&self, canvas: &mut Canvas, area: Area, caption: &Caption, theme: &Theme) {
        let mut top = area.top + MARGIN;
        if !caption.title.is_empty() {
            let title = font::fit(&caption.title, TITLE_SIZE, area.width() - 20.0);
            canvas.text(
                (area.left + 8.0, top),
                TITLE_SIZE,
                theme.ink,
                Anchor::Start,
                title,
            );
            top += TITLE;
        }
        if self.sketch.nodes.is_empty() {
            canvas.text(
                area.centre(),
                13.0,
                theme.soft,
                Anchor::Middle,
                "no processes",
            );
            return;
        }
        let mut layout = self.layout();
        let left = area.left + ((area.width() - layout.width) / 2.0).max(4.0);
        let top = top + ((area.bottom - top - layout.height) / 2.0).max(0.0);
        for place in &mut layout.boxes {
            *place = Area {
                left: place.left + left,
                top: place.top + top,
                right: place.right + left,
                bottom: place.bottom + top,
            };
        }
        self.draw_arrows(canvas, &layout, theme);
        for (node, area) in self.sketch.nodes.iter().zip(&layout.boxes) {
            self.draw_box(canvas, *area, node, theme);
        }
    }

    fn height(&self, _: f64) -> f64 {
        (self.layout().height + 2.0 * MARGIN).max(120.0)
    }

    fn least_width(&self) -> f64 {
        self.layout().width + 2.0 * MARGIN
    }
}
