//! Units: dimensions over SI base units, a power of ten, and the text they were written as.

use std::fmt;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// Exponents are counted in sixths, so that square and cube roots are exact.
const WHOLE: i16 = 6;

/// Base dimensions. Voltage takes the place of mass, which no equation of a neuron names.
const BASES: usize = 6;
const VOLTAGE: usize = 0;
const TIME: usize = 1;
const CURRENT: usize = 2;
const LENGTH: usize = 3;
const AMOUNT: usize = 4;
const TEMPERATURE: usize = 5;

/// Powers of ten of the coherent units mV, ms, pA, 10 µm, fmol and K, in which generated code
/// computes: pA/mV is nS, pA·ms/mV is pF, µA/cm² and mM are units of their own.
const COHERENT: [i32; BASES] = [-3, -3, -12, -5, -15, 0];

/// The dimensions of a quantity: an exponent for each base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Dims([i16; BASES]);

impl Dims {
    /// Numbers.
    pub(crate) const NONE: Dims = Dims([0; BASES]);
    pub(crate) const TIME: Dims = Dims::base(TIME);

    const fn base(base: usize) -> Dims {
        let mut dims = [0; BASES];
        dims[base] = WHOLE;
        Dims(dims)
    }

    pub(crate) fn times(self, other: Dims) -> Dims {
        Dims(std::array::from_fn(|base| self.0[base] + other.0[base]))
    }

    pub(crate) fn per(self, other: Dims) -> Dims {
        Dims(std::array::from_fn(|base| self.0[base] - other.0[base]))
    }

    /// Returns the dimensions to a rational power, or `None` if an exponent is no sixth.
    pub(crate) fn power(self, power: Rational) -> Option<Dims> {
        let mut dims = self;
        for exponent in &mut dims.0 {
            let numerator = i32::from(*exponent) * power.numerator;
            if numerator % power.denominator != 0 {
                return None;
            }
            *exponent = i16::try_from(numerator / power.denominator).ok()?;
        }
        Some(dims)
    }

    /// The power of ten of the coherent unit, in sixths.
    fn coherent(self) -> i32 {
        let sum = self.0.iter().zip(COHERENT);
        sum.map(|(exponent, power)| i32::from(*exponent) * power)
            .sum()
    }
}

/// A rational exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rational {
    pub(crate) numerator: i32,
    pub(crate) denominator: i32,
}

impl Rational {
    #[cfg(test)]
    pub(crate) fn whole(numerator: i32) -> Rational {
        Rational {
            numerator,
            denominator: 1,
        }
    }

    pub(crate) fn value(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

/// A unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    pub(crate) dims: Dims,
    /// The power of ten of the SI unit, in sixths.
    scale: i32,
    /// The text in the source, or of the dimensions.
    text: String,
}

impl Unit {
    pub(crate) fn one() -> Unit {
        Unit {
            dims: Dims::NONE,
            scale: 0,
            text: "1".to_owned(),
        }
    }

    /// The unit of this name: a symbol with a prefix.
    pub(crate) fn named(name: &str) -> Option<Unit> {
        let symbol = |name: &str| SYMBOLS.iter().find(|(symbol, ..)| *symbol == name);
        let unit = |&(_, dims, scale): &(&str, Dims, i32), prefix: i32| Unit {
            dims,
            scale: (scale + prefix) * i32::from(WHOLE),
            text: name.to_owned(),
        };
        if let Some(found) = symbol(name) {
            return Some(unit(found, 0));
        }
        if let Some((_, length, scale)) = LENGTHS.iter().find(|(length, ..)| *length == name) {
            return Some(unit(&(name, *length, *scale), 0));
        }
        let (prefix, rest) = name.split_at_checked(name.chars().next()?.len_utf8())?;
        let (_, power) = PREFIXES.iter().find(|(letter, _)| *letter == prefix)?;
        symbol(rest).map(|found| unit(found, *power))
    }

    pub(crate) fn times(&self, other: &Unit) -> Unit {
        Unit {
            dims: self.dims.times(other.dims),
            scale: self.scale + other.scale,
            text: match (self.text.as_str(), other.text.as_str()) {
                ("1", text) | (text, "1") => text.to_owned(),
                (left, right) => format!("{left}*{right}"),
            },
        }
    }

    pub(crate) fn per(&self, other: &Unit) -> Unit {
        let divisor = match other.text.contains(['*', '/']) {
            true => format!("({})", other.text),
            false => other.text.clone(),
        };
        Unit {
            dims: self.dims.per(other.dims),
            scale: self.scale - other.scale,
            text: match divisor.as_str() {
                "1" => self.text.clone(),
                divisor => format!("{}/{divisor}", self.text),
            },
        }
    }

    pub(crate) fn power(&self, power: Rational) -> Option<Unit> {
        let scale = self.scale * power.numerator;
        if scale % power.denominator != 0 {
            return None;
        }
        let base = match self.text.contains(['*', '/', '^']) {
            true => format!("({})", self.text),
            false => self.text.clone(),
        };
        let exponent = match power.denominator {
            1 => power.numerator.to_string(),
            denominator => format!("({}/{denominator})", power.numerator),
        };
        Some(Unit {
            dims: self.dims.power(power)?,
            scale: scale / power.denominator,
            text: format!("{base}^{exponent}"),
        })
    }

    /// Returns the factor from this unit to the coherent unit of its dimensions.
    pub(crate) fn to_coherent(&self) -> f64 {
        let sixths = self.scale - self.dims.coherent();
        match sixths % i32::from(WHOLE) {
            // Division and multiplication of a decimal are exact only one way.
            0 => format!("1e{}", sixths / i32::from(WHOLE))
                .parse()
                .expect("a power of ten"),
            _ => 10.0_f64.powf(f64::from(sixths) / f64::from(WHOLE)),
        }
    }

    /// The unit as a type of the library's, the same for all ways to write it.
    pub(crate) fn as_type(&self, library: &TokenStream) -> TokenStream {
        let symbol = quote!(#library::units::symbol);
        let is_same = |other: &Unit| other.dims == self.dims && other.scale == self.scale;
        if is_same(&Unit::one()) {
            return quote!(#symbol::One);
        }
        let prefixes = std::iter::once("").chain(PREFIXES.iter().map(|(prefix, _)| *prefix));
        let names = SYMBOLS.iter().flat_map(|(name, ..)| {
            prefixes
                .clone()
                .map(move |prefix| format!("{prefix}{name}"))
        });
        let names: Vec<String> = names.filter(|name| name.is_ascii()).collect();
        let named = |name: &String| {
            Unit::named(name)
                .filter(is_same)
                .map(|_| format_ident!("{name}"))
        };
        if let Some(name) = names.iter().find_map(named) {
            return quote!(#symbol::#name);
        }
        let familiar: Vec<(&str, Unit)> = FAMILIAR
            .iter()
            .filter(|name| !matches!(**name, "cm"))
            .filter_map(|name| Some((*name, Unit::named(name)?)))
            .collect();
        for (above, dividend) in &familiar {
            let fits = |(_, divisor): &&(&str, Unit)| is_same(&dividend.per(divisor));
            if let Some((below, _)) = familiar.iter().find(fits) {
                let (above, below) = (format_ident!("{above}"), format_ident!("{below}"));
                return quote!(#symbol::Per<#symbol::#above, #symbol::#below>);
            }
        }
        let exponents = self
            .dims
            .0
            .iter()
            .map(|exponent| Literal::i32_unsuffixed((*exponent).into()));
        let exponents: Vec<TokenStream> = exponents.map(|literal| quote!({ #literal })).collect();
        let scale = Literal::i32_unsuffixed(self.scale);
        quote!(#symbol::Product<#(#exponents),*, { #scale }>)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Symbols, their dimensions and the power of ten of their SI unit.
const SYMBOLS: &[(&str, Dims, i32)] = &[
    ("V", Dims::base(VOLTAGE), 0),
    ("A", Dims::base(CURRENT), 0),
    ("s", Dims::base(TIME), 0),
    ("S", dims(&[(CURRENT, 1), (VOLTAGE, -1)]), 0),
    ("Ohm", dims(&[(CURRENT, -1), (VOLTAGE, 1)]), 0),
    ("F", dims(&[(CURRENT, 1), (TIME, 1), (VOLTAGE, -1)]), 0),
    ("C", dims(&[(CURRENT, 1), (TIME, 1)]), 0),
    ("Hz", dims(&[(TIME, -1)]), 0),
    ("mol", Dims::base(AMOUNT), 0),
    ("M", dims(&[(AMOUNT, 1), (LENGTH, -3)]), 3),
    ("K", Dims::base(TEMPERATURE), 0),
];

/// Lengths, whose symbol alone would be the name of a gating variable.
const LENGTHS: &[(&str, Dims, i32)] = &[
    ("cm", Dims::base(LENGTH), -2),
    ("mm", Dims::base(LENGTH), -3),
    ("um", Dims::base(LENGTH), -6),
    ("µm", Dims::base(LENGTH), -6),
    ("nm", Dims::base(LENGTH), -9),
];

/// Prefixes; both letters of micro, which look the same.
const PREFIXES: &[(&str, i32)] = &[
    ("f", -15),
    ("p", -12),
    ("n", -9),
    ("u", -6),
    ("\u{b5}", -6),
    ("\u{3bc}", -6),
    ("m", -3),
    ("k", 3),
    ("M", 6),
    ("G", 9),
];

const fn dims(exponents: &[(usize, i16)]) -> Dims {
    let mut dims = [0; BASES];
    let mut index = 0;
    while index < exponents.len() {
        dims[exponents[index].0] = exponents[index].1 * WHOLE;
        index += 1;
    }
    Dims(dims)
}

/// Units in which messages speak, the most familiar first.
const FAMILIAR: &[&str] = &[
    "mV", "ms", "pA", "nS", "pF", "GOhm", "mM", "kHz", "fC", "K", "fmol", "cm",
];

/// The dimensions as a unit that a physiologist would write.
impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Dims::NONE {
            return f.write_str("dimensionless");
        }
        let named = |name: &&'static str| Unit::named(name).map(|unit| (*name, unit.dims));
        let units: Vec<(&str, Dims)> = FAMILIAR.iter().filter_map(named).collect();
        if let Some((name, _)) = units.iter().find(|(_, dims)| dims == self) {
            return f.write_str(if *name == "kHz" { "1/ms" } else { name });
        }
        for (above, dims) in &units {
            let quotient = |(_, below): &&(&str, Dims)| dims.per(*below) == *self;
            if let Some((below, _)) = units.iter().find(quotient) {
                return write!(f, "{above}/{below}");
            }
        }
        for (below, dims) in &units {
            if Dims::NONE.per(*dims) == *self {
                return write!(f, "1/{below}");
            }
        }
        for (left, dims) in &units {
            let product = |(_, right): &&(&str, Dims)| dims.times(*right) == *self;
            if let Some((right, _)) = units.iter().find(product) {
                return match left == right {
                    true => write!(f, "{left}^2"),
                    false => write!(f, "{left}*{right}"),
                };
            }
        }
        self.fmt_bases(f)
    }
}

impl Dims {
    /// The product of powers of the base units.
    fn fmt_bases(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["mV", "ms", "pA", "cm", "fmol", "K"];
        let mut separator = "";
        for (name, exponent) in names.iter().zip(self.0) {
            let text = match (exponent, exponent % WHOLE) {
                (0, _) => continue,
                (WHOLE, _) => (*name).to_owned(),
                (_, 0) => format!("{name}^{}", exponent / WHOLE),
                (_, 3 | -3) => format!("{name}^({}/2)", exponent / 3),
                _ => format!("{name}^({exponent}/6)"),
            };
            write!(f, "{separator}{text}")?;
            separator = "*";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> Unit {
        Unit::named(name).unwrap_or_else(|| panic!("{name} is a unit"))
    }

    #[test]
    fn the_units_of_the_field_are_coherent() {
        for name in ["mV", "ms", "pA", "nS", "pF", "GOhm", "kHz", "mM", "fC"] {
            assert_eq!(unit(name).to_coherent(), 1.0, "{name}");
        }
        for (name, factor) in [
            ("V", 1e3),
            ("s", 1e3),
            ("us", 1e-3),
            ("nA", 1e3),
            ("uS", 1e3),
            ("nF", 1e3),
            ("MOhm", 1e-3),
            ("Hz", 1e-3),
            ("uM", 1e-3),
            ("µM", 1e-3),
        ] {
            assert_eq!(unit(name).to_coherent(), factor, "{name}");
        }
        let area = unit("cm").power(Rational::whole(2)).expect("an area");
        for name in ["uA", "uF", "mS"] {
            assert_eq!(unit(name).per(&area).to_coherent(), 1.0, "{name}/cm^2");
        }
    }

    #[test]
    fn dimensions_have_the_name_of_a_familiar_unit() {
        let dims = |unit: Unit| unit.dims.to_string();
        assert_eq!(dims(unit("V").per(&unit("s"))), "mV/ms");
        assert_eq!(dims(unit("A").per(&unit("V"))), "nS");
        assert_eq!(dims(Unit::one().per(&unit("s"))), "1/ms");
        assert_eq!(dims(unit("mV").times(&unit("mV"))), "mV^2");
        let root = Rational {
            numerator: -1,
            denominator: 2,
        };
        let noise = unit("ms").power(root).expect("a root");
        assert_eq!(dims(noise.clone()), "ms^(-1/2)");
        assert_eq!(noise.to_coherent(), 1.0);
        assert_eq!(noise.text(), "ms^(-1/2)");
    }

    #[test]
    fn what_is_no_unit_has_none() {
        for name in ["mv", "m", "foo", "kk", "", "sm", "ohm"] {
            assert_eq!(Unit::named(name), None, "{name}");
        }
    }
}
