//! Names and their meanings.

use std::collections::HashMap;

use proc_macro2::Ident;

use crate::errors::{Errors, Place};
use crate::expression::{ExprKind, Function};
use crate::item::{Symbol, SymbolKind, Table};
use crate::unit::{Dims, Rational, Unit};

/// The meaning of a name in an expression.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    /// The symbol of this index.
    Symbol(usize),
    /// Time at the point of evaluation.
    Time,
    /// The time step.
    Step,
    /// White noise, one for each name.
    Noise(usize),
    Unit(Unit),
}

/// The names of a declaration.
pub(crate) struct Scope<'a> {
    pub(crate) symbols: &'a [Symbol],
    names: HashMap<String, usize>,
    /// The names of the noise terms, in the order of their first use.
    pub(crate) noises: Vec<String>,
    /// The end of the message for a name without a meaning: what the declaration can read.
    readable: Option<String>,
}

/// Names that mean something in every neuron, or that its process or model uses.
pub(crate) const OF_NEURONS: [&str; 13] = [
    "t",
    "dt",
    "xi",
    "refractory",
    "seed",
    "context",
    "coefficients",
    "fired",
    "sleep",
    "update",
    "closed_form",
    "events",
    "rises",
];

impl<'a> Scope<'a> {
    /// Collects the names. A second use of a name, and one of a `reserved` name, is noted.
    pub(crate) fn new(symbols: &'a [Symbol], reserved: &[&str], errors: &mut Errors) -> Scope<'a> {
        let mut names = HashMap::new();
        for (index, symbol) in symbols.iter().enumerate() {
            let name = symbol.name.to_string();
            let place = Place::at(symbol.name.span());
            let is_step = name == "dt" && matches!(symbol.kind, SymbolKind::Param { .. });
            let is_function = Function::named(&name).is_some();
            if (reserved.contains(&name.as_str()) && !is_step) || is_function {
                errors.at(
                    place,
                    format_args!("`{name}` has a meaning of its own; choose another name"),
                );
            } else if names.contains_key(&name) {
                errors.at(place, format_args!("`{name}` is declared twice"));
                continue;
            }
            names.insert(name, index);
        }
        let mut scope = Scope {
            symbols,
            names,
            noises: Vec::new(),
            readable: None,
        };
        scope.collect_noises();
        scope
    }

    /// The names of a declaration that says in the message for another name what it can read.
    pub(crate) fn reading(mut self, readable: String) -> Scope<'a> {
        self.readable = Some(readable);
        self
    }

    fn collect_noises(&mut self) {
        let mut noises = Vec::new();
        let expressions = self.symbols.iter().filter_map(|symbol| match &symbol.kind {
            SymbolKind::State { equation, .. } => equation.as_ref(),
            SymbolKind::Let(expr) => expr.as_ref(),
            _ => None,
        });
        for expr in expressions {
            expr.walk(&mut |part| {
                if let ExprKind::Name(name) = &part.kind {
                    let name = name.to_string();
                    let is_noise = is_noise(&name) && !self.names.contains_key(&name);
                    if is_noise && !noises.contains(&name) {
                        noises.push(name);
                    }
                }
            });
        }
        self.noises = noises;
    }

    pub(crate) fn index(&self, name: &Ident) -> Option<usize> {
        self.names.get(&name.to_string()).copied()
    }

    pub(crate) fn meaning(&self, name: &Ident) -> Option<Meaning> {
        let text = name.to_string();
        if text == "dt" {
            return Some(Meaning::Step);
        }
        if let Some(index) = self.names.get(&text) {
            return Some(Meaning::Symbol(*index));
        }
        if text == "t" {
            return Some(Meaning::Time);
        }
        if let Some(noise) = self.noises.iter().position(|other| *other == text) {
            return Some(Meaning::Noise(noise));
        }
        Unit::named(&text).map(Meaning::Unit)
    }

    /// The table of this name; the message if there is none.
    pub(crate) fn table(&self, name: &Ident) -> Result<&'a Table, String> {
        match self.index(name).map(|index| &self.symbols[index].kind) {
            Some(SymbolKind::Table(table)) => Ok(table),
            Some(_) => Err(format!("`{name}` is no function; a product needs `*`")),
            None => Err(unknown_function(name)),
        }
    }

    /// The message for a name without a meaning.
    pub(crate) fn unknown(&self, name: &Ident) -> String {
        let text = name.to_string();
        let mut close: Vec<&String> = self
            .names
            .keys()
            .filter(|other| distance(other, &text) <= 2 && distance(other, &text) < text.len())
            .collect();
        close.sort_by_key(|other| (distance(other, &text), (*other).clone()));
        if is_noise(&text) {
            return format!("`{text}` is noise, which only an equation can have");
        }
        match (close.first(), &self.readable) {
            (Some(other), _) => format!("`{text}` is not declared; there is `{other}`"),
            (None, Some(readable)) => format!("`{text}` {readable}"),
            (None, None) => format!("`{text}` is not declared; add `param {text}: … = …;`"),
        }
    }
}

/// The message for a function that does not exist.
fn unknown_function(name: &Ident) -> String {
    let other = match name.to_string().as_str() {
        "ln" => Some("log"),
        "fabs" => Some("abs"),
        "pow" => return "write a power as `x^2`".to_owned(),
        "int" | "heaviside" => return "write `if condition { 1 } else { 0 }`".to_owned(),
        _ => None,
    };
    if let Some(other) = other {
        return format!("`{name}` is called `{other}` here");
    }
    let names: Vec<&str> = Function::ALL.iter().map(|(name, ..)| *name).collect();
    format!(
        "there is no function `{name}`; there are `{}` and `rises`, and a \
         `table` of your own. A product needs `*`",
        names.join("`, `")
    )
}

fn is_noise(name: &str) -> bool {
    name == "xi" || name.starts_with("xi_")
}

/// The dimensions of white noise.
pub(crate) fn noise_dims() -> Dims {
    let root = Rational {
        numerator: -1,
        denominator: 2,
    };
    Dims::TIME.power(root).expect("a half is exact")
}

/// The number of letters to insert, remove or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j].min(row[j + 1]) + 1);
        }
    }
    row[b.len()]
}
