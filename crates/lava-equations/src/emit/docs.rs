//! The documentation of what is generated.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use super::{Parts, doc};
use crate::expression::Expr as Formula;
use crate::item::{Assign, Assignment, Event, Method, Symbol, SymbolKind, Trigger};
use crate::plan::Plan;
use crate::unit::Unit;

/// The documentation of a port, Var or parameter: that of its statement, and its unit.
pub(crate) fn field_doc(symbol: &Symbol) -> TokenStream {
    let mut lines = lines(&symbol.docs);
    let unit = symbol
        .unit
        .as_ref()
        .map(Unit::text)
        .filter(|unit| *unit != "1");
    if lines.is_empty() {
        lines.push(format!("`{}`.", symbol.name));
    }
    if let SymbolKind::Table(table) = &symbol.kind {
        let of = format!(
            "A table over `{}` in {}.",
            table.argument,
            table.unit.text()
        );
        lines.extend([String::new(), of]);
    }
    if let Some(unit) = unit {
        let last = lines
            .iter()
            .position(String::is_empty)
            .unwrap_or(lines.len())
            - 1;
        let end = if lines[last].ends_with('.') { "." } else { "" };
        let text = lines[last].trim_end_matches('.').to_owned();
        lines[last] = format!("{text}, in {unit}{end}");
    }
    doc(&lines.join("\n"))
}

fn lines(attributes: &[Attribute]) -> Vec<String> {
    let text = |attribute: &Attribute| {
        let Meta::NameValue(meta) = &attribute.meta else {
            return None;
        };
        match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        }
    };
    let texts = attributes.iter().filter_map(text);
    texts
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned())
        .collect()
}

/// The documentation of the process: the user's, the equations, and the step.
pub(super) fn neuron_doc(parts: &Parts<'_>) -> TokenStream {
    let neuron = parts.neuron;
    let written = neuron
        .attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"));
    let Some(plan) = parts.plan else {
        return quote!(#(#written)*);
    };
    let mut text = String::new();
    if neuron
        .attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        text.push('\n');
    } else {
        text.push_str(&format!(
            "Neurons `{}`, from their equations.\n\n",
            neuron.name
        ));
    }
    text.push_str("```text\n");
    for line in equations(parts) {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("```\n\n");
    text.push_str(&step(parts, plan));
    text.push_str(
        "\n\nPorts and Vars have the shape of the population; every parameter but `dt` may differ \
         from neuron to neuron.",
    );
    let generated = doc(&text);
    quote!(#(#written)* #generated)
}

/// The lines of the declaration that are equations and events.
fn equations(parts: &Parts<'_>) -> Vec<String> {
    let neuron = parts.neuron;
    let mut lines = Vec::new();
    let unit = |symbol: &Symbol| {
        let unit = symbol.unit.as_ref().map(Unit::text);
        unit.filter(|unit| *unit != "1")
            .map(|unit| format!("    [{unit}]"))
            .unwrap_or_default()
    };
    for symbol in &neuron.symbols {
        let name = &symbol.name;
        match &symbol.kind {
            SymbolKind::State {
                equation: Some(equation),
                ..
            } => {
                lines.push(format!("d{name}/dt = {equation}{}", unit(symbol)));
            }
            SymbolKind::Let(Some(expr))
            | SymbolKind::Const(Some(expr))
            | SymbolKind::Output(Some(expr)) => {
                lines.push(format!("{name} = {expr}{}", unit(symbol)));
            }
            SymbolKind::Table(table) => {
                lines.push(format!(
                    "{name}({}) is a table{}",
                    table.argument,
                    unit(symbol)
                ));
            }
            SymbolKind::Input(Some(jumps)) => {
                lines.push(format!("{name} arrives: {}", assignments(jumps)));
            }
            _ => {}
        }
    }
    lines.extend(neuron.events.iter().map(event));
    lines
}

fn event(event: &Event) -> String {
    let what = match &event.port {
        Some(port) if port == "s_out" => "spike".to_owned(),
        Some(port) => format!("spike {port}"),
        None => String::new(),
    };
    let trigger = match &event.trigger {
        Trigger::When(condition) => format!("when {condition}"),
        Trigger::Rate(rate) => format!("with rate {rate}"),
    };
    let body = match event.body.is_empty() {
        true => String::new(),
        false => format!(": {}", assignments(&event.body)),
    };
    format!("{what} {trigger}{body}").trim_start().to_owned()
}

pub(crate) fn assignments(body: &[Assignment]) -> String {
    let one = |assignment: &Assignment| {
        let Assignment { name, value, .. }: &Assignment = assignment;
        let value: &Formula = value;
        let operator = match assignment.operator {
            Assign::Set => "←",
            Assign::Add => "+=",
            Assign::Subtract => "-=",
            Assign::Multiply => "*=",
        };
        format!("{name} {operator} {value}")
    };
    body.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The sentences about a step.
fn step(parts: &Parts<'_>, plan: &Plan) -> String {
    let neuron = parts.neuron;
    let name = |state: &usize| format!("`{}`", neuron.symbols[*state].name);
    let mut parts_of_step = Vec::new();
    for group in &plan.groups {
        let names: Vec<String> = group.states.iter().map(name).collect();
        let steps = match group.steps {
            1 => String::new(),
            steps => format!(" in {steps} steps"),
        };
        let noise = plan.noises > 0;
        parts_of_step.push(format!(
            "{} integrated {}{steps}, {}: {}",
            list(&names, "is", "are"),
            method(group.method, noise),
            property(group.method, noise),
            group.reason
        ));
    }
    let jumps: Vec<String> = neuron
        .symbols
        .iter()
        .filter(|symbol| matches!(symbol.kind, SymbolKind::Input(Some(_))))
        .map(|symbol| format!("`{}`", symbol.name))
        .collect();
    if !jumps.is_empty() {
        parts_of_step.push(format!(
            "the input of this step at {} is added",
            joined(&jumps)
        ));
    }
    if !neuron.events.is_empty() {
        parts_of_step.push("events are tested, in the order of their declaration".to_owned());
    }
    let mut text = "A step, in this order:".to_owned();
    for (index, part) in parts_of_step.iter().enumerate() {
        let separator = if index == 0 { "" } else { ";" };
        text.push_str(&format!("{separator} ({}) {part}", index + 1));
    }
    text.push('.');
    if let Some(refractory) = &neuron.refractory {
        let held: Vec<String> = plan.held.iter().map(name).collect();
        let period = &refractory.name;
        match held.is_empty() {
            true => text.push_str(&format!(
                " For `{period}/dt` steps after a spike there is no other."
            )),
            false => text.push_str(&format!(
                " For `{period}/dt` steps after a spike {} held, and there is no other spike.",
                list(&held, "is", "are")
            )),
        }
    }
    text
}

fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn list(names: &[String], one: &str, several: &str) -> String {
    let verb = if names.len() == 1 { one } else { several };
    format!("{} {verb}", joined(names))
}

fn method(method: Method, noise: bool) -> &'static str {
    match method {
        Method::Exact => "exactly",
        Method::ExponentialEuler => "by exponential Euler",
        Method::Euler if noise => "by the method of Euler and Maruyama",
        Method::Euler => "by Euler's method",
        Method::Heun if noise => "by the stochastic method of Heun",
        Method::Heun => "by Heun's method",
        Method::Rk4 => "by the Runge–Kutta method of fourth order",
    }
}

fn property(method: Method, noise: bool) -> &'static str {
    match method {
        Method::Exact => "by a propagator that is computed when a parameter changes",
        Method::ExponentialEuler | Method::Euler if !noise => "of first order in `dt`",
        Method::Euler => {
            "of strong order 1 in `dt` for noise that does not depend on the variables, else ½"
        }
        Method::Heun if noise => "of strong order 1 in `dt` for one noise term",
        Method::Heun => "of second order in `dt`",
        Method::Rk4 => "of fourth order in `dt`",
        Method::ExponentialEuler => "of first order in `dt`",
    }
}
