//! The statements at a spike and at a message of the third factor.

use super::Check;
use super::locality::Reads;
use crate::dimensions::Expected;
use crate::errors::{Errors, Place};
use crate::item::{Assign, Assignment, SymbolKind};
use crate::scope::Meaning;
use crate::synapse::item::{Action, Owner, Side, Transmit};
use crate::unit::Dims;

impl Check<'_> {
    pub(super) fn arrivals(&self, errors: &mut Errors) {
        for side in [Side::Pre, Side::Post] {
            let mut sent: Option<&Transmit> = None;
            for action in self.synapse.on(side) {
                match action {
                    Action::Assign(assignment) => {
                        self.assignment(assignment, side, errors);
                        let name = &assignment.name;
                        let is_weight = self.scope.index(name) == self.synapse.weight();
                        if let Some(sent) = sent.filter(|_| is_weight) {
                            let message = format!(
                                "a spike transmits `{name}` as it leaves it; write `transmit` behind \
                                 what changes `{name}`"
                            );
                            errors.at(sent.place, message);
                        }
                    }
                    Action::Transmit(transmit) => {
                        if sent.is_some() {
                            errors.at(transmit.place, "a spike transmits once; write the sum");
                        }
                        sent = Some(transmit);
                        self.transmit(transmit, side, errors);
                    }
                }
            }
        }
    }

    fn transmit(&self, transmit: &Transmit, side: Side, errors: &mut Errors) {
        if side == Side::Post {
            let message = "a spike of the target is not transmitted; `transmit` stands in `on pre`";
            return errors.at(transmit.place, message);
        }
        let weight = self.synapse.weight();
        let expected = match (&transmit.unit, weight) {
            (Some(unit), _) => Some(Expected {
                dims: unit.dims,
                by: "the unit behind it".to_owned(),
            }),
            (None, Some(weight)) => self.dims.of_symbol(weight).map(|dims| Expected {
                dims,
                by: format!(
                    "`{}`, whose unit is transmitted unless `transmit … : nS` says another one,",
                    self.name(weight)
                ),
            }),
            (None, None) => None,
        };
        let reads = Reads {
            owners: &[Owner::Weight, Owner::Pre],
            own: None,
            input: false,
            rule: "what a spike transmits depends on the weight and on variables of the source"
                .to_owned(),
        };
        self.expression(&transmit.value, expected.as_ref(), &reads, errors);
    }

    /// A statement at a spike.
    fn assignment(&self, assignment: &Assignment, side: Side, errors: &mut Errors) {
        let Some(symbol) = self.assigned(assignment, errors) else {
            return;
        };
        let (name, word) = (&assignment.name, side.word());
        let owner = self.synapse.owners[symbol];
        let neuron = match side {
            Side::Pre => "source",
            Side::Post => "target",
        };
        let (owners, rule): (&[Owner], String) = match owner {
            Owner::Weight | Owner::Synapse => (
                &[Owner::Weight, Owner::Synapse, Owner::Pre, Owner::Post],
                "it acts between spikes: `weight dw/dt = c*n : 1;`".to_owned(),
            ),
            Owner::Pre | Owner::Post if owner == side.owner() => {
                let owners: &[Owner] = match side {
                    Side::Pre => &[Owner::Pre],
                    Side::Post => &[Owner::Post],
                };
                let rule = format!(
                    "`{name}` has one value for all synapses of its {neuron}, and changes by \
                     variables of the {neuron} alone"
                );
                (owners, rule)
            }
            _ => {
                let what = self.kind_of(symbol);
                let way = match owner {
                    Owner::Signal => "set it in the braces of the input".to_owned(),
                    _ => {
                        let other = if side == Side::Pre { "post" } else { "pre" };
                        format!("set it in `on {other}`, or declare it by `{word} d{name}/dt`")
                    }
                };
                let message = format!(
                    "`{name}` is {what}, which a spike of the {neuron} does not change; {way}"
                );
                return errors.at(Place::at(name.span()), message);
            }
        };
        let reads = Reads {
            owners,
            own: None,
            input: false,
            rule,
        };
        let expected = self.of_assignment(assignment, symbol);
        self.expression(&assignment.value, expected.as_ref(), &reads, errors);
    }

    /// The variable that a statement sets; what is none is noted.
    fn assigned(&self, assignment: &Assignment, errors: &mut Errors) -> Option<usize> {
        let name = &assignment.name;
        let place = Place::at(name.span());
        let Some(Meaning::Symbol(symbol)) = self.scope.meaning(name) else {
            errors.at(place, self.scope.unknown(name));
            return None;
        };
        let what = match &self.scope.symbols[symbol].kind {
            SymbolKind::State { .. } => return Some(symbol),
            SymbolKind::Let(None) => return None,
            SymbolKind::Let(_) => "follows from its expression",
            SymbolKind::Const(_) => "is a constant",
            SymbolKind::Param { .. } => "is a parameter",
            _ => "is an input",
        };
        let message = format!(
            "`{name}` {what}; a spike changes variables, declared by `d{name}/dt` or `var {name}`"
        );
        errors.at(place, message);
        None
    }

    fn of_assignment(&self, assignment: &Assignment, symbol: usize) -> Option<Expected> {
        match assignment.operator {
            Assign::Multiply => Some(Expected {
                dims: Dims::NONE,
                by: "a factor".to_owned(),
            }),
            _ => self.dims.of_symbol(symbol).map(|dims| Expected {
                dims,
                by: format!("`{}`", assignment.name),
            }),
        }
    }

    /// Changes by a message of the third factor.
    pub(super) fn input(&self, errors: &mut Errors) {
        for jump in self.synapse.jumps() {
            let Some(symbol) = self.assigned(jump, errors) else {
                continue;
            };
            let name = &jump.name;
            let (owners, rule): (&[Owner], &str) = match self.synapse.owners[symbol] {
                Owner::Signal => (&[Owner::Signal], "the signal is the same for all synapses"),
                Owner::Weight if matches!(jump.operator, Assign::Add | Assign::Subtract) => (
                    &[Owner::Synapse],
                    "a message changes the weight by a variable of the synapse times the message",
                ),
                _ => {
                    let message = format!(
                        "a message of the third factor changes a `signal`, or adds to the weight; \
                         `{name}` is {}",
                        self.kind_of(symbol)
                    );
                    errors.at(Place::at(name.span()), message);
                    continue;
                }
            };
            let reads = Reads {
                owners,
                own: None,
                input: true,
                rule: rule.to_owned(),
            };
            let expected = self.of_assignment(jump, symbol);
            self.expression(&jump.value, expected.as_ref(), &reads, errors);
        }
    }
}
