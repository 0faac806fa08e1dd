//! Declaration of a network, in the user's own tokens.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, Path, Type, Visibility};

use crate::paths::Library;

/// Everything in the braces of `network!`.
pub(crate) struct Network {
    pub(crate) library: Library,
    /// The function that the network is the body of.
    pub(crate) signature: Option<Signature>,
    /// The network that is built; without it nothing is.
    pub(crate) frame: Option<Frame>,
    pub(crate) processes: Vec<Process>,
    /// Names of processes whose statement does not say a type.
    pub(crate) untyped: Vec<Ident>,
    /// Values that are no processes, which builders may use.
    pub(crate) values: Vec<(Ident, Expr)>,
    pub(crate) connections: Vec<Connection>,
    /// Ends of connections that are not complete, still to be type-checked.
    pub(crate) loose: Vec<End>,
    /// Exports: the members inside that the ports and Vars of the process outside stand for.
    pub(crate) ties: Vec<Tie>,
    /// Processes that were left out because of a mistake, still to be type-checked.
    pub(crate) dropped: Vec<Process>,
}

/// The statements as written, before names are resolved.
#[derive(Default)]
pub(crate) struct Statements {
    pub(crate) library: Library,
    /// `true` if the network is an item, not an expression.
    pub(crate) is_item: bool,
    pub(crate) signature: Option<Signature>,
    pub(crate) frame: Option<Frame>,
    pub(crate) processes: Vec<Process>,
    pub(crate) untyped: Vec<Ident>,
    pub(crate) values: Vec<(Ident, Expr)>,
    pub(crate) loose: Vec<End>,
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

/// `pub fn digits(weights: Array2<f32>) -> lava::Result<Digits>;`
pub(crate) struct Signature {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: syn::Signature,
    /// The struct of the network and its processes.
    pub(crate) value: Ident,
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
    /// `None` if it could not be read.
    pub(crate) builder: Option<Expr>,
    pub(crate) docs: Vec<Attribute>,
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
    /// The last of them.
    pub(crate) method: Option<Ident>,
}

/// The statements of a network, before they are sorted.
pub(crate) enum Statement {
    Process(Box<Process>),
    /// Processes of which no more than the name is known.
    Untyped(Vec<Ident>),
    /// `w = array![[1.0]];`, which is no process.
    Value(Ident, Box<Expr>),
    Connections(Vec<Connection>),
    /// The sources of a connection without an arrow or target.
    Loose(Vec<End>),
    /// `layer.v = lif.v;`, `layer.s_in -> _;` or `_ -> layer.s_out;`
    Tie(Box<Tie>),
}

/// The head: `crate = path;`, a signature, and the first statement.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) crate_path: Option<Path>,
    /// `true` if the first line is a signature, even if that has a mistake.
    pub(crate) is_item: bool,
    pub(crate) signature: Option<Signature>,
    pub(crate) frame: Option<Frame>,
}

impl Frame {
    /// The name of the process that the network is inside.
    pub(crate) fn outer_name(&self) -> Option<Ident> {
        match self {
            Frame::Inside(outer) => Some(outer.name.clone()),
            Frame::New(_) => None,
        }
    }
}

impl Tie {
    /// The port or Var of the process outside.
    pub(crate) fn member(&self) -> Option<&Ident> {
        self.outer.port.as_ref()
    }
}

impl Network {
    /// Returns `true` if the builder of a process is seen to take it out of lockstep, or could not
    /// be read.
    pub(crate) fn is_independent(&self, name: &Ident) -> bool {
        let mut processes = self.processes.iter();
        let unlike = |process: &Process| process.builder.is_none() || process.has_timing();
        processes.any(|process| process.name == *name && unlike(process))
    }

    /// The process that the network is inside.
    pub(crate) fn outer(&self) -> Option<&Outer> {
        match &self.frame {
            Some(Frame::Inside(outer)) => Some(outer),
            Some(Frame::New(_)) | None => None,
        }
    }
}

impl Process {
    /// Returns `true` if one of the methods of the builder is `detached` or `asynchronous`.
    fn has_timing(&self) -> bool {
        let methods = self.methods();
        methods.iter().any(|name| {
            ["detached", "asynchronous"]
                .iter()
                .any(|timing| name == timing)
        })
    }

    /// The methods of the builder, the last one first.
    pub(crate) fn methods(&self) -> Vec<&Ident> {
        let (mut next, mut methods) = (self.builder.as_ref(), Vec::new());
        while let Some(builder) = next {
            next = match builder {
                Expr::MethodCall(call) => {
                    methods.push(&call.method);
                    Some(&call.receiver)
                }
                Expr::Paren(inner) => Some(&inner.expr),
                _ => None,
            };
        }
        methods
    }
}
