//! Drawings as SVG.

use std::fmt::Write as _;

use super::canvas::{Anchor, Area, Canvas, Image, Label, Point, Shape2d};
use super::png::encode;
use super::theme::{Colour, PAGE_GRID, PAGE_TEXT};
use crate::monitor::escaped;

/// No wider than its page. As an image, which knows no colours of its page, it asks for those of a light or dark one;
/// no rule applies to a part of a page.
const ON_A_PAGE: &str = " style=\"max-width:100%;height:auto\">\n\
    <style>svg:root{color-scheme:light dark;color:CanvasText}</style>\n";

/// The drawing as an SVG document. Coordinates are tenths of points, which makes lines short.
pub(super) fn svg(canvas: &Canvas) -> String {
    let (width, height) = (canvas.width, canvas.height);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"DejaVu Sans,Verdana,sans-serif\""
    );
    text.push_str(match canvas.background {
        Some(_) => ">\n",
        None => ON_A_PAGE,
    });
    if let Some(background) = canvas.background {
        let area = Area {
            left: 0.0,
            top: 0.0,
            right: width,
            bottom: height,
        };
        let colour = background;
        write_shape(&mut text, &Shape2d::Filled { area, colour });
    }
    for shape in &canvas.shapes {
        write_shape(&mut text, shape);
    }
    text.push_str("</svg>\n");
    text
}

fn write_shape(text: &mut String, shape: &Shape2d) {
    // A string takes everything.
    let _ = match shape {
        Shape2d::Filled { area, colour } => {
            let Area { left, top, .. } = area;
            writeln!(
                text,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
                number(*left),
                number(*top),
                number(area.width()),
                number(area.height()),
                hex(*colour)
            )
        }
        Shape2d::Polygon {
            points,
            colour,
            opacity,
        } => writeln!(
            text,
            "<path transform=\"scale(.1)\" fill=\"{}\" fill-opacity=\"{opacity}\" d=\"{}z\"/>",
            hex(*colour),
            path(points)
        ),
        Shape2d::Line {
            points,
            colour,
            width,
            is_dashed,
        } => writeln!(
            text,
            "<path transform=\"scale(.1)\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}{} d=\"{}\"/>",
            hex(*colour),
            number(10.0 * width),
            if points.len() > 2 {
                " stroke-linejoin=\"round\""
            } else {
                ""
            },
            dashes(*is_dashed),
            path(points)
        ),
        Shape2d::Curve {
            points: [from, one, other, to],
            colour,
            width,
            is_dashed,
        } => {
            let [from, one, other, to] = [from, one, other, to].map(|point| tenths(*point));
            writeln!(
                text,
                "<path transform=\"scale(.1)\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{} \
                 d=\"M{} {}C{} {} {} {} {} {}\"/>",
                hex(*colour),
                number(10.0 * width),
                dashes(*is_dashed),
                from.0,
                from.1,
                one.0,
                one.1,
                other.0,
                other.1,
                to.0,
                to.1,
            )
        }
        Shape2d::Ticks {
            middles,
            height,
            width,
            colour,
        } => writeln!(
            text,
            "<path transform=\"scale(.1)\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" d=\"{}\"/>",
            hex(*colour),
            number(10.0 * width),
            ticks(middles, *height)
        ),
        Shape2d::Discs {
            centres,
            radius,
            colour,
        } => {
            let _ = write!(text, "<g fill=\"{}\">", hex(*colour));
            for (x, y) in centres {
                let (x, y) = (number(*x), number(*y));
                let _ = write!(text, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>");
            }
            writeln!(text, "</g>")
        }
        Shape2d::Text(label) => write_text(text, label),
        Shape2d::Image { area, image } => write_image(text, area, image),
    };
}

fn write_text(text: &mut String, label: &Label) -> std::fmt::Result {
    let anchor = match label.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let (x, y) = label.at;
    let shift = number(0.36 * label.size);
    let place = match label.is_turned {
        true => format!(
            "transform=\"translate({} {}) rotate(-90)\" y=\"{shift}\"",
            number(x),
            number(y)
        ),
        false => format!(
            "x=\"{}\" y=\"{}\"",
            number(x),
            number(y + 0.36 * label.size)
        ),
    };
    writeln!(
        text,
        "<text {place} font-size=\"{}\" fill=\"{}\"{anchor}>{}</text>",
        number(label.size),
        hex(label.colour),
        escaped(&label.text)
    )
}

fn write_image(text: &mut String, area: &Area, image: &Image) -> std::fmt::Result {
    writeln!(
        text,
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
         image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
        number(area.left),
        number(area.top),
        number(area.width()),
        number(area.height()),
        base64(&encode(image))
    )
}

fn dashes(is_dashed: bool) -> &'static str {
    if is_dashed {
        " stroke-dasharray=\"50 40\""
    } else {
        ""
    }
}

fn hex(colour: Colour) -> String {
    match colour {
        PAGE_TEXT => "currentColor".to_owned(),
        PAGE_GRID => "#8a909a40".to_owned(),
        Colour(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    }
}

/// A number with one digit behind the point at most.
fn number(value: f64) -> String {
    let rounded = (10.0 * value).round() / 10.0;
    format!("{}", rounded + 0.0)
}

fn tenths((x, y): Point) -> (i64, i64) {
    ((10.0 * x).round() as i64, (10.0 * y).round() as i64)
}

/// A line through points, in steps from one to the next.
fn path(points: &[Point]) -> String {
    let mut text = String::new();
    let mut before = (0, 0);
    for (index, point) in points.iter().enumerate() {
        let (x, y) = tenths(*point);
        let _ = match index {
            0 => write!(text, "M{x} {y}"),
            _ => write!(
                text,
                "{}{} {}",
                if index == 1 { "l" } else { " " },
                x - before.0,
                y - before.1
            ),
        };
        before = (x, y);
    }
    if points.len() == 1 {
        text.push_str("h0");
    }
    text
}

fn ticks(middles: &[Point], height: f64) -> String {
    let mut text = String::new();
    let mut before = (0, 0);
    let length = (10.0 * height).round() as i64;
    for (x, y) in middles {
        let (x, y) = tenths((*x, y - height / 2.0));
        let _ = write!(text, "m{} {}v{length}", x - before.0, y - before.1);
        before = (x, y + length);
    }
    text
}

/// Bytes in the alphabet of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let is_padding = place > chunk.len();
            text.push(if is_padding {
                '='
            } else {
                char::from(ALPHABET[index as usize])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        let texts = ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }
}
