//! The body of a declaration → its statements.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};

/// The words of a macro.
pub(crate) struct Words {
    /// Those that begin a statement in front of a name.
    pub(crate) statements: &'static [&'static str],
    /// Those that stand in front of a statement and are a part of it.
    pub(crate) prefixes: &'static [&'static str],
    /// Those whose statements end with braces, always or at times.
    pub(crate) braced: &'static [&'static str],
}

/// The words of `neuron!`.
pub(super) const OF_NEURONS: Words = Words {
    statements: &[
        "param",
        "input",
        "output",
        "table",
        "const",
        "let",
        "var",
        "spike",
        "when",
        "refractory",
        "integrate",
        "update",
    ],
    prefixes: &[],
    braced: &["spike", "when", "input"],
};

/// Splits a body after each semicolon, after the braces of an event, and in front of what can only
/// begin a statement: one that is being typed has no end of its own. Every statement ends with a
/// semicolon or braces.
pub(crate) fn statements(body: TokenStream, words: &Words) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let mut statements = Vec::new();
    let mut current: Vec<TokenTree> = Vec::new();
    for at in 0..trees.len() {
        if is_begun(&current) && begins(&trees, at, words) && !goes_on(&current, words) {
            let semicolon = closing(&current);
            current.extend(semicolon);
            statements.push(current.drain(..).collect());
        }
        current.push(trees[at].clone());
        let ends = match &trees[at] {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && has_braces(&current, words)
            }
            _ => false,
        };
        if ends && is_begun(&current) {
            statements.push(current.drain(..).collect());
        } else if ends {
            // A semicolon behind braces.
            current.clear();
        }
    }
    if !current.is_empty() {
        let semicolon = closing(&current);
        current.extend(semicolon);
        statements.push(current.into_iter().collect());
    }
    statements
}

/// A semicolon in the place of the last token, on which the compiler then reports what is missing.
fn closing(statement: &[TokenTree]) -> Option<TokenTree> {
    let last = statement.last()?;
    let mut semicolon = Punct::new(';', Spacing::Alone);
    semicolon.set_span(last.span());
    Some(semicolon.into())
}

/// Returns `true` if a statement has more than attributes.
fn is_begun(statement: &[TokenTree]) -> bool {
    behind_attributes(statement).next().is_some()
}

/// The tokens behind the attributes.
fn behind_attributes(statement: &[TokenTree]) -> impl Iterator<Item = &TokenTree> {
    let mut rest = statement;
    while let [TokenTree::Punct(hash), TokenTree::Group(_), after @ ..] = rest
        && hash.as_char() == '#'
    {
        rest = after;
    }
    let is_attribute = matches!(rest, [TokenTree::Punct(hash)] if hash.as_char() == '#');
    let is_empty = matches!(rest, [TokenTree::Punct(end)] if end.as_char() == ';');
    rest.iter().filter(move |_| !is_attribute && !is_empty)
}

/// Returns `true` for a prefix, and for `spike` and `spike name`, behind which `when` begins no statement.
fn goes_on(statement: &[TokenTree], words: &Words) -> bool {
    let mut all = behind_attributes(statement);
    if let (Some(TokenTree::Ident(word)), None) = (all.next(), all.next())
        && words.prefixes.iter().any(|prefix| word == prefix)
    {
        return true;
    }
    let mut words = behind_attributes(statement);
    let is_spike = matches!(words.next(), Some(TokenTree::Ident(word)) if word == "spike");
    is_spike && words.all(|word| matches!(word, TokenTree::Ident(word) if word != "when"))
}

/// Returns `true` if the statement ends with braces: an event, or an input that jumps.
fn has_braces(statement: &[TokenTree], words: &Words) -> bool {
    let first = behind_attributes(statement).next();
    matches!(first, Some(TokenTree::Ident(word)) if words.braced.iter().any(|other| word == other))
}

/// Returns `true` if a statement can begin here and an expression cannot go on.
fn begins(trees: &[TokenTree], at: usize, words: &Words) -> bool {
    match &trees[at] {
        TokenTree::Punct(punct) => punct.as_char() == '#',
        TokenTree::Ident(word) => {
            let followed = trees.get(at + 1);
            let by_name = matches!(followed, Some(TokenTree::Ident(_)));
            (by_name && words.statements.iter().any(|other| word == other))
                || is_derivative(&trees[at..])
        }
        _ => false,
    }
}

/// Returns `true` for `dv/dt =`.
fn is_derivative(trees: &[TokenTree]) -> bool {
    let [
        TokenTree::Ident(left),
        TokenTree::Punct(slash),
        TokenTree::Ident(right),
        TokenTree::Punct(equals),
        ..,
    ] = trees
    else {
        return false;
    };
    left.to_string().starts_with('d')
        && slash.as_char() == '/'
        && right == "dt"
        && equals.as_char() == '='
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(body: &str) -> Vec<String> {
        let body = body.parse().expect("tokens");
        let statements = statements(body, &OF_NEURONS).into_iter();
        statements.map(|statement| statement.to_string()).collect()
    }

    #[test]
    fn a_statement_that_is_being_typed_costs_no_other() {
        let whole = "dv/dt = (e - v)/tau : mV = 0;";
        for half in [
            "dw/dt",
            "dw/dt = ",
            "dw/dt = a +",
            "dw/dt = a : ",
            "param c",
            "param c: pF = ",
            "#[doc = \"a\"] param c",
            "let x = v *",
            "spike when v >",
            "when v >",
        ] {
            for next in [
                whole,
                "param tau: ms = 1;",
                "spike when v > 0 {}",
                "#[doc = \"b\"] var x: 1 = 0;",
            ] {
                let found = split(&format!("{whole} {half} {next}"));
                assert_eq!(found.len(), 3, "{half} {next}: {found:?}");
            }
        }
    }

    #[test]
    fn braces_end_events_only() {
        let found = split(
            "dv/dt = if v > 0 { 1 } else { 2 } : 1; spike when v > 1 { v = 0; }; when v < 0 {} ",
        );
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
