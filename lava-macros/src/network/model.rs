//! Declaration of a network, in the user's own tokens.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Path, Type};

use crate::paths::Library;

/// Everything in the braces of `network!`.
pub(crate) struct Network {
    pub(crate) library: Library,
    /// The network that is built; without it nothing is.
    pub(crate) frame: Option<Frame>,
    pub(crate) processes: Vec<Process>,
    pub(crate) connections: Vec<Connection>,
    /// Exports: the members inside that the ports and Vars of the process outside stand for.
    pub(crate) ties: Vec<Tie>,
    /// Processes that were left out because of a mistake, still to be type-checked.
    pub(crate) dropped: Vec<Process>,
}

/// The statements as written, before names are resolved.
pub(crate) struct Statements {
    pub(crate) library: Library,
    pub(crate) frame: Option<Frame>,
    pub(crate) processes: Vec<Process>,
    /// Connections between any two ends, the process outside included.
    pub(crate) connections: Vec<Connection>,
    /// Ties that only a network inside a process has: `layer.v = lif.v;` and `layer.s_in -> _;`.
    pub(crate) ties: Vec<Tie>,
}

/// The network to be built, as the head says.
pub(crate) enum Frame {
    /// A network under this run configuration.
    New(Type),
    /// The inside of a process.
    Inside(Outer),
}

/// `inside net, layer: Layer;`
pub(crate) struct Outer {
    pub(crate) net: Expr,
    pub(crate) name: Ident,
    pub(crate) ty: Path,
}

/// The export of a member: `layer.s_in -> dense.s_in;`, or `layer.v = lif.v;`.
pub(crate) struct Tie {
    /// A port or Var of the process outside.
    pub(crate) outer: End,
    /// The member inside; `None` is `_`, nothing.
    pub(crate) inner: Option<End>,
    pub(crate) how: How,
}

/// Direction of a tie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Messages to the process outside go to the one inside.
    Receives,
    /// Messages of the one inside are those of the process outside.
    Sends,
    /// They are the same.
    Is,
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
    /// `true` if one of them is `delayed`.
    pub(crate) delayed: bool,
}

/// The statements of a network, before they are sorted.
pub(crate) enum Statement {
    Process(Box<Process>),
    /// A process with a mistake in its statement that leaves it complete.
    Mistaken(Box<Process>, syn::Error),
    Connections(Vec<Connection>),
    /// `layer.v = lif.v;`, `layer.s_in -> _;` or `_ -> layer.s_out;`
    Tie(Box<Tie>),
}

/// The head: `crate = path;` and the first statement.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) crate_path: Option<Path>,
    pub(crate) frame: Option<Frame>,
}

impl Tie {
    /// The port or Var of the process outside.
    pub(crate) fn member(&self) -> Option<&Ident> {
        self.outer.port.as_ref()
    }
}

impl Network {
    /// Returns `true` if the builder of a process is seen to take it out of lockstep.
    pub(crate) fn is_independent(&self, name: &Ident) -> bool {
        let mut processes = self.processes.iter();
        processes.any(|process| process.name == *name && has_timing(&process.builder))
    }

    /// The process that the network is inside.
    pub(crate) fn outer(&self) -> Option<&Outer> {
        match &self.frame {
            Some(Frame::Inside(outer)) => Some(outer),
            Some(Frame::New(_)) | None => None,
        }
    }
}

/// Returns `true` if one of the methods in a chain is `detached` or `asynchronous`.
fn has_timing(builder: &Expr) -> bool {
    match builder {
        Expr::MethodCall(call) => {
            let timed = ["detached", "asynchronous"]
                .iter()
                .any(|name| call.method == name);
            timed || has_timing(&call.receiver)
        }
        Expr::Paren(inner) => has_timing(&inner.expr),
        _ => false,
    }
}
