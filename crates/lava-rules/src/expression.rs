//! Expressions: sums of products.

use std::ops::Range;

use crate::error::Mistake;
use crate::literal::Literal;
use crate::parse::{Parsed, Parser, at_run_time, union};
use crate::rule::{Dependency, Factor, Product, Variable};
use crate::token::Kind;

/// The right side of an equation.
pub(crate) struct Sum;

impl Sum {
    /// Parses products up to the end of the statement.
    pub(crate) fn parse(parser: &mut Parser<'_>) -> Parsed<Vec<Product>> {
        let mut products = Vec::new();
        loop {
            products.push(ProductParser::parse(parser)?);
            if !(parser.next_is("+") || parser.next_is("-")) {
                return Ok(products);
            }
        }
    }
}

/// A product while it is read.
struct ProductParser {
    dependency: Option<Dependency>,
    scale: Literal,
    /// The tokens of the literals.
    literals: Option<Range<usize>>,
    factors: Vec<Factor>,
}

/// A term in brackets.
enum Item {
    Literal(Literal),
    Variable(Factor),
}

impl ProductParser {
    fn parse(parser: &mut Parser<'_>) -> Parsed<Product> {
        let mut product = ProductParser {
            dependency: None,
            scale: Literal::ONE,
            literals: None,
            factors: Vec::new(),
        };
        product.signs(parser);
        let start = parser.position;
        loop {
            product.factor(parser)?;
            let star = parser.position;
            if !parser.take("*") {
                break;
            }
            if parser.take("*") {
                return parser.since(star, "a power of two is written with `^`: `2^-1`");
            }
            product.signs(parser);
        }
        product.expect_end(parser)?;
        product.finish(parser, start)
    }

    /// Takes signs.
    fn signs(&mut self, parser: &mut Parser<'_>) {
        loop {
            if parser.take("-") {
                self.scale = self.scale.negated();
            } else if !parser.take("+") {
                return;
            }
        }
    }

    fn factor(&mut self, parser: &mut Parser<'_>) -> Parsed<()> {
        let start = parser.position;
        if parser.take("(") {
            let item = brackets(parser)?;
            return self.bracketed(parser, item, start);
        }
        if parser.take("sgn") {
            return self.sign(parser, start);
        }
        if parser
            .peek()
            .is_some_and(|token| token.kind == Kind::Number)
        {
            let literal = literal(parser)?;
            self.multiply(literal, start..parser.position);
            return Ok(());
        }
        let factor = variable(parser)?;
        self.multiply_variable(factor);
        Ok(())
    }

    fn multiply(&mut self, literal: Literal, tokens: Range<usize>) {
        self.scale = self.scale.times(literal);
        self.literals = Some(union(self.literals.take(), tokens));
    }

    /// Multiplies by a variable: the first dependency becomes that of the product.
    fn multiply_variable(&mut self, factor: Factor) {
        let dependency = match factor.variable {
            Variable::X0 => Some(Dependency::X0),
            Variable::Y0 => Some(Dependency::Y0),
            Variable::U => Some(Dependency::U),
            _ => None,
        };
        match dependency {
            Some(dependency) if self.dependency.is_none() => self.dependency = Some(dependency),
            _ => self.factors.push(factor),
        }
    }

    /// Multiplies by a term in brackets.
    fn bracketed(&mut self, parser: &Parser<'_>, item: Brackets, start: usize) -> Parsed<()> {
        let Brackets { variable, constant } = item;
        let Some((is_negative, mut factor)) = variable else {
            self.multiply(constant.unwrap_or(Literal::ONE), start..parser.position);
            return Ok(());
        };
        if is_negative {
            self.scale = self.scale.negated();
        }
        let Some(constant) = constant else {
            self.multiply_variable(factor);
            return Ok(());
        };
        if factor.variable == Variable::U {
            return parser.since(
                start,
                "a constant cannot be added to `uK`; multiply by `uK` alone",
            );
        }
        factor.constant = if is_negative {
            -constant.value()
        } else {
            constant.value()
        };
        self.factors.push(factor);
        Ok(())
    }

    fn sign(&mut self, parser: &mut Parser<'_>, start: usize) -> Parsed<()> {
        if !parser.take("(") {
            return parser.here(format!(
                "expected `(` after `sgn`, found {}; write `sgn(w)` or `sgn(w - 64)`",
                parser.found()
            ));
        }
        let Brackets { variable, constant } = brackets(parser)?;
        let synaptic = variable.filter(|(_, factor)| factor.variable.synaptic().is_some());
        match synaptic {
            Some((false, factor)) => {
                self.factors.push(Factor {
                    sign: true,
                    constant: constant.map_or(0.0, Literal::value),
                    ..factor
                });
                Ok(())
            }
            Some((true, _)) => parser.since(
                start,
                "the variable in `sgn` cannot be negative; put the sign before it: `-sgn(w)`",
            ),
            None => parser.since(
                start,
                "`sgn` is taken of `w`, `d` or `t`, plus or minus a constant",
            ),
        }
    }

    /// Fails where a product goes on without an operator.
    fn expect_end(&self, parser: &Parser<'_>) -> Parsed<()> {
        let Some(token) = parser.peek() else {
            return Ok(());
        };
        match (token.kind, token.text.as_str()) {
            (Kind::Symbol, "+" | "-" | ";") => Ok(()),
            (Kind::Symbol, "/") => {
                parser.here("there is no division; multiply by a power of two: `2^-1`")
            }
            (Kind::Symbol, "^") => {
                parser.here("only 2 has powers, `2^-1`; multiply a variable by itself: `x1 * x1`")
            }
            (Kind::Symbol, ")") => parser.here("there is no `(` before this `)`"),
            (Kind::Word, _) if parser.begins_statement() => {
                parser.here(format!("expected `;` before {}", parser.found()))
            }
            (Kind::Word | Kind::Number, _) | (_, "(") => {
                parser.here(format!("expected `*` before {}", parser.found()))
            }
            _ => parser.here(format!(
                "expected `*`, `+`, `-` or `;`, found {}",
                parser.found()
            )),
        }
    }

    fn finish(self, parser: &Parser<'_>, start: usize) -> Parsed<Product> {
        let whole = start..parser.position;
        let Some(dependency) = self.dependency else {
            return Err(Mistake::new(
                "a product needs a dependency, which says when it is evaluated: multiply it by `x0` (the pre-synaptic neuron has fired), `y0` (the post-synaptic neuron has fired) or `uK` (once in 2^K epochs)",
                whole,
            ));
        };
        let Some((mantissa, exponent)) = self.scale.scale() else {
            let (m, e) = self.scale.nearest();
            let nearest = f64::from(m) * 2.0_f64.powi(e);
            return Err(Mistake::new(
                format!(
                    "fixed point cannot hold a scale of {}: it is m * 2^e, with m from -8 to 7 and e from -7 to 8; the nearest is `{m} * 2^{e}`, {nearest}",
                    self.scale.value()
                ),
                self.literals.unwrap_or(whole),
            ));
        };
        Ok(Product {
            dependency,
            mantissa,
            exponent,
            factors: self.factors,
        })
    }
}

/// The terms of a pair of brackets.
struct Brackets {
    /// `true` if it is subtracted.
    variable: Option<(bool, Factor)>,
    constant: Option<Literal>,
}

/// Parses what follows `(`, with the `)`.
fn brackets(parser: &mut Parser<'_>) -> Parsed<Brackets> {
    let start = parser.position - 1;
    let mut terms = Brackets {
        variable: None,
        constant: None,
    };
    loop {
        let mut is_negative = false;
        while parser.next_is("-") || parser.next_is("+") {
            is_negative ^= parser.next_is("-");
            parser.position += 1;
        }
        let is_second = match item(parser)? {
            Item::Variable(factor) => terms.variable.replace((is_negative, factor)).is_some(),
            Item::Literal(literal) => {
                let literal = if is_negative {
                    literal.negated()
                } else {
                    literal
                };
                terms.constant.replace(literal).is_some()
            }
        };
        if is_second {
            return parser.since(
                start,
                "brackets hold one variable, one constant, or their sum, `(w - 64)`; multiply others out: `x0 * w - x0 * t`",
            );
        }
        if parser.take(")") {
            return Ok(terms);
        }
        if parser.next_is("*") {
            return parser.since(
                start,
                "brackets hold no products; multiply them out: `2^-1 * x1 * y0 - 2^-1 * x0 * y1`",
            );
        }
        if !(parser.next_is("+") || parser.next_is("-")) {
            return parser.here(format!("expected `)`, found {}", parser.found()));
        }
    }
}

fn item(parser: &mut Parser<'_>) -> Parsed<Item> {
    if parser
        .peek()
        .is_some_and(|token| token.kind == Kind::Number)
    {
        let mut product = literal(parser)?;
        while parser.next_is("*")
            && parser
                .tokens
                .get(parser.position + 1)
                .is_some_and(|token| token.kind == Kind::Number)
        {
            parser.position += 1;
            product = product.times(literal(parser)?);
        }
        return Ok(Item::Literal(product));
    }
    if parser.next_is("(") {
        return parser.here("brackets cannot be nested; write `(w - 64) * x1`");
    }
    Ok(Item::Variable(variable(parser)?))
}

/// A number, or a power of 2.
fn literal(parser: &mut Parser<'_>) -> Parsed<Literal> {
    let start = parser.position;
    let base = parser.number("a factor")?;
    if !parser.take("^") {
        return Ok(Literal::of(base));
    }
    if base != 2.0 {
        return parser.since(start, "only 2 has powers: `2^-1`");
    }
    let exponent = parser.whole::<i16>("an exponent", "from -32768 to 32767")?;
    Ok(Literal {
        mantissa: 1,
        exponent: i32::from(exponent),
    })
}

/// A variable, or `uK`.
fn variable(parser: &mut Parser<'_>) -> Parsed<Factor> {
    let start = parser.position;
    let Some(name) = parser.take_kind(Kind::Word) else {
        return parser.here(format!(
            "expected a variable, a number or `(`, found {}",
            parser.found()
        ));
    };
    let variable = match name {
        "x0" => Variable::X0,
        "y0" => Variable::Y0,
        "x1" => Variable::X1,
        "x2" => Variable::X2,
        "y1" => Variable::Y1,
        "y2" => Variable::Y2,
        "y3" => Variable::Y3,
        "w" => Variable::W,
        "d" => Variable::D,
        "t" => Variable::T,
        _ => {
            decimated(parser, name, start)?;
            Variable::U
        }
    };
    Ok(Factor {
        variable,
        constant: 0.0,
        sign: false,
        tokens: start..start + 1,
    })
}

/// Notes the `K` of `uK`.
fn decimated(parser: &mut Parser<'_>, name: &str, start: usize) -> Parsed<()> {
    let digits = name
        .strip_prefix('u')
        .filter(|digits| digits.is_empty() || digits.bytes().all(|digit| digit.is_ascii_digit()));
    let Some(digits) = digits else {
        if parser.next_is("(") {
            return parser.since(
                start,
                format!("there is no function `{name}` in rules, only `sgn`; traces decay exponentially as they are declared: `x1: impulse 16, tau 20;`"),
            );
        }
        return parser.since(start, unknown_variable(name));
    };
    let period = match digits.parse::<u32>() {
        Ok(period) if digits.len() == 1 => period,
        _ => {
            return parser.since(
                start,
                format!("`{name}` is not `uK` with a digit K, `u0` to `u9`"),
            );
        }
    };
    match parser.rule.period.replace(period) {
        Some(other) if other != period => parser.since(
            start,
            format!(
                "`{name}` after `u{other}`: all uK of a rule have the same K; write `u{other}` here, or `{name}` there"
            ),
        ),
        _ => Ok(()),
    }
}

fn unknown_variable(name: &str) -> String {
    let lower = name.to_lowercase();
    if lower != name
        && (Variable::TRACES.contains(&&*lower) || ["x0", "y0", "w", "d", "t"].contains(&&*lower))
    {
        return format!("unknown variable `{name}`; names are in small letters: `{lower}`");
    }
    let hint = match name {
        "weight" | "weights" => "the weight is `w`",
        "delay" | "delays" | "tag_2" => "the delay is `d`",
        "tag" | "tag_1" => "the tag is `t`",
        "dw" | "dd" | "dt" => "an equation reads `w`, `d` and `t`, not their changes",
        "sign" | "signum" => "the sign is `sgn(w)`",
        _ if name.starts_with('x') => {
            "a pre-synaptic neuron has `x0`, and the traces `x1` and `x2`"
        }
        _ if name.starts_with('y') => {
            "a post-synaptic neuron has `y0`, and the traces `y1`, `y2` and `y3`"
        }
        _ => {
            return format!(
                "unknown variable `{name}`; a product has x0, x1, x2, y0, y1, y2, y3, w, d, t, uK and numbers; {}",
                at_run_time(name)
            );
        }
    };
    format!("unknown variable `{name}`; {hint}")
}
