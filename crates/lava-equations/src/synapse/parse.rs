//! Tokens → [`Synapse`].

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Token, braced, token};

use super::item::{Action, Arrival, Owner, Side, Synapse, Transmit};
use crate::errors::{Errors, Place};
use crate::expression::Expr;
use crate::item::{Symbol, SymbolKind};
use crate::parse::expression::unit;
use crate::parse::split::Words;
use crate::parse::statement::{
    COMMON, assignment, common, end, equation, first_word, name, of_derivative, right_side, typed,
};
use crate::parse::{Head, each_statement, head};
use crate::unit::Unit;

/// The words of `synapse!`.
const WORDS: Words = Words {
    statements: &[
        "weight", "pre", "post", "signal", "var", "param", "const", "let", "input", "on",
    ],
    prefixes: &["weight", "pre", "post", "signal"],
    braced: &["on", "input"],
};

const STATEMENTS: &str = "expected `weight w: 1;`, `dx/dt = … : 1;`, `var`, `pre` or `post` in front \
                          of these for a variable of a neuron, `signal`, `let`, `param`, `const`, \
                          `input`, `on pre` or `on post`";

/// Reads the declaration; `None` where there is no name and no body.
pub(super) fn synapse(tokens: TokenStream, errors: &mut Errors) -> Option<Synapse> {
    let Head {
        attributes,
        visibility,
        name,
        body,
    } = head(tokens, "synapse", "Stdp", "pre dx/dt", errors)?;
    let mut synapse = Synapse {
        attributes,
        visibility,
        name,
        symbols: Vec::new(),
        owners: Vec::new(),
        range: None,
        arrivals: Vec::new(),
        is_broken: false,
    };
    synapse.is_broken = each_statement(body, &WORDS, errors, |input, errors| {
        let mut owner = Owner::All;
        let read = read(input, &mut synapse, &mut owner, errors);
        synapse.owners.resize(synapse.symbols.len(), owner);
        read
    });
    Some(synapse)
}

/// Reads a statement into `synapse`, and who owns the variables in it.
fn read(
    input: ParseStream<'_>,
    synapse: &mut Synapse,
    owner: &mut Owner,
    errors: &mut Errors,
) -> syn::Result<()> {
    let (docs, word) = first_word(input, STATEMENTS, errors)?;
    *owner = match word.to_string().as_str() {
        "weight" => {
            *owner = Owner::Weight;
            return weight(input, docs, synapse, errors);
        }
        "on" => return arrival(input, &word, synapse, errors),
        "pre" => Owner::Pre,
        "post" => Owner::Post,
        "signal" => Owner::Signal,
        _ if input.peek(Token![/]) || word == "var" => Owner::Synapse,
        _ => Owner::All,
    };
    let symbols = &mut synapse.symbols;
    let mut first = word.clone();
    if matches!(owner, Owner::Pre | Owner::Post | Owner::Signal) {
        let expected =
            format!("expected a variable: `{word} dx/dt = … : 1;` or `{word} var x: 1;`");
        let missing = |error: syn::Error| syn::Error::new(error.span(), &expected);
        first = input.call(Ident::parse_any).map_err(missing)?;
        if !input.peek(Token![/]) && first != "var" {
            return Err(syn::Error::new(first.span(), expected));
        }
    }
    if input.peek(Token![/]) {
        return equation(input, docs, &first, symbols, errors);
    }
    match COMMON.iter().any(|other| first == other) {
        true => common(&first, input, docs, symbols, errors),
        false => Err(syn::Error::new(word.span(), STATEMENTS)),
    }
}

/// `weight w: pA where w >= 0;` or `weight dw/dt = … : pA where w >= 0;`
fn weight(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    synapse: &mut Synapse,
    errors: &mut Errors,
) -> syn::Result<()> {
    let word = name(input)?;
    let (mut of, mut unit, mut equation) = (word.clone(), None, None);
    let mut parse = || {
        if input.peek(Token![/]) {
            of = of_derivative(&word)?;
            let (right, own) = right_side(input)?;
            (equation, unit) = (Some(right), Some(own));
        } else {
            unit = Some(typed(input)?);
        }
        if input.peek(Token![where]) {
            input.parse::<Token![where]>()?;
            synapse.range = Some(input.parse()?);
        }
        if input.peek(Token![=]) {
            let message = "weights are those of the projection: `.weights(…)`; leave out the value";
            return Err(input.error(message));
        }
        end(input)
    };
    errors.keep(parse());
    let start = None;
    synapse.symbols.push(Symbol {
        docs,
        name: of,
        unit,
        kind: SymbolKind::State { equation, start },
    });
    Ok(())
}

/// `on pre { … }`
fn arrival(
    input: ParseStream<'_>,
    word: &Ident,
    synapse: &mut Synapse,
    errors: &mut Errors,
) -> syn::Result<()> {
    let expected = "expected `pre` or `post`, the neuron that fires: `on pre { … }`";
    let which = input
        .call(Ident::parse_any)
        .map_err(|error| syn::Error::new(error.span(), expected))?;
    let side = match which.to_string().as_str() {
        "pre" => Side::Pre,
        "post" => Side::Post,
        _ => return Err(syn::Error::new(which.span(), expected)),
    };
    let place = Place::at(word.span()).to(Place::at(which.span()));
    let mut body = Vec::new();
    let read = match input.peek(token::Brace) {
        true => actions(input, &mut body),
        false => Err(input.error("expected what the spike changes, in braces: `{ w += a*x; }`")),
    };
    errors.keep(read);
    synapse.arrivals.push(Arrival { side, place, body });
    Ok(())
}

/// `{ w += a*x; transmit w; }`
fn actions(input: ParseStream<'_>, body: &mut Vec<Action>) -> syn::Result<()> {
    let content;
    braced!(content in input);
    while !content.is_empty() {
        let is_transmit =
            content.peek(syn::Ident) && content.fork().parse::<Ident>()? == "transmit";
        body.push(match is_transmit {
            true => Action::Transmit(transmit(&content)?),
            false => Action::Assign(assignment(&content)?),
        });
    }
    Ok(())
}

/// `transmit w*u : nS;`
fn transmit(input: ParseStream<'_>) -> syn::Result<Transmit> {
    let word: Ident = input.parse()?;
    let value: Expr = input.parse()?;
    let own: Option<Unit> = match input.peek(Token![:]) {
        true => {
            input.parse::<Token![:]>()?;
            Some(unit(input)?)
        }
        false => None,
    };
    if input.is_empty() {
        return Err(value.place.error("a statement ends with `;`"));
    }
    end(input)?;
    Ok(Transmit {
        place: Place::at(word.span()).to(value.place),
        unit: own,
        value,
    })
}
