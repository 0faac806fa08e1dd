//! The rules of a declaration: units, and that a synapse reads what is at the synapse.

use proc_macro2::Ident;

use super::item::{Action, Owner, Side, Synapse, Transmit};
use crate::check::{constant, cycles};
use crate::dimensions::{Dimensions, Expected};
use crate::errors::{Errors, Place};
use crate::expression::{Expr, ExprKind, Operator};
use crate::item::{Assign, Assignment, SymbolKind};
use crate::scope::{Meaning, Scope};
use crate::unit::Dims;

/// Names that mean something in every synapse, or that its rule uses.
pub(super) const RESERVED: [&str; 5] = ["t", "dt", "xi", "kernel", "new"];

/// Notes all mistakes.
pub(super) fn check(scope: &Scope<'_>, synapse: &Synapse, errors: &mut Errors) {
    let check = Check {
        scope,
        synapse,
        dims: Dimensions::new(scope),
    };
    cycles(scope, errors);
    check.parts(errors);
    check.symbols(errors);
    check.range(errors);
    check.arrivals(errors);
    check.input(errors);
    check.unchanged(errors);
}

/// The end of the message for a name without a meaning.
pub(super) fn readable(synapse: &Synapse) -> String {
    let list = |owners: &[Owner]| {
        let indices = owners.iter().flat_map(|owner| synapse.variables(*owner));
        let names: Vec<String> = indices
            .map(|index| format!("`{}`", synapse.symbols[index].name))
            .collect();
        match names.is_empty() {
            true => "none".to_owned(),
            false => names.join(", "),
        }
    };
    format!(
        "is not at the synapse, which reads its own variables ({}), those of its source ({}) and of \
         its target ({}), parameters, and an `input` that is its third factor",
        list(&[Owner::Weight, Owner::Synapse]),
        list(&[Owner::Pre]),
        list(&[Owner::Post]),
    )
}

struct Check<'a> {
    scope: &'a Scope<'a>,
    synapse: &'a Synapse,
    dims: Dimensions<'a>,
}

/// The variables that a part of a declaration may read, and the sentence for another one.
struct Reads {
    owners: &'static [Owner],
    /// The only variable that it may read, if not all of its owner.
    own: Option<usize>,
    input: bool,
    rule: String,
}

impl Check<'_> {
    fn name(&self, symbol: usize) -> &Ident {
        &self.scope.symbols[symbol].name
    }

    /// Notes parts that are missing, or there twice.
    fn parts(&self, errors: &mut Errors) {
        let synapse = self.synapse;
        let mut weights = synapse.owners.iter().enumerate();
        let mut weights = weights
            .by_ref()
            .filter(|(_, owner)| **owner == Owner::Weight);
        let first = weights.next();
        if let Some((second, _)) = weights.next() {
            let place = Place::at(self.name(second).span());
            errors.at(place, "a synapse has one weight; declare others by `var`");
        }
        let place = Place::at(synapse.name.span());
        if first.is_none() && !synapse.is_broken {
            errors.at(place, "a synapse has a weight: `weight w: 1;`");
        }
        for side in [Side::Pre, Side::Post] {
            let word = side.word();
            let mut of_side = synapse.arrivals.iter().filter(|on| on.side == side);
            let first = of_side.next();
            if let Some(second) = of_side.next() {
                let message = format!(
                    "`on {word}` is there twice; its statements are executed one after another"
                );
                errors.at(second.place, message);
            }
            if side == Side::Pre && first.is_none() && !synapse.is_broken {
                let message = "what happens at a spike of the source is missing: `on pre { … }`; a \
                               synapse that only transmits its weight has `on pre {}`";
                errors.at(place, message);
            }
        }
        let inputs = synapse.symbols.iter();
        let mut inputs = inputs.filter(|symbol| matches!(symbol.kind, SymbolKind::Input(_)));
        inputs.next();
        for second in inputs {
            let message = "a synapse has one third factor; send the sum of several signals";
            errors.at(Place::at(second.name.span()), message);
        }
    }

    fn symbols(&self, errors: &mut Errors) {
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            if self.scope.index(&symbol.name) != Some(index) {
                continue;
            }
            let unit = symbol.unit.as_ref();
            let expected = unit.map(|unit| Expected {
                dims: unit.dims,
                by: format!("`{}`", symbol.name),
            });
            match &symbol.kind {
                SymbolKind::State { equation, start } => {
                    constant(&self.dims, start.as_ref(), unit, errors);
                    if let Some(equation) = equation {
                        let expected = unit.map(|unit| Expected {
                            dims: unit.dims.per(Dims::TIME),
                            by: "the left side".to_owned(),
                        });
                        let reads = self.of_rate(index);
                        self.expression(equation, expected.as_ref(), &reads, errors);
                    }
                }
                SymbolKind::Let(Some(expr)) => {
                    self.dims.check(expr, expected.as_ref(), errors);
                    self.foreign(expr, errors);
                }
                SymbolKind::Const(expr) => constant(&self.dims, expr.as_ref(), unit, errors),
                SymbolKind::Param { default, .. } => {
                    constant(&self.dims, default.as_ref(), unit, errors);
                }
                _ => {}
            }
        }
    }

    /// The variables that an equation may read.
    fn of_rate(&self, symbol: usize) -> Reads {
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

    fn expression(
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

    fn kind_of(&self, symbol: usize) -> &'static str {
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
    fn foreign(&self, expr: &Expr, errors: &mut Errors) {
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

    /// The range of weights: bounds that do not change.
    fn range(&self, errors: &mut Errors) {
        let (Some(range), Some(weight)) = (&self.synapse.range, self.synapse.weight()) else {
            return;
        };
        for bound in bounds(range) {
            let Some((_, limit)) = limit(bound, self.name(weight)) else {
                let name = self.name(weight);
                let message = format!(
                    "weights are bounded by `where {name} >= 0 && {name} <= w_max`; expected `>=` or \
                     `<=` and `{name}` on one side"
                );
                errors.at(bound.place, message);
                continue;
            };
            let expected = self.dims.of_symbol(weight).map(|dims| Expected {
                dims,
                by: format!("`{}`", self.name(weight)),
            });
            let reads = Reads {
                owners: &[],
                own: None,
                input: false,
                rule: "a bound is a number or a parameter".to_owned(),
            };
            self.expression(limit, expected.as_ref(), &reads, errors);
        }
    }

    fn arrivals(&self, errors: &mut Errors) {
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
    fn input(&self, errors: &mut Errors) {
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

    /// Notes variables that nothing changes: a statement was forgotten.
    fn unchanged(&self, errors: &mut Errors) {
        if self.synapse.is_broken {
            return;
        }
        let is_set = |symbol: usize| {
            let spikes = [Side::Pre, Side::Post].into_iter();
            let actions = spikes.flat_map(|side| self.synapse.on(side));
            let assigned = actions.filter_map(|action| match action {
                Action::Assign(assignment) => Some(&assignment.name),
                Action::Transmit(_) => None,
            });
            let jumps = self.synapse.jumps().iter().map(|jump| &jump.name);
            let mut names = assigned.chain(jumps);
            names.any(|name| self.scope.index(name) == Some(symbol))
        };
        for (owner, place) in [
            (Owner::Pre, "`on pre`"),
            (Owner::Post, "`on post`"),
            (Owner::Synapse, "`on pre` or `on post`"),
            (Owner::Signal, "the braces of an `input`"),
        ] {
            for symbol in self.synapse.variables(owner) {
                let name = self.name(symbol);
                if !is_set(symbol) && self.scope.index(name) == Some(symbol) {
                    let message =
                        format!("nothing changes `{name}`; add `{name} += 1;` to {place}");
                    errors.at(Place::at(name.span()), message);
                }
            }
        }
    }
}

/// The conditions that a range consists of.
pub(super) fn bounds(range: &Expr) -> Vec<&Expr> {
    match &range.kind {
        ExprKind::Binary(Operator::And, left, right) => {
            let mut all = bounds(left);
            all.extend(bounds(right));
            all
        }
        _ => vec![range],
    }
}

/// The side of a bound that is no weight, and `true` if it is the lower bound.
pub(super) fn limit<'a>(bound: &'a Expr, weight: &Ident) -> Option<(bool, &'a Expr)> {
    let ExprKind::Binary(operator, left, right) = &bound.kind else {
        return None;
    };
    let is_weight = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(name) if name == weight);
    match operator {
        Operator::GreaterOrEqual if is_weight(left) => Some((true, right)),
        Operator::LessOrEqual if is_weight(left) => Some((false, right)),
        Operator::GreaterOrEqual if is_weight(right) => Some((false, left)),
        Operator::LessOrEqual if is_weight(right) => Some((true, left)),
        _ => None,
    }
}
