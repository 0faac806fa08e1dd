//! Tokens → [`Expr`], and tokens → [`Unit`].

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Lit, Token, braced, parenthesized, token};

use crate::errors::Place;
use crate::expression::{Expr, ExprKind, Function, Operator};
use crate::unit::{Rational, Unit};

impl Parse for Expr {
    fn parse(input: ParseStream<'_>) -> syn::Result<Expr> {
        binary(input, 1)
    }
}

/// An expression whose operators bind at least this strongly.
fn binary(input: ParseStream<'_>, least: u8) -> syn::Result<Expr> {
    let mut left = unary(input)?;
    while let Some(operator) = operator(input)? {
        let binds = operator.binds();
        if binds < least {
            break;
        }
        consume(input, operator)?;
        let right = match operator {
            Operator::Power => unary(input)?,
            _ => binary(input, binds + 1)?,
        };
        if operator.is_comparison()
            && let ExprKind::Binary(before, ..) = &left.kind
            && before.is_comparison()
        {
            let message = "comparisons cannot be chained; write `a < b && b < c`";
            return Err(left.place.to(right.place).error(message));
        }
        left = Expr {
            place: left.place.to(right.place),
            kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)),
        };
    }
    Ok(left)
}

/// The operator that follows, if there is one.
fn operator(input: ParseStream<'_>) -> syn::Result<Option<Operator>> {
    let power = "write a power as `x^2`";
    let found = if input.peek(Token![*]) && input.peek2(Token![*]) {
        return Err(input.error(power));
    } else if input.peek(Token![&&]) {
        Operator::And
    } else if input.peek(Token![||]) {
        Operator::Or
    } else if input.peek(Token![<=]) {
        Operator::LessOrEqual
    } else if input.peek(Token![>=]) {
        Operator::GreaterOrEqual
    } else if input.peek(Token![==]) || input.peek(Token![!=]) {
        let message = "two numbers of a simulation are hardly ever equal; compare by `<`, `<=`, `>` \
                       or `>=`";
        return Err(input.error(message));
    } else if input.peek(Token![<]) {
        Operator::Less
    } else if input.peek(Token![>]) {
        Operator::Greater
    } else if input.peek(Token![+]) {
        Operator::Add
    } else if input.peek(Token![-]) {
        Operator::Subtract
    } else if input.peek(Token![*]) {
        Operator::Multiply
    } else if input.peek(Token![/]) {
        Operator::Divide
    } else if input.peek(Token![^]) {
        Operator::Power
    } else if input.peek(Token![%]) {
        return Err(input.error("an equation has no remainder"));
    } else {
        return Ok(None);
    };
    Ok(Some(found))
}

fn consume(input: ParseStream<'_>, operator: Operator) -> syn::Result<()> {
    match operator {
        Operator::And => input.parse::<Token![&&]>().map(drop),
        Operator::Or => input.parse::<Token![||]>().map(drop),
        Operator::LessOrEqual => input.parse::<Token![<=]>().map(drop),
        Operator::GreaterOrEqual => input.parse::<Token![>=]>().map(drop),
        Operator::Less => input.parse::<Token![<]>().map(drop),
        Operator::Greater => input.parse::<Token![>]>().map(drop),
        Operator::Add => input.parse::<Token![+]>().map(drop),
        Operator::Subtract => input.parse::<Token![-]>().map(drop),
        Operator::Multiply => input.parse::<Token![*]>().map(drop),
        Operator::Divide => input.parse::<Token![/]>().map(drop),
        Operator::Power => input.parse::<Token![^]>().map(drop),
    }
}

fn unary(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.peek(Token![-]) {
        let minus = input.parse::<Token![-]>()?;
        let inner = binary(input, Operator::Power.binds())?;
        return Ok(Expr {
            place: Place::at(minus.span).to(inner.place),
            kind: ExprKind::Minus(Box::new(inner)),
        });
    }
    if input.peek(Token![!]) {
        let not = input.parse::<Token![!]>()?;
        let inner = binary(input, Operator::Power.binds())?;
        return Ok(Expr {
            place: Place::at(not.span).to(inner.place),
            kind: ExprKind::Not(Box::new(inner)),
        });
    }
    if input.peek(Token![+]) {
        return Err(input.error("a number needs no `+`"));
    }
    atom(input)
}

fn atom(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.is_empty() {
        return Err(input.error("the expression ends too soon: a number, a name or `(` is missing"));
    }
    if input.peek(Lit) {
        return number(input);
    }
    if input.peek(token::Paren) {
        let content;
        let parentheses = parenthesized!(content in input);
        let inner: Expr = whole(&content)?;
        // The place includes the parentheses, so that a message marks all of the term.
        let place = Place::at(parentheses.span.open()).to(Place::at(parentheses.span.close()));
        return Ok(Expr { place, ..inner });
    }
    if input.peek(Token![if]) {
        return conditional(input);
    }
    if input.peek(Ident::peek_any) {
        let name = input.call(Ident::parse_any)?;
        if input.peek(token::Paren) {
            return call(input, &name);
        }
        return Ok(Expr {
            place: Place::at(name.span()),
            kind: ExprKind::Name(name),
        });
    }
    Err(input.error("expected a number, a name or `(`"))
}

/// Parses the content of a bracket to its end.
fn whole(content: ParseStream<'_>) -> syn::Result<Expr> {
    let expr = content.parse::<Expr>()?;
    if !content.is_empty() {
        return Err(content.error("expected an operator, `+`, `-`, `*`, `/` or `^`"));
    }
    Ok(expr)
}

/// `if condition { a } else { b }`.
fn conditional(input: ParseStream<'_>) -> syn::Result<Expr> {
    let first = input.parse::<Token![if]>()?;
    let condition: Expr = input.parse()?;
    let content;
    braced!(content in input);
    let yes = whole(&content)?;
    if !input.peek(Token![else]) {
        return Err(Place::at(first.span)
            .to(yes.place)
            .error("an expression has a value in either case; add `else { … }`"));
    }
    input.parse::<Token![else]>()?;
    let no = if input.peek(Token![if]) {
        conditional(input)?
    } else {
        let content;
        braced!(content in input);
        whole(&content)?
    };
    Ok(Expr {
        place: Place::at(first.span).to(no.place),
        kind: ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no)),
    })
}

fn call(input: ParseStream<'_>, name: &Ident) -> syn::Result<Expr> {
    let content;
    let parentheses = parenthesized!(content in input);
    let mut arguments = Vec::new();
    while !content.is_empty() {
        arguments.push(content.parse::<Expr>()?);
        if content.is_empty() {
            break;
        }
        content.parse::<Token![,]>()?;
    }
    let place = Place::at(name.span()).to(Place::at(parentheses.span.close()));
    if name == "rises" {
        let count = arguments.len();
        let (Some(condition), 1) = (arguments.pop(), count) else {
            return Err(place.error("`rises` takes one condition: `rises(v > 0 mV)`"));
        };
        let kind = ExprKind::Rises(Box::new(condition));
        return Ok(Expr { kind, place });
    }
    let Some((function, expected)) = Function::named(&name.to_string()) else {
        let kind = ExprKind::Lookup(name.clone(), arguments);
        return Ok(Expr { kind, place });
    };
    if arguments.len() != expected {
        let what = match expected {
            1 => "one argument".to_owned(),
            expected => format!("{expected} arguments"),
        };
        return Err(place.error(format_args!("`{name}` takes {what}")));
    }
    let kind = ExprKind::Call(function, arguments);
    Ok(Expr { kind, place })
}

/// A number, and the unit that may follow it.
fn number(input: ParseStream<'_>) -> syn::Result<Expr> {
    let literal: Lit = input.parse()?;
    let (value, suffix) = match &literal {
        Lit::Int(number) => (number.base10_parse::<f64>(), number.suffix()),
        Lit::Float(number) => (number.base10_parse::<f64>(), number.suffix()),
        other => return Err(syn::Error::new(other.span(), "expected a number")),
    };
    let place = Place::at(literal.span());
    let value = match &literal {
        Lit::Int(number) => number.base10_digits().parse().ok(),
        _ => value.ok(),
    };
    let Some(value) = value.filter(|value: &f64| value.is_finite()) else {
        return Err(place.error("this number is too large"));
    };
    if !suffix.is_empty() {
        let Some(unit) = Unit::named(suffix) else {
            return Err(place.error(unknown_unit(suffix)));
        };
        let kind = ExprKind::Number(value, Some(unit));
        return Ok(Expr { kind, place });
    }
    if input.peek(Ident) {
        let name: Ident = input.parse()?;
        let Some(unit) = Unit::named(&name.to_string()) else {
            let message = match similar_unit(&name.to_string()) {
                Some(unit) => format!("`{name}` is no unit; there is `{unit}`"),
                None => format!("`{name}` is no unit; a product needs `*`"),
            };
            return Err(syn::Error::new(name.span(), message));
        };
        let place = place.to(Place::at(name.span()));
        let kind = ExprKind::Number(value, Some(unit));
        return Ok(Expr { kind, place });
    }
    let kind = ExprKind::Number(value, None);
    Ok(Expr { kind, place })
}

/// A unit: `mV`, `1`, `1/ms`, `mS/cm^2`, `mV/ms^0.5`.
pub(crate) fn unit(input: ParseStream<'_>) -> syn::Result<Unit> {
    let mut unit = unit_factor(input)?;
    loop {
        if input.peek(Token![*]) {
            input.parse::<Token![*]>()?;
            unit = unit.times(&unit_factor(input)?);
        } else if input.peek(Token![/]) {
            input.parse::<Token![/]>()?;
            unit = unit.per(&unit_factor(input)?);
        } else {
            return Ok(unit);
        }
    }
}

fn unit_factor(input: ParseStream<'_>) -> syn::Result<Unit> {
    if input.is_empty() || input.peek(Token![;]) || input.peek(Token![=]) {
        return Err(input.error("a unit is missing, `mV` or `1`"));
    }
    let base = if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        let inner = unit(&content)?;
        if !content.is_empty() {
            return Err(content.error("expected `*` or `/`"));
        }
        inner
    } else if input.peek(syn::LitInt) {
        let one: syn::LitInt = input.parse()?;
        if one.to_string() != "1" {
            return Err(syn::Error::new(
                one.span(),
                "a unit has no factor; `1` is dimensionless",
            ));
        }
        Unit::one()
    } else {
        let name = input
            .call(Ident::parse_any)
            .map_err(|error| syn::Error::new(error.span(), "expected a unit, `mV` or `1`"))?;
        Unit::named(&name.to_string())
            .ok_or_else(|| syn::Error::new(name.span(), unknown_unit(&name.to_string())))?
    };
    if !input.peek(Token![^]) {
        return Ok(base);
    }
    let caret = input.parse::<Token![^]>()?;
    let exponent = exponent(input)?;
    base.power(exponent)
        .ok_or_else(|| syn::Error::new(caret.span, "the exponent of a unit is a half or a third"))
}

/// `2`, `-1`, `0.5`, `-0.5` or `(1/2)`.
fn exponent(input: ParseStream<'_>) -> syn::Result<Rational> {
    let expr = unary(input)?;
    rational(&expr).ok_or_else(|| {
        expr.place
            .error("an exponent is a number, `2`, `-1` or `0.5`")
    })
}

/// The rational number that an expression of literals is, if its denominator is at most 6.
pub(crate) fn rational(expr: &Expr) -> Option<Rational> {
    let value = literal(expr)?;
    [1, 2, 3, 6].into_iter().find_map(|denominator| {
        let numerator = value * f64::from(denominator);
        let whole = numerator.round();
        let is_exact = (numerator - whole).abs() < 1e-9 && whole.abs() < 1000.0;
        is_exact.then_some(Rational {
            numerator: whole as i32,
            denominator,
        })
    })
}

/// The value of an expression of literals without units.
pub(crate) fn literal(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Number(value, None) => Some(*value),
        ExprKind::Minus(inner) => Some(-literal(inner)?),
        ExprKind::Binary(Operator::Divide, left, right) => Some(literal(left)? / literal(right)?),
        _ => None,
    }
}

/// The unit with the same letters, large or small.
fn similar_unit(name: &str) -> Option<&'static str> {
    let units = [
        "mV", "ms", "pA", "nA", "nS", "uS", "pF", "nF", "MOhm", "GOhm", "Hz", "kHz", "mM",
    ];
    let mut units = units.into_iter();
    units.find(|unit| unit.eq_ignore_ascii_case(name))
}

fn unknown_unit(name: &str) -> String {
    match similar_unit(name) {
        Some(unit) => format!("`{name}` is no unit; there is `{unit}`"),
        None => format!(
            "`{name}` is no unit; units are `V`, `A`, `s`, `S`, `Ohm`, `F`, `C`, `Hz`, `M` and `K`, \
             with a prefix from `f` to `G`, `mol`, `cm`, and `1` for numbers"
        ),
    }
}
