//! A synapse reads what is at the synapse.

use super::Check;
use crate::dimensions::Expected;
use crate::errors::Errors;
use crate::expression::{Expr, ExprKind};
use crate::item::SymbolKind;
use crate::scope::Meaning;
use crate::synapse::item::Owner;

/// The variables that a part of a declaration may read, and the sentence for another one.
pub(super) struct Reads {
    pub(super) owners: &'static [Owner],
    /// The only variable that it may read, if not all of its owner.
    pub(super) own: Option<usize>,
    pub(super) input: bool,
    pub(super) rule: String,
}

impl Check<'_> {
    /// The variables that an equation may read.
    pub(super) fn of_rate(&self, symbol: usize) -> Reads {
        let name = self.name(symbol);
        let (owners, own): (&[Owner], _) = match self.synapse.owners[symbol] {
            Owner::Weight => (&[Owner::Synapse, Owner::Signal], None),
            Owner::Pre => (&[Owner::Pre], Some(symbol)),
            Owner::Post => (&[Owner::Post], Some(symbol)),
            Owner::Signal => (&[Owner::Signal], Some(symbol)),
            _ => (&[Owner::Synapse], Some(symbol)),
        };
        let rule = match own {
            None => {
                "between spikes the weight changes by a variable of the synapse times the signal"
                    .to_owned()
            }
            Some(_) => format!(
                "between spikes an equation is solved exactly: that of `{name}` may have `{name}` and \
                 parameters"
            ),
        };
        Reads {
            owners,
            own,
            input: own.is_none(),
            rule,
        }
    }

    pub(super) fn expression(
        &self,
        expr: &Expr,
        expected: Option<&Expected>,
        reads: &Reads,
        errors: &mut Errors,
    ) {
        self.dims.check(expr, expected, errors);
        self.foreign(expr, errors);
        expr.walk(&mut |part| {
            let ExprKind::Name(name) = &part.kind else {
                return;
            };
            let Some(symbol) = self.scope.index(name) else {
                return;
            };
            let mut wrong = None;
            self.variables(
                symbol,
                &mut vec![false; self.scope.symbols.len()],
                &mut |of| {
                    if !self.may_read(of, reads) {
                        wrong.get_or_insert(of);
                    }
                },
            );
            let Some(of) = wrong else {
                return;
            };
            let through = match of == symbol {
                true => String::new(),
                false => format!(" has `{}`, which", self.name(of)),
            };
            let what = self.kind_of(of);
            let message = format!("`{name}`{through} is {what}; {}", reads.rule);
            errors.at(part.place, message);
        });
    }

    fn may_read(&self, symbol: usize, reads: &Reads) -> bool {
        if matches!(self.scope.symbols[symbol].kind, SymbolKind::Input(_)) {
            return reads.input;
        }
        let is_own = reads.own.is_none_or(|own| own == symbol);
        is_own && reads.owners.contains(&self.synapse.owners[symbol])
    }

    pub(super) fn kind_of(&self, symbol: usize) -> &'static str {
        if matches!(self.scope.symbols[symbol].kind, SymbolKind::Input(_)) {
            return "the third factor";
        }
        match self.synapse.owners[symbol] {
            Owner::Weight => "the weight of a synapse",
            Owner::Pre => "a variable of the source",
            Owner::Post => "a variable of the target",
            Owner::Signal => "the signal",
            _ => "a variable of a synapse",
        }
    }

    /// Calls `each` with the variables and the input that a name stands for.
    fn variables(&self, symbol: usize, seen: &mut [bool], each: &mut dyn FnMut(usize)) {
        if std::mem::replace(&mut seen[symbol], true) {
            return;
        }
        match &self.scope.symbols[symbol].kind {
            SymbolKind::State { .. } | SymbolKind::Input(_) => each(symbol),
            SymbolKind::Let(Some(expr)) => expr.walk(&mut |part| {
                if let ExprKind::Name(name) = &part.kind
                    && let Some(index) = self.scope.index(name)
                {
                    self.variables(index, seen, each);
                }
            }),
            _ => {}
        }
    }

    /// Notes what no synapse knows.
    pub(super) fn foreign(&self, expr: &Expr, errors: &mut Errors) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Rises(_) => {
                errors.at(
                    part.place,
                    "`rises` is for the condition of an event of a neuron",
                );
            }
            ExprKind::Name(name) => match self.scope.meaning(name) {
                Some(Meaning::Time) => {
                    let message = "a synapse knows the time since a spike, by a variable that \
                                   decays: `pre dx/dt = -x/tau : 1;`, and not `t`";
                    errors.at(part.place, message);
                }
                Some(Meaning::Noise(_)) => {
                    errors.at(part.place, format_args!("a synapse has no noise `{name}`"));
                }
                _ => {}
            },
            _ => {}
        });
    }
}
