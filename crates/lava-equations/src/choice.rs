//! The choice of an integrator, and the reason that the documentation states.

use crate::errors::{Errors, Place};
use crate::expression::{Expr, ExprKind};
use crate::graph::{Id, Leaf};
use crate::integrate::{Rate, linear_system};
use crate::item::{Method, Neuron, SymbolKind};
use crate::lower::Lower;
use crate::scope::{Meaning, Scope};

/// Variables that are integrated together.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) states: Vec<usize>,
    pub(crate) method: Method,
    pub(crate) steps: u32,
    /// A sentence for the documentation.
    pub(crate) reason: String,
}

/// The obstacle to a method.
pub(crate) struct Obstacle {
    pub(crate) place: Place,
    pub(crate) message: String,
}

/// The rates of the variables of a group.
pub(crate) fn rates(lower: &mut Lower<'_>, states: &[usize], held: &[usize]) -> Vec<Rate> {
    let mut rates = Vec::new();
    for state in states {
        let SymbolKind::State {
            equation: Some(equation),
            ..
        } = &lower.scope.symbols[*state].kind
        else {
            continue;
        };
        let rate = lower.expr(equation);
        rates.push(Rate {
            state: *state,
            rate,
            is_held: held.contains(state),
        });
    }
    rates
}

/// The groups in the order in which they are integrated. A method that cannot be used is noted.
pub(crate) fn groups(
    lower: &mut Lower<'_>,
    neuron: &Neuron,
    held: &[usize],
    errors: &mut Errors,
) -> Vec<Group> {
    let scope = lower.scope;
    let with_equation = |index: &usize| {
        matches!(
            neuron.symbols[*index].kind,
            SymbolKind::State {
                equation: Some(_),
                ..
            }
        )
    };
    let all: Vec<usize> = (0..neuron.symbols.len()).filter(with_equation).collect();
    if neuron.integrate.is_empty() {
        return match all.is_empty() {
            true => Vec::new(),
            false => {
                let group = chosen(lower, all, held);
                let rates = rates(lower, &group.states, held);
                if let Some(obstacle) = noise_obstacle(lower, &rates, group.method) {
                    errors.at(obstacle.place, obstacle.message);
                }
                vec![group]
            }
        };
    }
    let mut groups = Vec::new();
    for statement in &neuron.integrate {
        let states = match statement.names.is_empty() {
            true => all.clone(),
            false => statement
                .names
                .iter()
                .filter_map(|name| scope.index(name))
                .collect(),
        };
        let rates = rates(lower, &states, held);
        if let Some(obstacle) = obstacle(lower, &rates, statement.method) {
            errors.at(obstacle.place, obstacle.message);
        }
        groups.push(Group {
            states,
            method: statement.method,
            steps: statement.steps,
            reason: "as declared".to_owned(),
        });
    }
    groups
}

/// The method for variables for which none is declared.
fn chosen(lower: &mut Lower<'_>, states: Vec<usize>, held: &[usize]) -> Group {
    let rates = rates(lower, &states, held);
    let name = |state: usize| lower.scope.symbols[state].name.to_string();
    let group = |method, reason: String| Group {
        states: states.clone(),
        method,
        steps: 1,
        reason,
    };
    if !lower.scope.noises.is_empty() {
        let multiplicative = rates
            .iter()
            .find(|rate| has_multiplicative_noise(lower, rate));
        return match multiplicative {
            None => group(
                Method::Euler,
                "the noise does not depend on the variables".to_owned(),
            ),
            Some(rate) => {
                let name = name(rate.state);
                let reason = format!(
                    "the noise of `{name}` depends on the variables, and is understood as by Stratonovich"
                );
                group(Method::Heun, reason)
            }
        };
    }
    if obstacle(lower, &rates, Method::Exact).is_none() {
        let reason = "the equations are linear with constant coefficients".to_owned();
        return group(Method::Exact, reason);
    }
    let Some(obstacle) = obstacle(lower, &rates, Method::ExponentialEuler) else {
        let reason = "every equation is linear in its own variable".to_owned();
        return group(Method::ExponentialEuler, reason);
    };
    group(Method::Rk4, obstacle.message)
}

/// Returns `true` if a factor of noise depends on a variable.
fn has_multiplicative_noise(lower: &mut Lower<'_>, rate: &Rate) -> bool {
    (0..lower.scope.noises.len()).any(|noise| {
        let parts = lower.graph.linear(rate.rate, Leaf::Noise(noise));
        parts.is_some_and(|(factor, _)| {
            lower
                .graph
                .depends(factor, &|leaf| matches!(leaf, Leaf::State(_)))
        })
    })
}

/// The first obstacle to a method.
pub(crate) fn obstacle(lower: &mut Lower<'_>, rates: &[Rate], method: Method) -> Option<Obstacle> {
    if let Some(obstacle) = noise_obstacle(lower, rates, method) {
        return Some(obstacle);
    }
    match method {
        Method::Euler | Method::Heun | Method::Rk4 => None,
        Method::ExponentialEuler => rates.iter().find_map(|rate| {
            let parts = lower.graph.linear(rate.rate, Leaf::State(rate.state));
            if parts.is_some() {
                return None;
            }
            let own = [rate.state];
            Some(nonlinear(lower, rate.state, &own, false))
        }),
        Method::Exact => exact_obstacle(lower, rates),
    }
}

fn noise_obstacle(lower: &mut Lower<'_>, rates: &[Rate], method: Method) -> Option<Obstacle> {
    let noises = 0..lower.scope.noises.len();
    for rate in rates {
        for noise in noises.clone() {
            let leaf = Leaf::Noise(noise);
            if !lower.graph.depends(rate.rate, &|other| other == leaf) {
                continue;
            }
            let xi = lower.scope.noises[noise].clone();
            let name = lower.scope.symbols[rate.state].name.to_string();
            let place = equation(lower.scope, rate.state).place;
            if !matches!(method, Method::Euler | Method::Heun) {
                let message =
                    format!("`{name}` has noise, `{xi}`; integrate it by `euler` or `heun`");
                return Some(Obstacle { place, message });
            }
            if lower.graph.linear(rate.rate, leaf).is_none() {
                let message = format!("`{xi}` is a factor of a term: `sigma*{xi}`");
                return Some(Obstacle { place, message });
            }
        }
    }
    None
}

fn exact_obstacle(lower: &mut Lower<'_>, rates: &[Rate]) -> Option<Obstacle> {
    let states: Vec<usize> = rates.iter().map(|rate| rate.state).collect();
    let is_state = |leaf| matches!(leaf, Leaf::State(_));
    let (matrix, constants) = linear_system(&mut lower.graph, rates);
    for (row, rate) in rates.iter().enumerate() {
        let is_bad = |lower: &Lower<'_>, id: &Id| !lower.graph.is_invariant(*id);
        let depends = lower.graph.depends(constants[row], &is_state);
        if depends || matrix[row].iter().any(|entry| is_bad(lower, entry)) {
            return Some(nonlinear(lower, rate.state, &states, true));
        }
        if lower.graph.depends(rate.rate, &|leaf| leaf == Leaf::Time) {
            let place = equation(lower.scope, rate.state).place;
            let name = &lower.scope.symbols[rate.state].name;
            let message = format!("the rate of `{name}` changes with `t`, also during a step");
            return Some(Obstacle { place, message });
        }
    }
    None
}

fn equation<'a>(scope: &Scope<'a>, state: usize) -> &'a Expr {
    match &scope.symbols[state].kind {
        SymbolKind::State {
            equation: Some(equation),
            ..
        } => equation,
        _ => unreachable!("a rate has an equation"),
    }
}

/// The smallest term of an equation that is not linear in variables; for `constant` ones its
/// coefficients must not change either.
pub(crate) fn nonlinear(
    lower: &mut Lower<'_>,
    state: usize,
    own: &[usize],
    constant: bool,
) -> Obstacle {
    let scope = lower.scope;
    let mut term = equation(scope, state);
    loop {
        let parts = parts(scope, term);
        let next = parts
            .into_iter()
            .find(|part| !is_linear(lower, part, own, constant));
        match next {
            Some(part) => term = part,
            None => break,
        }
    }
    let name = &scope.symbols[state].name;
    let names: Vec<String> = own
        .iter()
        .map(|state| format!("`{}`", scope.symbols[*state].name))
        .collect();
    let message = match constant {
        true => {
            format!("`{term}` in the equation of `{name}` is not linear with constant coefficients")
        }
        false => format!(
            "`{term}` in the equation of `{name}` is not linear in {}",
            names.join(", ")
        ),
    };
    // A term of a `let` is far from the equation.
    let whole = equation(scope, state);
    let mut is_inside = false;
    whole.walk(&mut |part| is_inside |= std::ptr::eq(part, term));
    let place = if is_inside { term.place } else { whole.place };
    Obstacle { place, message }
}

/// The operands of an expression; the expression of a `let` in place of its name.
fn parts<'a>(scope: &Scope<'a>, expr: &'a Expr) -> Vec<&'a Expr> {
    match &expr.kind {
        ExprKind::Name(name) => match scope.meaning(name) {
            Some(Meaning::Symbol(index)) => match &scope.symbols[index].kind {
                SymbolKind::Let(Some(expr)) => vec![expr],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        ExprKind::Minus(inner) => vec![inner],
        ExprKind::Binary(_, left, right) => vec![left, right],
        ExprKind::Call(_, arguments) | ExprKind::Lookup(_, arguments) => arguments.iter().collect(),
        ExprKind::If(_, yes, no) => vec![yes, no],
        _ => Vec::new(),
    }
}

fn is_linear(lower: &mut Lower<'_>, expr: &Expr, own: &[usize], constant: bool) -> bool {
    let mut rest = lower.expr(expr);
    for state in own {
        match lower.graph.linear(rest, Leaf::State(*state)) {
            Some((factor, left)) => {
                if constant && !lower.graph.is_invariant(factor) {
                    return false;
                }
                rest = left;
            }
            None => return false,
        }
    }
    true
}
