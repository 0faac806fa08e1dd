//! Drawings as PNG: shapes by tiny-skia, texts as the outlines of their glyphs.

use std::collections::HashMap;

use tiny_skia::{
    Color, FillRule, FilterQuality, IntSize, LineJoin, Paint, Path, PathBuilder, Pixmap,
    PixmapPaint, Rect, Stroke, StrokeDash, Transform,
};
use ttf_parser::OutlineBuilder;

use super::canvas::{Anchor, Area, Canvas, Image, Label, Point, Shape2d};
use super::font;
use super::theme::{Colour, WHITE};

/// The drawing as a PNG of `scale` pixels per point. Returns `None` if it has no size.
pub(super) fn png(canvas: &Canvas, scale: f64) -> Option<Vec<u8>> {
    let size = |length: f64| (length * scale).round().max(1.0) as u32;
    let mut pixmap = Pixmap::new(size(canvas.width), size(canvas.height))?;
    let Colour(red, green, blue) = canvas.background.unwrap_or(WHITE);
    pixmap.fill(Color::from_rgba8(red, green, blue, 255));
    let transform = Transform::from_scale(scale as f32, scale as f32);
    for shape in &canvas.shapes {
        draw(&mut pixmap, shape, transform);
    }
    Some(encode(&Image {
        width: pixmap.width() as usize,
        height: pixmap.height() as usize,
        rgba: pixmap.take_demultiplied(),
    }))
}

fn draw(pixmap: &mut Pixmap, shape: &Shape2d, transform: Transform) {
    match shape {
        Shape2d::Filled { area, colour } => {
            let Area { left, top, .. } = area;
            let (left, top) = (*left as f32, *top as f32);
            let rect = Rect::from_xywh(left, top, area.width() as f32, area.height() as f32);
            if let Some(rect) = rect {
                pixmap.fill_rect(rect, &paint(*colour, 1.0), transform, None);
            }
        }
        Shape2d::Polygon {
            points,
            colour,
            opacity,
        } => {
            if let Some(path) = path(points, true) {
                let paint = paint(*colour, *opacity);
                pixmap.fill_path(&path, &paint, FillRule::Winding, transform, None);
            }
        }
        Shape2d::Line {
            points,
            colour,
            width,
            is_dashed,
        } => {
            let path = path(points, false);
            stroke(pixmap, path, *colour, *width, *is_dashed, transform);
        }
        Shape2d::Curve {
            points: [from, one, other, to],
            colour,
            width,
            is_dashed,
        } => {
            let mut builder = PathBuilder::new();
            builder.move_to(from.0 as f32, from.1 as f32);
            builder.cubic_to(
                one.0 as f32,
                one.1 as f32,
                other.0 as f32,
                other.1 as f32,
                to.0 as f32,
                to.1 as f32,
            );
            stroke(
                pixmap,
                builder.finish(),
                *colour,
                *width,
                *is_dashed,
                transform,
            );
        }
        Shape2d::Ticks {
            middles,
            height,
            width,
            colour,
        } => {
            let mut builder = PathBuilder::new();
            for (x, y) in middles {
                builder.move_to(*x as f32, (y - height / 2.0) as f32);
                builder.line_to(*x as f32, (y + height / 2.0) as f32);
            }
            stroke(pixmap, builder.finish(), *colour, *width, false, transform);
        }
        Shape2d::Discs {
            centres,
            radius,
            colour,
        } => {
            let mut builder = PathBuilder::new();
            for (x, y) in centres {
                builder.push_circle(*x as f32, *y as f32, *radius as f32);
            }
            if let Some(path) = builder.finish() {
                let paint = paint(*colour, 1.0);
                pixmap.fill_path(&path, &paint, FillRule::Winding, transform, None);
            }
        }
        Shape2d::Text(label) => draw_text(pixmap, label, transform),
        Shape2d::Image { area, image } => draw_image(pixmap, area, image, transform),
    }
}

fn draw_text(pixmap: &mut Pixmap, label: &Label, transform: Transform) {
    let mut pen = PathPen(PathBuilder::new());
    font::outline(&label.text, label.size, &mut pen);
    let Some(path) = pen.0.finish() else { return };
    let width = font::width(&label.text, label.size);
    let left = match label.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let (x, y) = label.at;
    let place = transform.pre_translate(x as f32, y as f32);
    let place = if label.is_turned {
        place.pre_rotate(-90.0)
    } else {
        place
    };
    let place = place.pre_translate(left as f32, (0.36 * label.size) as f32);
    let paint = paint(label.colour, 1.0);
    pixmap.fill_path(&path, &paint, FillRule::Winding, place, None);
}

fn draw_image(pixmap: &mut Pixmap, area: &Area, image: &Image, transform: Transform) {
    let size = IntSize::from_wh(image.width as u32, image.height as u32);
    let mut premultiplied = image.rgba.clone();
    for pixel in premultiplied.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = ((u32::from(*value) * alpha + 127) / 255) as u8;
        }
    }
    let Some(source) = size.and_then(|size| Pixmap::from_vec(premultiplied, size)) else {
        return;
    };
    // Pixels much smaller than those of the picture are averaged.
    let wide = area.width() * f64::from(transform.sx) / image.width as f64;
    let high = area.height() * f64::from(transform.sy) / image.height as f64;
    let quality = if wide < 0.7 || high < 0.7 {
        FilterQuality::Bilinear
    } else {
        FilterQuality::Nearest
    };
    let paint = PixmapPaint {
        quality,
        ..PixmapPaint::default()
    };
    let place = transform
        .pre_translate(area.left as f32, area.top as f32)
        .pre_scale(
            (area.width() / image.width as f64) as f32,
            (area.height() / image.height as f64) as f32,
        );
    pixmap.draw_pixmap(0, 0, source.as_ref(), &paint, place, None);
}

struct PathPen(PathBuilder);

impl OutlineBuilder for PathPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, -y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, -y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, -cy, x, -y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.cubic_to(cx0, -cy0, cx1, -cy1, x, -y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

fn paint(Colour(red, green, blue): Colour, opacity: f64) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, (255.0 * opacity).round() as u8);
    paint
}

fn path(points: &[Point], is_closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (index, (x, y)) in points.iter().enumerate() {
        match index {
            0 => builder.move_to(*x as f32, *y as f32),
            _ => builder.line_to(*x as f32, *y as f32),
        }
    }
    if is_closed {
        builder.close();
    }
    builder.finish()
}

fn stroke(
    pixmap: &mut Pixmap,
    path: Option<Path>,
    colour: Colour,
    width: f64,
    is_dashed: bool,
    transform: Transform,
) {
    let Some(path) = path else { return };
    let stroke = Stroke {
        width: width as f32,
        line_join: LineJoin::Round,
        dash: is_dashed
            .then(|| StrokeDash::new(vec![5.0, 4.0], 0.0))
            .flatten(),
        ..Stroke::default()
    };
    pixmap.stroke_path(&path, &paint(colour, 1.0), &stroke, transform, None);
}

/// An image as a PNG: of few colours with a palette.
pub(super) fn encode(image: &Image) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, image.width as u32, image.height as u32);
    encoder.set_compression(::png::Compression::High);
    let data = match indexed(image) {
        Some(indexed) => {
            encoder.set_color(::png::ColorType::Indexed);
            encoder.set_palette(indexed.palette);
            encoder.set_trns(indexed.opacities);
            // Neighbours of a palette are not alike.
            encoder.set_filter(::png::Filter::NoFilter);
            encoder.set_depth(indexed.depth);
            indexed.data
        }
        None if image.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255) => {
            encoder.set_color(::png::ColorType::Rgb);
            let pixels = image.rgba.chunks_exact(4);
            pixels.flat_map(|pixel| &pixel[..3]).copied().collect()
        }
        None => {
            encoder.set_color(::png::ColorType::Rgba);
            image.rgba.clone()
        }
    };
    // Memory takes everything, and the sizes agree.
    if let Ok(mut writer) = encoder.write_header() {
        let _ = writer.write_image_data(&data);
    }
    bytes
}

struct Indexed {
    palette: Vec<u8>,
    opacities: Vec<u8>,
    depth: ::png::BitDepth,
    data: Vec<u8>,
}

/// The image with a palette. Returns `None` if it has more than 256 colours.
fn indexed(image: &Image) -> Option<Indexed> {
    let mut index_of = HashMap::new();
    let (mut palette, mut opacities) = (Vec::new(), Vec::new());
    let mut indices = Vec::with_capacity(image.width * image.height);
    for pixel in image.rgba.chunks_exact(4) {
        let count = index_of.len();
        let index = *index_of.entry(pixel).or_insert_with(|| {
            palette.extend_from_slice(&pixel[..3]);
            opacities.push(pixel[3]);
            count
        });
        indices.push(u8::try_from(index).ok()?);
    }
    let (depth, bits) = match opacities.len() {
        ..=2 => (::png::BitDepth::One, 1),
        3..=4 => (::png::BitDepth::Two, 2),
        5..=16 => (::png::BitDepth::Four, 4),
        _ => (::png::BitDepth::Eight, 8),
    };
    let mut data = Vec::new();
    for row in indices.chunks(image.width.max(1)) {
        for pixels in row.chunks(8 / bits) {
            let mut byte = 0;
            for (place, index) in pixels.iter().enumerate() {
                byte |= index << (8 - bits * (place + 1));
            }
            data.push(byte);
        }
    }
    Some(Indexed {
        palette,
        opacities,
        depth,
        data,
    })
}
