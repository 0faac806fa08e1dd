//! One statement.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Token, braced, token};

use super::expression::unit;
use super::table;
use crate::errors::{Errors, Place};
use crate::expression::{Expr, ExprKind, Operator};
use crate::item::{
    Assign, Assignment, Event, Integrate, Method, Neuron, Range, Refractory, Symbol, SymbolKind,
    Trigger,
};
use crate::unit::Unit;

const STATEMENTS: &str = "expected `dv/dt = … : mV = …;`, `var`, `let`, `param`, `const`, `input`, \
                          `output`, `table`, `spike`, `when`, `refractory`, `integrate` or `update`";

/// Reads a statement into `neuron`.
pub(super) fn read(
    input: ParseStream<'_>,
    neuron: &mut Neuron,
    errors: &mut Errors,
) -> syn::Result<()> {
    let (docs, word) = first_word(input, STATEMENTS, errors)?;
    if input.peek(Token![/]) {
        return equation(input, docs, &word, &mut neuron.symbols, errors);
    }
    match word.to_string().as_str() {
        "output" => symbol(input, docs, &mut neuron.symbols, errors, |input| {
            let unit = typed(input)?;
            let Some(value) = value(input)? else {
                return Err(input.error("an output sends a value: `= v`"));
            };
            Ok((Some(unit), SymbolKind::Output(Some(value))))
        }),
        "table" => table::read(input, docs, &mut neuron.symbols, errors),
        "refractory" => refractory(input, docs, neuron, errors),
        "integrate" => integrate(input, &word, neuron),
        "update" => update(input, &word, neuron),
        "spike" | "when" => event(input, docs, &word, neuron),
        _ if COMMON.iter().any(|other| word == other) => {
            common(&word, input, docs, &mut neuron.symbols, errors)
        }
        _ => Err(syn::Error::new(word.span(), STATEMENTS)),
    }
}

/// The documentation of a statement, and its first word; `expected` says which there are.
pub(crate) fn first_word(
    input: ParseStream<'_>,
    expected: &str,
    errors: &mut Errors,
) -> syn::Result<(Vec<Attribute>, Ident)> {
    let docs = input.call(Attribute::parse_outer)?;
    for attribute in &docs {
        if !attribute.path().is_ident("doc") {
            let message = "a statement has documentation only, no attributes";
            errors.push(syn::Error::new_spanned(attribute, message));
        }
    }
    let word = input
        .call(Ident::parse_any)
        .map_err(|error| syn::Error::new(error.span(), expected))?;
    Ok((docs, word))
}

/// The words of the statements that all declarations have.
pub(crate) const COMMON: [&str; 5] = ["var", "let", "const", "param", "input"];

/// Reads one of the statements that all declarations have.
pub(crate) fn common(
    word: &Ident,
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    symbols: &mut Vec<Symbol>,
    errors: &mut Errors,
) -> syn::Result<()> {
    match word.to_string().as_str() {
        "var" => symbol(input, docs, symbols, errors, |input| {
            let (unit, start) = (typed(input)?, value(input)?);
            let equation = None;
            Ok((Some(unit), SymbolKind::State { equation, start }))
        }),
        "let" => symbol(input, docs, symbols, errors, |input| {
            let unit = match input.peek(Token![:]) {
                true => Some(typed(input)?),
                false => None,
            };
            input.parse::<Token![=]>()?;
            Ok((unit, SymbolKind::Let(Some(input.parse()?))))
        }),
        "const" => symbol(input, docs, symbols, errors, |input| {
            let (unit, value) = (typed(input)?, value(input)?);
            if value.is_none() {
                return Err(input.error("a constant has a value: `= 1.0`"));
            }
            Ok((Some(unit), SymbolKind::Const(value)))
        }),
        "param" => parameter(input, docs, symbols, errors),
        _ => symbol(input, docs, symbols, errors, |input| {
            let unit = typed(input)?;
            let jumps = match input.peek(token::Brace) {
                true => Some(assignments(input)?),
                false => None,
            };
            Ok((Some(unit), SymbolKind::Input(jumps)))
        }),
    }
}

/// `dv/dt = expression : unit = start;`
pub(crate) fn equation(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    word: &Ident,
    symbols: &mut Vec<Symbol>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let name = of_derivative(word)?;
    let parse = || {
        let (equation, unit) = right_side(input)?;
        let start = value(input)?;
        end(input)?;
        Ok((unit, equation, start))
    };
    let (unit, equation, start) = match errors.keep(parse()) {
        Some((unit, equation, start)) => (Some(unit), Some(equation), start),
        None => (None, None, None),
    };
    let kind = SymbolKind::State { equation, start };
    symbols.push(Symbol {
        docs,
        name,
        unit,
        kind,
    });
    Ok(())
}

/// The variable of `dv`.
pub(crate) fn of_derivative(word: &Ident) -> syn::Result<Ident> {
    let text = word.unraw().to_string();
    let name = text.strip_prefix('d').filter(|name| !name.is_empty());
    let Some(name) = name.and_then(|name| syn::parse_str::<Ident>(name).ok()) else {
        return Err(syn::Error::new(
            word.span(),
            "an equation begins with `dv/dt`",
        ));
    };
    Ok(Ident::new(&name.to_string(), word.span()))
}

/// `/dt = expression : unit`
pub(crate) fn right_side(input: ParseStream<'_>) -> syn::Result<(Expr, Unit)> {
    input.parse::<Token![/]>()?;
    let time: Ident = input.parse()?;
    if time != "dt" {
        return Err(syn::Error::new(
            time.span(),
            "an equation begins with `dv/dt`",
        ));
    }
    input.parse::<Token![=]>()?;
    let equation: Expr = input.parse()?;
    after_expression(input)?;
    Ok((equation, typed(input)?))
}

/// Fails unless the unit of an equation follows.
fn after_expression(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![:]) {
        return Ok(());
    }
    let message = match input.peek(Token![;]) || input.peek(Token![=]) {
        true => {
            "an equation ends with the unit of its variable: `: mV`, and its value at the start: `= -70`"
        }
        false => "expected an operator, or `: mV`, the unit of the variable",
    };
    Err(input.error(message))
}

/// A name, then the rest; the name is kept if the rest has a mistake.
pub(crate) fn symbol(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    symbols: &mut Vec<Symbol>,
    errors: &mut Errors,
    rest: impl FnOnce(ParseStream<'_>) -> syn::Result<(Option<Unit>, SymbolKind)>,
) -> syn::Result<()> {
    let name = name(input)?;
    let parsed = rest(input).and_then(|rest| {
        let ends_with_braces = matches!(rest.1, SymbolKind::Input(Some(_)));
        if !ends_with_braces {
            end(input)?;
        }
        Ok(rest)
    });
    let (unit, kind) = match errors.keep(parsed) {
        Some(rest) => rest,
        None => (None, SymbolKind::Let(None)),
    };
    symbols.push(Symbol {
        docs,
        name,
        unit,
        kind,
    });
    Ok(())
}

pub(crate) fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    let expected = |error: syn::Error| syn::Error::new(error.span(), "expected a name");
    input.parse::<Ident>().map_err(expected)
}

/// `: unit`
pub(crate) fn typed(input: ParseStream<'_>) -> syn::Result<Unit> {
    if !input.peek(Token![:]) {
        return Err(input.error("a unit is missing: `: mV`, or `: 1` for a number"));
    }
    input.parse::<Token![:]>()?;
    unit(input)
}

/// `= expression`, if it follows.
fn value(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    if !input.peek(Token![=]) {
        return Ok(None);
    }
    input.parse::<Token![=]>()?;
    input.parse().map(Some)
}

/// `;`
pub(crate) fn end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![;]) {
        return input.parse::<Token![;]>().map(drop);
    }
    Err(input.error("expected an operator or `;`"))
}

/// `param name: unit = default where name > 0;`
fn parameter(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    symbols: &mut Vec<Symbol>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let at = input.fork().call(name).ok();
    symbol(input, docs, symbols, errors, |input| {
        let (unit, default) = (typed(input)?, value(input)?);
        let mut range = Range::Finite;
        if input.peek(Token![where]) {
            input.parse::<Token![where]>()?;
            let condition: Expr = input.parse()?;
            range = bound(&condition, at.as_ref()).ok_or_else(|| {
                let name = at.as_ref().map(Ident::to_string).unwrap_or_default();
                condition.place.error(format_args!(
                    "a parameter may be bounded by `where {name} > 0` or `where {name} >= 0`"
                ))
            })?;
        }
        Ok((Some(unit), SymbolKind::Param { default, range }))
    })
}

/// The range that `name > 0` or `name >= 0` states.
fn bound(condition: &Expr, name: Option<&Ident>) -> Option<Range> {
    let ExprKind::Binary(operator, left, right) = &condition.kind else {
        return None;
    };
    let ExprKind::Name(left) = &left.kind else {
        return None;
    };
    match operator {
        _ if Some(left) != name || !right.is_zero() => None,
        Operator::Greater => Some(Range::Positive),
        Operator::GreaterOrEqual => Some(Range::NonNegative),
        _ => None,
    }
}

/// `refractory t_ref: ms = 2 for v;`
fn refractory(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    neuron: &mut Neuron,
    errors: &mut Errors,
) -> syn::Result<()> {
    let period = input.fork().call(name)?;
    if neuron.refractory.is_some() {
        let message = "a neuron has one refractory period";
        errors.push(syn::Error::new(period.span(), message));
    }
    let mut holds = None;
    symbol(input, docs, &mut neuron.symbols, errors, |input| {
        let (unit, default) = (typed(input)?, value(input)?);
        if input.peek(Token![for]) {
            input.parse::<Token![for]>()?;
            holds = Some(names(input)?);
        }
        let range = Range::NonNegative;
        Ok((Some(unit), SymbolKind::Param { default, range }))
    })?;
    neuron.refractory = Some(Refractory {
        name: period,
        holds,
    });
    Ok(())
}

/// `v, w`
fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    Punctuated::<Ident, Token![,]>::parse_separated_nonempty(input)
        .map(|names| names.into_iter().collect())
}

/// `integrate v, w by heun in 2 steps;`
fn integrate(input: ParseStream<'_>, word: &Ident, neuron: &mut Neuron) -> syn::Result<()> {
    let mut listed = Vec::new();
    while input.peek(syn::Ident) && input.fork().parse::<Ident>()? != "by" {
        listed.push(input.parse::<Ident>()?);
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
    }
    let by = input.parse::<Ident>().ok().filter(|by| by == "by");
    if by.is_none() {
        return Err(input.error("expected `by` and a method: `integrate v by heun;`"));
    }
    let method: Ident = input.call(Ident::parse_any)?;
    let methods = Method::ALL.iter();
    let Some((_, chosen)) = methods.clone().find(|(name, _)| method == *name) else {
        let names: Vec<&str> = methods.map(|(name, _)| *name).collect();
        let message = format!(
            "there is no `{method}`; methods are `{}`",
            names.join("`, `")
        );
        return Err(syn::Error::new(method.span(), message));
    };
    let steps = match input.peek(Token![in]) {
        true => substeps(input)?,
        false => 1,
    };
    end(input)?;
    neuron.integrate.push(Integrate {
        names: listed,
        method: *chosen,
        steps,
        place: Place::at(word.span()).to(Place::at(method.span())),
    });
    Ok(())
}

/// `update event_driven;`
fn update(input: ParseStream<'_>, word: &Ident, neuron: &mut Neuron) -> syn::Result<()> {
    let name: Ident = input.parse()?;
    if name != "event_driven" {
        let message = "the update that can be declared is `event_driven`; without the statement neurons \
                       are clock-driven";
        return Err(syn::Error::new(name.span(), message));
    }
    neuron.update = Some(Place::at(word.span()).to(Place::at(name.span())));
    end(input)
}

/// `in 2 steps`
fn substeps(input: ParseStream<'_>) -> syn::Result<u32> {
    input.parse::<Token![in]>()?;
    let number: syn::LitInt = input.parse()?;
    let steps = number
        .base10_parse()
        .ok()
        .filter(|steps| (1..=100).contains(steps));
    let word = input.parse::<Ident>().ok();
    match (steps, word) {
        (Some(steps), Some(word)) if word == "steps" => Ok(steps),
        _ => Err(syn::Error::new(
            number.span(),
            "expected from 1 to 100 steps: `in 2 steps`",
        )),
    }
}

/// `spike when condition { … }`, `spike port with rate expression { … }`, `when condition { … }`.
fn event(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    word: &Ident,
    neuron: &mut Neuron,
) -> syn::Result<()> {
    let is_spike = word == "spike";
    let mut port = None;
    let mut trigger = "when".to_owned();
    if is_spike {
        port = Some(Ident::new("s_out", word.span()));
        let expected = "expected `when` and a condition, or `with rate` and a rate";
        let missing = |error: syn::Error| syn::Error::new(error.span(), expected);
        let mut next = input.parse::<Ident>().map_err(missing)?;
        if next != "when" && next != "with" {
            port = Some(next);
            next = input.parse::<Ident>().map_err(missing)?;
        }
        if next != "when" && next != "with" {
            return Err(syn::Error::new(next.span(), expected));
        }
        if next == "with" {
            let rate = input.parse::<Ident>().map_err(missing)?;
            if rate != "rate" {
                return Err(syn::Error::new(rate.span(), expected));
            }
        }
        trigger = next.to_string();
    }
    let expr: Expr = input.parse()?;
    let trigger = match trigger.as_str() {
        "when" => Trigger::When(expr),
        _ => Trigger::Rate(expr),
    };
    let body = match input.peek(token::Brace) {
        true => assignments(input)?,
        false if input.peek(Token![;]) => Vec::new(),
        false => {
            return Err(
                input.error("expected an operator, or the resets in braces: `{ v = v_r; }`")
            );
        }
    };
    neuron.events.push(Event {
        docs,
        port,
        trigger,
        body,
    });
    Ok(())
}

/// `{ v = v_r; w += b; }`
fn assignments(input: ParseStream<'_>) -> syn::Result<Vec<Assignment>> {
    let content;
    braced!(content in input);
    let mut assignments = Vec::new();
    while !content.is_empty() {
        assignments.push(assignment(&content)?);
    }
    Ok(assignments)
}

pub(crate) fn assignment(input: ParseStream<'_>) -> syn::Result<Assignment> {
    let name = name(input)?;
    let operator = if input.peek(Token![+=]) {
        input.parse::<Token![+=]>()?;
        Assign::Add
    } else if input.peek(Token![-=]) {
        input.parse::<Token![-=]>()?;
        Assign::Subtract
    } else if input.peek(Token![*=]) {
        input.parse::<Token![*=]>()?;
        Assign::Multiply
    } else if input.peek(Token![=]) && !input.peek(Token![==]) {
        input.parse::<Token![=]>()?;
        Assign::Set
    } else {
        return Err(input.error("expected `=`, `+=`, `-=` or `*=`"));
    };
    let value: Expr = input.parse()?;
    if input.is_empty() {
        return Err(value.place.error("a statement ends with `;`"));
    }
    end(input)?;
    Ok(Assignment {
        name,
        operator,
        value,
    })
}
