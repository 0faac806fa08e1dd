//! The rules of a declaration that are not units alone.

use proc_macro2::Ident;

use crate::dimensions::{Dimensions, Expected};
use crate::errors::{Errors, Place};
use crate::expression::{Expr, ExprKind};
use crate::item::{Assignment, Neuron, SymbolKind, Trigger};
use crate::scope::{Meaning, Scope};
use crate::unit::{Dims, Unit};

/// Notes all mistakes.
pub(crate) fn check(scope: &Scope<'_>, neuron: &Neuron, errors: &mut Errors) {
    let check = Check {
        scope,
        neuron,
        dims: Dimensions::new(scope),
    };
    check.symbols(errors);
    cycles(scope, errors);
    check.events(errors);
    check.refractory(errors);
    check.integrate(errors);
}

struct Check<'a> {
    scope: &'a Scope<'a>,
    neuron: &'a Neuron,
    dims: Dimensions<'a>,
}

/// The part of a declaration in which an expression stands.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    /// An equation or a `let`.
    Equation,
    /// A condition, a rate or a reset.
    Event,
    /// The jumps of the input of this index.
    Jump(usize),
}

impl Check<'_> {
    fn symbols(&self, errors: &mut Errors) {
        let mut has_state = false;
        for (index, symbol) in self.neuron.symbols.iter().enumerate() {
            let place = Place::at(symbol.name.span());
            let unit = symbol.unit.as_ref();
            match &symbol.kind {
                SymbolKind::State { equation, start } => {
                    has_state = true;
                    if let (Some(equation), Some(unit)) = (equation, unit) {
                        let dims = unit.dims.per(Dims::TIME);
                        let by = "the left side".to_owned();
                        self.expression(
                            equation,
                            Some(Expected { dims, by }),
                            Context::Equation,
                            errors,
                        );
                    }
                    constant(&self.dims, start.as_ref(), unit, errors);
                }
                SymbolKind::Let(expr) => {
                    let expected = unit.map(|unit| Expected {
                        dims: unit.dims,
                        by: format!("`{}`", symbol.name),
                    });
                    if let Some(expr) = expr {
                        self.expression(expr, expected, Context::Equation, errors);
                    }
                }
                SymbolKind::Output(expr) => {
                    let expected = unit.map(|unit| Expected {
                        dims: unit.dims,
                        by: format!("`{}`", symbol.name),
                    });
                    if let Some(expr) = expr {
                        self.expression(expr, expected, Context::Event, errors);
                    }
                }
                SymbolKind::Const(expr) => constant(&self.dims, expr.as_ref(), unit, errors),
                SymbolKind::Table(table) => {
                    for (at, value) in table.points.iter().flatten() {
                        constant(&self.dims, Some(at), Some(&table.unit), errors);
                        constant(&self.dims, Some(value), unit, errors);
                    }
                }
                SymbolKind::Param { default, .. } => {
                    constant(&self.dims, default.as_ref(), unit, errors);
                    if symbol.name == "dt" && unit.is_some_and(|unit| unit.text() != "ms") {
                        errors.at(place, "`dt` is in ms: `param dt: ms = 0.1;`");
                    }
                }
                SymbolKind::Input(jumps) => {
                    for jump in jumps.iter().flatten() {
                        self.assignment(jump, Context::Jump(index), errors);
                    }
                }
            }
        }
        if !has_state && !self.neuron.is_broken {
            let place = Place::at(self.neuron.name.span());
            errors.at(
                place,
                "a neuron has at least one equation: `dv/dt = … : mV = …;`",
            );
        }
    }

    fn expression(
        &self,
        expr: &Expr,
        expected: Option<Expected>,
        context: Context,
        errors: &mut Errors,
    ) {
        self.dims.check(expr, expected.as_ref(), errors);
        self.names(expr, context, errors);
    }

    /// Notes names that cannot be used in the context.
    fn names(&self, expr: &Expr, context: Context, errors: &mut Errors) {
        expr.walk(&mut |part| {
            let name = match &part.kind {
                ExprKind::Name(name) => name,
                ExprKind::Rises(_) if context != Context::Event => {
                    errors.at(part.place, "`rises` is for the condition of an event");
                    return;
                }
                _ => return,
            };
            let message = match (self.scope.meaning(name), context) {
                (Some(Meaning::Symbol(index)), context) => self.misused(index, name, context),
                (Some(Meaning::Noise(_)), Context::Equation) => None,
                (Some(Meaning::Noise(_)), _) => Some(format!(
                    "`{name}` is noise, which only an equation can have"
                )),
                _ => None,
            };
            if let Some(message) = message {
                errors.at(part.place, message);
            }
        });
    }

    fn misused(&self, index: usize, name: &Ident, context: Context) -> Option<String> {
        let kind = &self.neuron.symbols[index].kind;
        match (kind, context) {
            (SymbolKind::Const(_), _) => None,
            (SymbolKind::Let(None), _) => None,
            (SymbolKind::Table(table), _) => Some(format!(
                "`{name}` is a table; say where it is looked up: `{name}({})`",
                table.argument
            )),
            (SymbolKind::Output(_), _) => Some(format!("`{name}` is an output; use what it sends")),
            (SymbolKind::Input(Some(_)), Context::Jump(own)) if own == index => None,
            (SymbolKind::Input(Some(_)), _) => Some(format!(
                "`{name}` is an input that jumps; its braces say what it changes. An input that \
                 acts during the step has none: `input {name}: …;`"
            )),
            _ => None,
        }
    }

    fn events(&self, errors: &mut Errors) {
        for event in &self.neuron.events {
            match &event.trigger {
                Trigger::When(condition) => {
                    self.dims.check_condition(condition, errors);
                    self.names(condition, Context::Event, errors);
                }
                Trigger::Rate(rate) => {
                    let expected = Expected {
                        dims: Dims::NONE.per(Dims::TIME),
                        by: "a rate".to_owned(),
                    };
                    self.expression(rate, Some(expected), Context::Event, errors);
                }
            }
            for assignment in &event.body {
                self.assignment(assignment, Context::Event, errors);
            }
            if let Some(port) = &event.port
                && self.scope.index(port).is_some()
            {
                let message = format!("`{port}` is declared twice; it is the port of this spike");
                errors.at(Place::at(port.span()), message);
            }
        }
        self.ports(errors);
    }

    /// Notes events that share a port.
    fn ports(&self, errors: &mut Errors) {
        let mut ports: Vec<&Ident> = Vec::new();
        for port in self
            .neuron
            .events
            .iter()
            .filter_map(|event| event.port.as_ref())
        {
            if ports.contains(&port) {
                let message = match port == "s_out" {
                    true => {
                        "two events send from `s_out`; name the port of one: `spike burst when …`"
                            .to_owned()
                    }
                    false => {
                        format!("two events send from `{port}`; a port sends one message in a step")
                    }
                };
                errors.at(Place::at(port.span()), message);
            }
            ports.push(port);
        }
    }

    fn assignment(&self, assignment: &Assignment, context: Context, errors: &mut Errors) {
        let Assignment {
            name,
            value,
            operator,
        } = assignment;
        let place = Place::at(name.span());
        let index = match self.scope.meaning(name) {
            Some(Meaning::Symbol(index)) => index,
            Some(Meaning::Unit(_)) | None => {
                errors.at(place, self.scope.unknown(name));
                return self.names(value, context, errors);
            }
            Some(_) => {
                errors.at(place, format_args!("`{name}` cannot be set"));
                return;
            }
        };
        let what = match &self.neuron.symbols[index].kind {
            SymbolKind::State { .. } | SymbolKind::Let(None) => None,
            SymbolKind::Let(_) => Some("follows from its expression"),
            SymbolKind::Const(_) => Some("is a constant"),
            SymbolKind::Param { .. } | SymbolKind::Table(_) => Some("is a parameter"),
            SymbolKind::Input(_) => Some("is an input"),
            SymbolKind::Output(_) => Some("is an output"),
        };
        if let Some(what) = what {
            errors.at(place, format_args!("`{name}` {what}; an event sets variables, declared by `d{name}/dt` or `var {name}`"));
        }
        let dims = match operator {
            crate::item::Assign::Multiply => Some(Dims::NONE),
            _ => self.dims.of_symbol(index),
        };
        let by = match operator {
            crate::item::Assign::Multiply => "a factor".to_owned(),
            _ => format!("`{name}`"),
        };
        let expected = dims.map(|dims| Expected { dims, by });
        self.expression(value, expected, context, errors);
    }

    fn refractory(&self, errors: &mut Errors) {
        let Some(refractory) = &self.neuron.refractory else {
            return;
        };
        let name = &refractory.name;
        let place = Place::at(name.span());
        let unit = self
            .neuron
            .symbols
            .iter()
            .find(|symbol| symbol.name == *name);
        if let Some(unit) = unit.and_then(|symbol| symbol.unit.as_ref())
            && unit.dims != Dims::TIME
        {
            errors.at(
                place,
                format_args!("a refractory period is a time; `{name}` is {}", unit.text()),
            );
        }
        if !self.neuron.events.iter().any(|event| event.port.is_some()) && !self.neuron.is_broken {
            errors.at(
                place,
                "a refractory period follows a spike; add `spike when …`",
            );
        }
        for held in refractory.holds.iter().flatten() {
            self.is_state(held, false, errors);
        }
    }

    /// Notes a name that is no variable.
    fn is_state(&self, name: &Ident, by_equation: bool, errors: &mut Errors) {
        let place = Place::at(name.span());
        let Some(index) = self.scope.index(name) else {
            return errors.at(place, self.scope.unknown(name));
        };
        match &self.neuron.symbols[index].kind {
            SymbolKind::State { equation: None, .. } if by_equation && !self.neuron.is_broken => {
                errors.at(place, format_args!("`{name}` has no equation to integrate"));
            }
            SymbolKind::State { .. } | SymbolKind::Let(None) => {}
            _ => errors.at(place, format_args!("`{name}` is no variable")),
        }
    }

    fn integrate(&self, errors: &mut Errors) {
        let mut seen: Vec<&Ident> = Vec::new();
        for statement in &self.neuron.integrate {
            if statement.names.is_empty() && self.neuron.integrate.len() > 1 {
                let message = "name the variables of each method: `integrate v by heun; integrate w by euler;`";
                errors.at(statement.place, message);
                return;
            }
            for name in &statement.names {
                self.is_state(name, true, errors);
                if seen.contains(&name) {
                    let message = format!("`{name}` is integrated twice");
                    errors.at(Place::at(name.span()), message);
                }
                seen.push(name);
            }
        }
        if seen.is_empty() {
            return;
        }
        for symbol in &self.neuron.symbols {
            let is_left_out = matches!(
                symbol.kind,
                SymbolKind::State {
                    equation: Some(_),
                    ..
                }
            ) && !seen.contains(&&symbol.name);
            if is_left_out && let Some(last) = self.neuron.integrate.last() {
                let message = format!(
                    "no method for `{}`; add it to one of the lists",
                    symbol.name
                );
                errors.at(last.place, message);
            }
        }
    }
}

/// Notes mistakes of a value that is known when compiling: a number, which has the unit of its symbol, or
/// an expression with units.
pub(crate) fn constant(
    dims: &Dimensions<'_>,
    value: Option<&Expr>,
    unit: Option<&Unit>,
    errors: &mut Errors,
) {
    let (Some(value), Some(unit)) = (value, unit) else {
        return;
    };
    if crate::parse::expression::literal(value).is_some() {
        return;
    }
    let expected = Expected {
        dims: unit.dims,
        by: "the declared unit".to_owned(),
    };
    dims.check(value, Some(&expected), errors);
    value.walk(&mut |part| {
        let (ExprKind::Name(name) | ExprKind::Lookup(name, _)) = &part.kind else {
            return;
        };
        let is_lookup = matches!(part.kind, ExprKind::Lookup(..));
        let hint = match dims.scope.meaning(name) {
            Some(Meaning::Symbol(_)) if is_lookup => "",
            Some(Meaning::Symbol(index)) => match &dims.scope.symbols[index].kind {
                SymbolKind::Const(_) | SymbolKind::Let(None) => return,
                _ => ", or declare it by `const`",
            },
            Some(Meaning::Noise(_)) => {
                let message = format!("`{name}` is noise, which only an equation can have");
                return errors.at(part.place, message);
            }
            Some(Meaning::Time | Meaning::Step) => "",
            _ => return,
        };
        let message = format!("`{name}` is not known when compiling; write a number{hint}");
        errors.at(part.place, message);
    });
}

/// Notes `let`s and constants that depend on themselves.
pub(crate) fn cycles(scope: &Scope<'_>, errors: &mut Errors) {
    for (index, symbol) in scope.symbols.iter().enumerate() {
        let mut seen = vec![false; scope.symbols.len()];
        if derived(scope, index).is_some() && reaches(scope, index, index, &mut seen) {
            let name = &symbol.name;
            let message =
                format!("`{name}` depends on itself; its own rate of change is `d{name}/dt = …`");
            errors.at(Place::at(name.span()), message);
        }
    }
}

/// The expression that a `let` or a constant stands for.
fn derived<'a>(scope: &Scope<'a>, symbol: usize) -> Option<&'a Expr> {
    match &scope.symbols[symbol].kind {
        SymbolKind::Let(expr) | SymbolKind::Const(expr) => expr.as_ref(),
        _ => None,
    }
}

fn reaches(scope: &Scope<'_>, from: usize, target: usize, seen: &mut [bool]) -> bool {
    let Some(expr) = derived(scope, from) else {
        return false;
    };
    let mut found = false;
    expr.walk(&mut |part| {
        if let ExprKind::Name(name) = &part.kind
            && let Some(Meaning::Symbol(index)) = scope.meaning(name)
            && derived(scope, index).is_some()
        {
            found |= index == target;
            if !seen[index] {
                seen[index] = true;
                found |= reaches(scope, index, target, seen);
            }
        }
    });
    found
}
