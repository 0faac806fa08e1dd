//! Numbers of rules, and the scales of products that they make.

/// A number in binary: `mantissa * 2^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Literal {
    pub(crate) mantissa: i128,
    pub(crate) exponent: i32,
}

impl Literal {
    pub(crate) const ONE: Literal = Literal {
        mantissa: 1,
        exponent: 0,
    };

    /// The number, exactly: whole ones as they are, others by their bits.
    pub(crate) fn of(number: f64) -> Literal {
        let (mut mantissa, mut exponent) = (number, 0);
        while mantissa.fract() != 0.0 {
            mantissa *= 2.0;
            exponent -= 1;
        }
        Literal {
            mantissa: mantissa as i128,
            exponent,
        }
    }

    /// The product; a mantissa too large for any scale is replaced by a large one.
    pub(crate) fn times(self, other: Literal) -> Literal {
        Literal {
            mantissa: self.mantissa.saturating_mul(other.mantissa),
            exponent: self.exponent.saturating_add(other.exponent),
        }
    }

    pub(crate) fn negated(self) -> Literal {
        Literal {
            mantissa: self.mantissa.saturating_neg(),
            ..self
        }
    }

    pub(crate) fn value(self) -> f64 {
        self.mantissa as f64 * 2.0_f64.powi(self.exponent)
    }

    /// Mantissa and exponent of a scale with this value; `None` if there is none.
    pub(crate) fn scale(self) -> Option<(i32, i32)> {
        let (mut m, mut e) = (self.mantissa, self.exponent);
        if m == 0 {
            return Some((0, 0));
        }
        while m % 2 == 0 && ((m.abs() > 7 && e < 8) || e < -7) {
            (m, e) = (m / 2, e + 1);
        }
        while e > 8 && (-4..4).contains(&m) {
            (m, e) = (m * 2, e - 1);
        }
        let holds = (-8..8).contains(&m) && (-7..9).contains(&e);
        holds.then_some((m as i32, e))
    }

    /// The scale that is nearest to the value.
    pub(crate) fn nearest(self) -> (i32, i32) {
        let value = self.value();
        let scales = (-7..9).flat_map(|e| (-8..8).map(move |m| (m, e)));
        let distance = |(m, e): (i32, i32)| (f64::from(m) * 2.0_f64.powi(e) - value).abs();
        let all = scales.filter(|(m, _)| *m != 0);
        all.min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
            .unwrap_or((1, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_normalised() {
        let scale = |number: f64, exponent| {
            let power = Literal {
                mantissa: 1,
                exponent,
            };
            Literal::of(number).times(power).scale()
        };
        assert_eq!(scale(16.0, 0), Some((4, 2)));
        assert_eq!(scale(2.0, -1), Some((2, -1)));
        assert_eq!(scale(-8.0, 0), Some((-4, 1)));
        assert_eq!(scale(0.375, 0), Some((3, -3)));
        assert_eq!(scale(1.0, 9), Some((2, 8)));
        assert_eq!(scale(9.0, 0), None);
        assert_eq!(scale(1.0, -8), None);
        assert_eq!(scale(7.0, 9), None);
        assert_eq!(Literal::of(0.3).nearest(), (5, -4));
    }
}
