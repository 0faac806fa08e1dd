//! Tokens → [`Statements`], statement by statement: a mistake in one does not hide another's, and a
//! statement with a mistake keeps its name.

use std::collections::HashSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token};

use super::head::parse_head;
use super::model::{Frame, Head, Statement, Statements};
use super::statement::parse_statement;
use crate::errors::Errors;
use crate::paths::Library;

/// Reads the whole input.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> Statements {
    let mut statements = Statements::default();
    let mut reader = Reader {
        errors,
        names: declared(&input),
        outer: None,
    };
    let parser = |input: ParseStream<'_>| {
        let Head {
            crate_path,
            is_item,
            signature,
            frame,
        } = parse_head(input, &mut reader);
        statements.library = Library::new(crate_path);
        (statements.is_item, statements.signature) = (is_item, signature);
        reader.outer = frame.as_ref().and_then(Frame::outer_name);
        statements.frame = frame;
        while !input.is_empty() {
            // A fork: a list that is left in the middle is no error of the whole input.
            let ahead = input.fork();
            match parse_statement(&ahead, &mut reader) {
                Ok(statement) => {
                    advance(input, &ahead);
                    statements.push(statement);
                }
                Err(error) => {
                    reader.errors.push(error);
                    skip_statement(input);
                }
            }
        }
        Ok(())
    };
    let parsed = parser.parse2(input);
    errors.keep(parsed);
    statements
}

/// The state of reading: mistakes, and the names that an end can have.
pub(super) struct Reader<'a> {
    pub(super) errors: &'a mut Errors,
    /// The names that statements declare, as far as the tokens show.
    pub(super) names: HashSet<String>,
    /// The process that the network is inside.
    pub(super) outer: Option<Ident>,
}

impl Reader<'_> {
    /// Parses a name. A keyword is reported, and stands for the name that it cannot be.
    pub(super) fn name(&mut self, input: ParseStream<'_>) -> syn::Result<Ident> {
        let word = input.call(Ident::parse_any)?;
        if syn::parse_str::<Ident>(&word.to_string()).is_ok() {
            return Ok(word);
        }
        let text = word.to_string();
        let never_raw = matches!(&*text, "self" | "Self" | "super" | "crate" | "_");
        let raw = if never_raw {
            String::new()
        } else {
            format!(", or write `r#{text}`")
        };
        self.errors.at(
            &word,
            format_args!("`{text}` is a keyword of Rust; choose another name{raw}"),
        );
        Ok(stand_in(&word))
    }

    /// Parses the name of a process in an end. A keyword that is declared was reported there.
    pub(super) fn process(&mut self, input: ParseStream<'_>) -> syn::Result<Ident> {
        let word = input.fork().call(Ident::parse_any)?;
        let is_word = input.peek(Ident);
        if is_word {
            return input.parse();
        }
        if self.names.contains(&word.to_string()) {
            return input.call(Ident::parse_any).map(|word| stand_in(&word));
        }
        if word == "self" {
            let outer = self.outer.as_ref();
            let message = match outer {
                Some(outer) => format!("the process outside is called `{outer}` here"),
                None => "`self` is no process of this network".to_owned(),
            };
            return Err(syn::Error::new(word.span(), message));
        }
        self.name(input)
    }
}

/// The identifier that a keyword expands to.
fn stand_in(word: &Ident) -> Ident {
    let text = word.to_string();
    match &*text {
        "self" | "Self" | "super" | "crate" | "_" => {
            Ident::new(&format!("{}_", text.trim_matches('_')), word.span())
        }
        _ => Ident::new_raw(&text, word.span()),
    }
}

/// The names in front of a `:`, or of a `=` at the beginning of a statement.
fn declared(input: &TokenStream) -> HashSet<String> {
    let tokens: Vec<TokenTree> = input.clone().into_iter().collect();
    let is = |index: usize, letter: char| match tokens.get(index) {
        Some(TokenTree::Punct(punct)) => {
            punct.as_char() == letter && (letter == ';' || punct.spacing() == Spacing::Alone)
        }
        _ => false,
    };
    let names = tokens.iter().enumerate().filter_map(|(index, token)| {
        let TokenTree::Ident(name) = token else {
            return None;
        };
        let begins = index.checked_sub(1).is_none_or(|before| is(before, ';'));
        let typed = is(index + 1, ':') || matches!(tokens.get(index + 1), Some(TokenTree::Punct(colon)) if colon.as_char() == ':' && is(index + 2, '='));
        let after_colon = index.checked_sub(1).is_some_and(|before| is(before, ':'));
        let declares = (typed && !after_colon) || (begins && is(index + 1, '='));
        declares.then(|| name.to_string())
    });
    names.collect()
}

/// Ends a statement whose last token is `last`. A semicolon that is missing is reported there.
pub(super) fn end_statement(
    input: ParseStream<'_>,
    last: impl quote::ToTokens,
    errors: &mut Errors,
) {
    if input.peek(Token![;]) {
        let _ = input.parse::<Token![;]>();
    } else if input.is_empty() || input.peek(Ident::peek_any) || input.peek(Token![#]) {
        let last = last.to_token_stream().into_iter().last();
        errors.at(last, "a `;` is missing behind this");
    } else if input.peek(Token![,]) {
        errors.push(here(input, "a statement ends with `;`, not with `,`"));
        let _ = input.parse::<Token![,]>();
    } else {
        errors.push(here(input, "expected `;`"));
        skip_statement(input);
    }
}

/// An error at the next token, or at the end of the input.
pub(super) fn here(input: ParseStream<'_>, message: impl std::fmt::Display) -> syn::Error {
    syn::Error::new(input.span(), message)
}

/// Moves behind the next semicolon.
pub(super) fn skip_statement(input: ParseStream<'_>) {
    while !input.is_empty()
        && input
            .parse::<Option<Token![;]>>()
            .is_ok_and(|end| end.is_none())
    {
        let _ = input.parse::<TokenTree>();
    }
}

/// Moves to where a fork of the input is.
pub(super) fn advance(input: ParseStream<'_>, ahead: ParseStream<'_>) {
    use syn::parse::discouraged::Speculative as _;
    input.advance_to(ahead);
}

impl Statements {
    fn push(&mut self, statement: Statement) {
        match statement {
            Statement::Process(process) => self.processes.push(*process),
            Statement::Untyped(names) => self.untyped.extend(names),
            Statement::Value(name, value) => {
                self.untyped.push(name.clone());
                self.values.push((name, *value));
            }
            Statement::Connections(some) => self.connections.extend(some),
            Statement::Tie(tie) => self.ties.push(*tie),
            Statement::Loose(ends) => self.loose.extend(ends),
        }
    }
}
