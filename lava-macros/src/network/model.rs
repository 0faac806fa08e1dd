//! What a network declares, in the user's own tokens.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Path, Type};

use crate::paths::Library;

/// Everything in the braces of `network!`.
pub(crate) struct Network {
    pub(crate) library: Library,
    /// The run configuration; without it nothing is built.
    pub(crate) config: Option<Type>,
    pub(crate) processes: Vec<Process>,
    pub(crate) connections: Vec<Connection>,
    /// Processes that were left out because of a mistake, still to be type-checked.
    pub(crate) dropped: Vec<Process>,
}

/// `input: Source = Source::data(images);`
pub(crate) struct Process {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) builder: Expr,
}

/// One output and one input: a list on either side is several of these.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) from: End,
    pub(crate) to: End,
}

/// `input.s_out.reshape([2, 5])`.
#[derive(Clone)]
pub(crate) struct End {
    pub(crate) process: Ident,
    pub(crate) port: Option<Ident>,
    /// The methods that follow the port: on an output only.
    pub(crate) chain: TokenStream,
    /// Whether one of them is `delayed`.
    pub(crate) delayed: bool,
}

/// The statements of a network, before they are sorted.
pub(crate) enum Statement {
    Process(Box<Process>),
    /// A process whose type was not written; it was guessed from the builder.
    Untyped(Box<Process>),
    Connections(Vec<Connection>),
}

/// What `crate = path;` and the first statement say.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) crate_path: Option<Path>,
    pub(crate) config: Option<Type>,
}
