//! Axes: ranges, scales and ticks.

use super::font;

/// The size of the labels of ticks.
pub(super) const TICK_SIZE: f64 = 11.0;

/// An axis of a chart.
#[derive(Clone, Debug)]
pub(super) struct PlotAxis {
    pub(super) label: String,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) is_log: bool,
    /// Labels are whole numbers only.
    pub(super) is_whole: bool,
    /// Labels at places, instead of numbers.
    pub(super) names: Option<Vec<(f64, String)>>,
    pub(super) has_grid: bool,
}

/// A tick: its place on the axis and its label.
pub(super) type Tick = (f64, String);

impl PlotAxis {
    pub(super) fn new(label: impl Into<String>, from: f64, to: f64) -> PlotAxis {
        PlotAxis {
            label: label.into(),
            from,
            to,
            is_log: false,
            is_whole: false,
            names: None,
            has_grid: true,
        }
    }

    /// An axis around all values that are finite, with some room; from 0 to 1 if none is.
    pub(super) fn around(label: impl Into<String>, values: impl Iterator<Item = f64>) -> PlotAxis {
        let (low, high) = extent(values).unwrap_or((0.0, 1.0));
        let room = if low < high {
            0.04 * (high - low)
        } else {
            0.5 * low.abs().max(1.0) * if low == 0.0 { 1.0 } else { 0.2 }
        };
        PlotAxis::new(label, low - room, high + room)
    }

    /// Makes the scale logarithmic; values that are not positive have no place on it.
    pub(super) fn logarithmic(mut self, values: impl Iterator<Item = f64>) -> PlotAxis {
        let (low, high) = extent(values.filter(|value| *value > 0.0)).unwrap_or((0.1, 10.0));
        let room = (high / low).powf(0.03).max(1.2);
        (self.from, self.to) = (low / room, high * room);
        self.is_log = true;
        self
    }

    pub(super) fn whole(mut self) -> PlotAxis {
        self.is_whole = true;
        self
    }

    /// The place of a value, 0 at the beginning of the axis and 1 at its end.
    pub(super) fn place(&self, value: f64) -> f64 {
        if self.is_log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }

    /// Ticks for an axis of some points, `each` of which a label takes at least.
    pub(super) fn ticks(&self, points: f64, each: f64) -> Vec<Tick> {
        if let Some(names) = &self.names {
            return names.clone();
        }
        let most = (points / each).floor().clamp(2.0, 12.0);
        if self.is_log {
            return self.log_ticks(most);
        }
        let least = if self.is_whole {
            1.0
        } else {
            f64::MIN_POSITIVE
        };
        let step = nice(((self.to - self.from) / most).max(least));
        let ticks = self.multiples(step);
        let finer = nice(0.4 * step);
        // One number is no scale.
        if ticks.len() == 1 && finer >= least {
            return self.multiples(finer);
        }
        ticks
    }

    /// The multiples of a number that the axis has.
    fn multiples(&self, step: f64) -> Vec<Tick> {
        let first = (self.from / step - 1e-9).ceil();
        let last = (self.to / step + 1e-9).floor();
        let count = (last - first).clamp(0.0, 100.0) as usize + 1;
        if !(first.is_finite() && last >= first) {
            return Vec::new();
        }
        let values = (0..count).map(|n| (first + n as f64) * step);
        values.map(|value| (value, label(value, step))).collect()
    }

    /// Powers of ten, and 2 and 5 times as much where there are few.
    fn log_ticks(&self, most: f64) -> Vec<Tick> {
        let (first, last) = (
            self.from.log10().floor() as i32,
            self.to.log10().ceil() as i32,
        );
        let stride = (f64::from(last - first) / most).ceil().max(1.0) as usize;
        let factors: &[f64] = if f64::from(last - first) * 3.0 <= most {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let mut ticks = Vec::new();
        for exponent in (first..=last).step_by(stride) {
            for factor in factors {
                let value = factor * 10_f64.powi(exponent);
                if (self.from..=self.to).contains(&value) {
                    ticks.push((value, label(value, value)));
                }
            }
        }
        ticks
    }

    /// The width of the widest label.
    pub(super) fn label_width(&self, ticks: &[Tick]) -> f64 {
        let widths = ticks.iter().map(|(_, label)| font::width(label, TICK_SIZE));
        widths.fold(0.0, f64::max)
    }
}

/// The smallest and the largest of the finite values. Returns `None` if there is none.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .filter(|value| value.is_finite())
        .fold(None, |extent, value| {
            let (low, high) = extent.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        })
}

/// The smallest of 1, 2 and 5 times powers of ten that is not below a number.
pub(super) fn nice(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let factor = factors
        .into_iter()
        .find(|factor| factor * power >= number * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// A number with the digits that multiples of `step` need.
pub(super) fn label(value: f64, step: f64) -> String {
    let size = value.abs().max(step);
    let text = if !(1e-3..1e5).contains(&size) {
        scientific(value, step)
    } else {
        let digits = (-step.log10() - 1e-9).ceil().clamp(0.0, 6.0) as usize;
        format!("{:.digits$}", value + 0.0)
    };
    // The sign of a number, which is wider than a hyphen.
    text.replace('-', "−")
}

fn scientific(value: f64, step: f64) -> String {
    if value.abs() < step / 2.0 {
        return "0".to_owned();
    }
    let exponent = value.abs().log10().floor();
    let digits = (exponent - step.log10().floor()).clamp(0.0, 6.0) as usize;
    let mantissa = format!("{:.digits$}", value / 10_f64.powf(exponent));
    let power: String = format!("{exponent}").chars().map(superscript).collect();
    match mantissa.as_str() {
        "1" => format!("10{power}"),
        "-1" => format!("-10{power}"),
        _ => format!("{mantissa}·10{power}"),
    }
}

fn superscript(character: char) -> char {
    match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit @ '0'..='9' => char::from_u32(0x2070 + digit as u32 - 48).unwrap_or(digit),
        other => other,
    }
}

/// A number for a text: with three significant digits.
pub(super) fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (2.0 - value.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: f64, to: f64) -> Vec<String> {
        let ticks = PlotAxis::new("", from, to).ticks(500.0, 100.0);
        ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers_inside_the_range() {
        assert_eq!(labels(0.0, 100.0), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(-0.32, 0.31), ["−0.2", "0.0", "0.2"]);
        let short = PlotAxis::new("", -1.1, 1.1).ticks(50.0, 28.0);
        let short: Vec<String> = short.into_iter().map(|(_, label)| label).collect();
        assert_eq!(short, ["−1", "0", "1"], "one tick would be no scale");
        assert_eq!(labels(0.0, 3e6), ["0", "10⁶", "2·10⁶", "3·10⁶"]);
        assert_eq!(
            labels(0.0, 2e-5),
            ["0", "5·10⁻⁶", "1.0·10⁻⁵", "1.5·10⁻⁵", "2.0·10⁻⁵"]
        );
    }

    #[test]
    fn numbers_have_three_digits() {
        let texts = [0.0, 1234.5, 12.345, 0.012345, -2.0, f64::NAN].map(short);
        assert_eq!(texts, ["0", "1234", "12.3", "0.0123", "−2", "–"]);
    }
}
