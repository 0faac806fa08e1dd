//! Values → Rust expressions, and → text for documentation.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::expression::{Function, Operator};
use crate::graph::{Graph, Id, Leaf, Level, Node};
use crate::scope::Scope;

/// Binding strengths of Rust's operators.
mod binds {
    pub(super) const COMPARE: u8 = 1;
    pub(super) const OR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const SUM: u8 = 4;
    pub(super) const PRODUCT: u8 = 5;
    pub(super) const UNARY: u8 = 6;
    pub(super) const ATOM: u8 = 9;
}

/// A name of the generated code's own, which no name of the user's can be.
pub(crate) fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The number type in which code computes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Precision {
    /// `f64`: coefficients, and what is the same for all neurons.
    Double,
    /// The type parameter `T`: the loop over neurons.
    Generic,
    /// `f32`: synapses.
    Single,
}

/// Writes the values of a graph.
pub(crate) struct Writer<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) precision: Precision,
    /// Values that have a name already.
    pub(crate) named: HashMap<Id, TokenStream>,
}

impl Writer<'_> {
    pub(crate) fn write(&self, id: Id) -> TokenStream {
        self.bound(id).0
    }

    fn at_least(&self, id: Id, least: u8) -> TokenStream {
        let (tokens, binds) = self.bound(id);
        match binds < least {
            true => quote!((#tokens)),
            false => tokens,
        }
    }

    /// The expression and how strongly it binds.
    fn bound(&self, id: Id) -> (TokenStream, u8) {
        match self.named.get(&id) {
            Some(name) => (name.clone(), binds::ATOM),
            None => self.formula(id),
        }
    }

    /// The expression of a value that has no name yet.
    pub(crate) fn formula(&self, id: Id) -> (TokenStream, u8) {
        let binary = |operator: TokenStream, a: Id, b: Id, strength: u8| {
            let (a, b) = (self.at_least(a, strength), self.at_least(b, strength + 1));
            (quote!(#a #operator #b), strength)
        };
        match self.graph.node(id) {
            Node::Const(bits) => self.number(f64::from_bits(*bits)),
            Node::Leaf(leaf) => (self.leaf(*leaf), binds::ATOM),
            Node::Add(a, b) => binary(quote!(+), *a, *b, binds::SUM),
            Node::Sub(a, b) => binary(quote!(-), *a, *b, binds::SUM),
            Node::Mul(a, b) => binary(quote!(*), *a, *b, binds::PRODUCT),
            Node::Div(a, b) => binary(quote!(/), *a, *b, binds::PRODUCT),
            Node::Neg(a) => {
                let a = self.at_least(*a, binds::UNARY);
                (quote!(-#a), binds::UNARY)
            }
            Node::Powi(a, count) => {
                let (a, count) = (
                    self.at_least(*a, binds::ATOM),
                    Literal::i32_unsuffixed(*count),
                );
                (quote!(#a.powi(#count)), binds::ATOM)
            }
            Node::Powf(a, b) => {
                let (a, b) = (self.at_least(*a, binds::ATOM), self.write(*b));
                (quote!(#a.powf(#b)), binds::ATOM)
            }
            Node::Call(function, arguments) => (self.call(*function, arguments), binds::ATOM),
            Node::Lookup(table, a) => {
                let (table, a) = (&self.scope.symbols[*table].name, self.write(*a));
                (quote!(#table.at(#a)), binds::ATOM)
            }
            Node::Compare(operator, a, b) => {
                let operator = match operator {
                    Operator::Less => quote!(<),
                    Operator::LessOrEqual => quote!(<=),
                    Operator::Greater => quote!(>),
                    _ => quote!(>=),
                };
                let (a, b) = (self.at_least(*a, binds::OR), self.at_least(*b, binds::OR));
                (quote!(#a #operator #b), binds::COMPARE)
            }
            Node::And(a, b) => binary(quote!(&), *a, *b, binds::AND),
            Node::Or(a, b) => binary(quote!(|), *a, *b, binds::OR),
            Node::Not(a) => {
                let a = self.at_least(*a, binds::UNARY);
                (quote!(!#a), binds::UNARY)
            }
            Node::Select(condition, yes, no) => {
                let (yes, no) = (self.write(*yes), self.write(*no));
                let condition = self.write(*condition);
                if self.precision != Precision::Generic {
                    return (quote!((if #condition { #yes } else { #no })), binds::ATOM);
                }
                let select = own("select");
                (quote!(#select(#condition, #yes, #no)), binds::ATOM)
            }
        }
    }

    fn number(&self, value: f64) -> (TokenStream, u8) {
        let literal = match self.precision {
            Precision::Single => Literal::f32_unsuffixed(value.abs() as f32),
            _ => Literal::f64_unsuffixed(value.abs()),
        };
        let number = match value < 0.0 {
            true => quote!(-#literal),
            false => literal.to_token_stream(),
        };
        match self.precision {
            Precision::Generic => (quote!(T::of(#number)), binds::ATOM),
            _ if value < 0.0 => (number, binds::UNARY),
            _ => (number, binds::ATOM),
        }
    }

    fn leaf(&self, leaf: Leaf) -> TokenStream {
        let n = own("n");
        let symbol = |index: usize| &self.scope.symbols[index].name;
        match leaf {
            Leaf::State(index) => symbol(index).to_token_stream(),
            Leaf::Param(index) => {
                let name = symbol(index);
                match self.precision {
                    Precision::Generic => quote!(#name[#n]),
                    _ => quote!(#name),
                }
            }
            Leaf::Input(index) => {
                let name = symbol(index);
                quote!(#name[#n])
            }
            Leaf::Step => own("dt").to_token_stream(),
            Leaf::Time => own("t").to_token_stream(),
            Leaf::Noise(noise) => {
                let name = own(&format!("normal{noise}"));
                quote!(T::of(#name[#n]))
            }
            Leaf::Uniform(uniform) => {
                let name = own(&format!("uniform{uniform}"));
                quote!(T::of(#name[#n]))
            }
            Leaf::Held => own("held").to_token_stream(),
            Leaf::Propagator(matrix, row, column) => {
                let name = own(&format!("propagator{matrix}"));
                let (row, column) = (
                    Literal::usize_unsuffixed(row),
                    Literal::usize_unsuffixed(column),
                );
                quote!(#name[#row][#column])
            }
            Leaf::Response(matrix, row, column) => {
                let name = own(&format!("response{matrix}"));
                let (row, column) = (
                    Literal::usize_unsuffixed(row),
                    Literal::usize_unsuffixed(column),
                );
                quote!(#name[#row][#column])
            }
        }
    }

    fn call(&self, function: Function, arguments: &[Id]) -> TokenStream {
        let name = own(function.name());
        if self.precision != Precision::Double {
            let arguments = arguments.iter().map(|argument| self.write(*argument));
            return quote!(#name(#(#arguments),*));
        }
        let first = self.receiver(arguments[0]);
        let rest: Vec<TokenStream> = arguments[1..].iter().map(|id| self.write(*id)).collect();
        match function {
            Function::Exprel => {
                let first = self.write(arguments[0]);
                let (precise, exprel) = (own("precise"), own("exprel"));
                quote!(#precise::#exprel(#first))
            }
            Function::Expm1 => quote!(#first.exp_m1()),
            Function::Log => quote!(#first.ln()),
            Function::Clip => {
                let (low, high) = (&rest[0], &rest[1]);
                quote!(#first.max(#low).min(#high))
            }
            _ => {
                let method = format_ident!("{}", function.name());
                quote!(#first.#method(#(#rest),*))
            }
        }
    }

    /// An operand in front of a method; a literal says its type.
    fn receiver(&self, id: Id) -> TokenStream {
        match self.graph.constant(id) {
            Some(value) if value >= 0.0 => Literal::f64_suffixed(value).to_token_stream(),
            _ => self.at_least(id, binds::ATOM),
        }
    }
}

/// The nodes of some values that a writer has to name, in an order in which each follows those that
/// it consists of. `is_named` says of a node whether it has a name already.
pub(crate) fn shared(graph: &Graph, roots: &[Id], is_named: &dyn Fn(Id) -> bool) -> Vec<Id> {
    let mut uses: HashMap<Id, usize> = HashMap::new();
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    for root in roots {
        count(graph, *root, is_named, &mut uses, &mut seen, &mut order);
    }
    let is_shared =
        |id: &Id| uses[id] > 1 && !matches!(graph.node(*id), Node::Leaf(_) | Node::Const(_));
    order.into_iter().filter(is_shared).collect()
}

fn count(
    graph: &Graph,
    id: Id,
    is_named: &dyn Fn(Id) -> bool,
    uses: &mut HashMap<Id, usize>,
    seen: &mut HashSet<Id>,
    order: &mut Vec<Id>,
) {
    if is_named(id) {
        return;
    }
    *uses.entry(id).or_default() += 1;
    if !seen.insert(id) {
        return;
    }
    for child in graph.node(id).children() {
        count(graph, child, is_named, uses, seen, order);
    }
    order.push(id);
}

/// A value as text.
pub(crate) fn text(graph: &Graph, scope: &Scope<'_>, id: Id) -> String {
    let writer = Writer {
        graph,
        scope,
        precision: Precision::Double,
        named: HashMap::new(),
    };
    let text = writer.write(id).to_string();
    // Tokens are separated by spaces; formulas are read better with fewer.
    text.replace(" . ", ".")
        .replace(". ", ".")
        .replace(".at (", "(")
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" [", "[")
        .replace(" * ", "*")
        .replace(" / ", "/")
        .replace(" :: ", "::")
        .replace("precise::", "")
}

/// The parts of the values of a loop that are computed outside of it.
#[derive(Debug, Default)]
pub(super) struct Outside {
    /// Coefficients of each neuron, by index.
    pub(super) coefficients: Vec<Id>,
    /// Numbers that are the same for all neurons.
    pub(super) uniform: Vec<Id>,
    /// The part that inputs have in a coefficient, and the coefficient.
    pub(super) driven: Vec<(Id, Id)>,
    seen: HashSet<Id>,
}

impl Outside {
    pub(super) fn of(graph: &Graph, roots: &[Id], driven: &[(Id, Id)]) -> Outside {
        let mut outside = Outside::default();
        for root in roots {
            outside.collect(graph, *root, driven);
        }
        outside
    }

    fn collect(&mut self, graph: &Graph, id: Id, driven: &[(Id, Id)]) {
        if !self.seen.insert(id) {
            return;
        }
        let node = graph.node(id);
        if let Some(pair) = driven.iter().find(|(value, _)| *value == id) {
            self.driven.push(*pair);
            self.collect(graph, pair.1, driven);
        }
        match graph.level(id) {
            Level::Constant => {}
            Level::Input | Level::Neuron => {
                for child in node.children() {
                    self.collect(graph, child, driven);
                }
            }
            _ if matches!(node, Node::Leaf(Leaf::Param(_))) => {}
            _ if graph.has_parameter(id) => self.coefficients.push(id),
            _ => self.uniform.push(id),
        }
    }
}

/// The largest parts of values that depend on inputs and not on the state, with what they are
/// without input, if that is a coefficient. They are computed only if an input is connected.
pub(crate) fn driven(graph: &mut Graph, roots: &[Id]) -> Vec<(Id, Id)> {
    let zero = graph.number(0.0);
    let (mut left, mut seen) = (roots.to_vec(), HashSet::new());
    let mut driven = Vec::new();
    while let Some(id) = left.pop() {
        if !seen.insert(id) {
            continue;
        }
        let is_part = graph.level(id) == Level::Input
            && !graph.depends(id, &|leaf| leaf == Leaf::Time)
            && !adds_input(graph, id);
        if is_part {
            let by = |leaf| matches!(leaf, Leaf::Input(_)).then_some(zero);
            let without = graph.substitute(id, &by, &mut HashMap::new());
            if graph.has_parameter(without) {
                driven.push((id, without));
                continue;
            }
        }
        left.extend(graph.node(id).children());
    }
    driven
}

/// Returns `true` for the sum of an input, which the loop reads as easily as the sum, and a part that depends on
/// others.
fn adds_input(graph: &Graph, id: Id) -> bool {
    let is_input = |id: Id| matches!(graph.node(id), Node::Leaf(Leaf::Input(_)));
    match *graph.node(id) {
        Node::Add(a, b) | Node::Sub(a, b) => {
            (is_input(a) && graph.level(b) == Level::Input)
                || (is_input(b) && graph.level(a) == Level::Input)
        }
        _ => false,
    }
}
