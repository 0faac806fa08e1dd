//! The declaration of a synapse as it is written.

use proc_macro2::Ident;
use syn::{Attribute, Visibility};

use crate::errors::Place;
use crate::expression::Expr;
use crate::item::{Assignment, Symbol, SymbolKind};
use crate::unit::Unit;

/// `pub Stdp { … }`. A part that cannot be read is missing; its name is kept.
#[derive(Debug)]
pub(crate) struct Synapse {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// The names with quantities, in the order of their statements.
    pub(crate) symbols: Vec<Symbol>,
    /// The owner of each symbol.
    pub(crate) owners: Vec<Owner>,
    /// The weights that a synapse may have: `where w >= 0 && w <= w_max`.
    pub(crate) range: Option<Expr>,
    pub(crate) arrivals: Vec<Arrival>,
    /// A statement could not be read.
    pub(crate) is_broken: bool,
}

/// The owner of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A parameter, a constant, or a name for an expression.
    All,
    Weight,
    Synapse,
    Pre,
    Post,
    /// The third factor.
    Signal,
}

/// `on pre { … }` or `on post { … }`.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) side: Side,
    pub(crate) place: Place,
    pub(crate) body: Vec<Action>,
}

/// The neuron whose spike arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Pre,
    Post,
}

#[derive(Debug)]
pub(crate) enum Action {
    Assign(Assignment),
    Transmit(Transmit),
}

/// `transmit w*u : nS;`
#[derive(Debug)]
pub(crate) struct Transmit {
    pub(crate) value: Expr,
    /// That of the weight, if it is not given.
    pub(crate) unit: Option<Unit>,
    pub(crate) place: Place,
}

impl Side {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Side::Pre => "pre",
            Side::Post => "post",
        }
    }

    /// The neuron whose variables its spikes change.
    pub(crate) fn owner(self) -> Owner {
        match self {
            Side::Pre => Owner::Pre,
            Side::Post => Owner::Post,
        }
    }
}

impl Synapse {
    /// The statements at a spike.
    pub(crate) fn on(&self, side: Side) -> impl Iterator<Item = &Action> {
        let arrivals = self.arrivals.iter().filter(move |on| on.side == side);
        arrivals.flat_map(|on| &on.body)
    }

    pub(crate) fn weight(&self) -> Option<usize> {
        let mut owners = self.owners.iter();
        owners.position(|owner| *owner == Owner::Weight)
    }

    /// The input of the third factor.
    pub(crate) fn input(&self) -> Option<usize> {
        let mut symbols = self.symbols.iter();
        symbols.position(|symbol| matches!(symbol.kind, SymbolKind::Input(_)))
    }

    /// The variables of an owner.
    pub(crate) fn variables(&self, owner: Owner) -> Vec<usize> {
        let symbols = self.symbols.iter().zip(&self.owners).enumerate();
        symbols
            .filter(|(_, (symbol, own))| {
                **own == owner && matches!(symbol.kind, SymbolKind::State { .. })
            })
            .map(|(index, _)| index)
            .collect()
    }

    pub(crate) fn equation(&self, symbol: usize) -> Option<&Expr> {
        match &self.symbols[symbol].kind {
            SymbolKind::State { equation, .. } => equation.as_ref(),
            _ => None,
        }
    }

    /// Changes by the input when a message arrives.
    pub(crate) fn jumps(&self) -> &[Assignment] {
        match self.input().map(|input| &self.symbols[input].kind) {
            Some(SymbolKind::Input(Some(jumps))) => jumps,
            _ => &[],
        }
    }

    /// Returns `true` if spikes of the target concern the synapse.
    pub(crate) fn has_post(&self) -> bool {
        let is_post = |arrival: &Arrival| arrival.side == Side::Post;
        self.arrivals.iter().any(is_post) || self.input().is_some()
    }
}
