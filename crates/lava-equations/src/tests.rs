//! Whole declarations: what they become, and their mistakes.

use quote::quote;

use super::*;

fn expand(body: &str) -> String {
    let tokens = body.parse().expect("tokens");
    let paths = Paths {
        library: quote!(::lava),
        private: quote!(::lava::__private),
        option: None,
    };
    neuron(tokens, &paths).to_string()
}

/// Small numbers from a seed: a linear congruential generator.
fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    }
}

/// An expression without units, of variables, a parameter, an input, time and numbers.
fn random_expression(next: &mut impl FnMut(u64) -> u64, depth: u64) -> String {
    let names = [
        "x",
        "y",
        "a",
        "b",
        "i",
        "t/(1 ms)",
        "2",
        "0.5",
        "0",
        "1",
        "dt/(1 ms)",
    ];
    if depth == 0 || next(5) == 0 {
        return names[next(names.len() as u64) as usize].to_owned();
    }
    let part = |next: &mut _| random_expression(next, depth - 1);
    let (left, right) = (part(next), part(next));
    match next(8) {
        0 | 1 => format!("({left} + {right})"),
        2 | 3 => format!("({left} - {right})"),
        4 | 5 => format!("({left})*({right})"),
        6 => format!("-({left})"),
        _ => format!("({left})/(1 + ({right})^2)"),
    }
}

#[test]
fn the_rules_of_algebra_end() {
    let mut next = numbers(1);
    for method in ["euler", "heun", "rk4"] {
        for _ in 0..300 {
            let (first, second) = (
                random_expression(&mut next, 4),
                random_expression(&mut next, 4),
            );
            let text = format!(
                "N {{ dx/dt = ({first})/(1 ms) : 1; dy/dt = ({second})/(1 ms) : 1; param a: 1 = 1; \
                 param b: 1 = 2; input i: 1; integrate by {method}; }}"
            );
            let code = expand(&text);
            assert!(!code.contains("compile_error"), "{text}: {code}");
        }
    }
}

#[test]
fn the_same_declaration_is_the_same_code() {
    let text = "N { dv/dt = (e - v + a*exp(v)*w)/(1 ms) : 1; dw/dt = (v*w - exp(v))/(1 ms) : 1; \
                param e: 1 = 0; param a: 1 = 1; input i: 1 { v += i; w *= 2; } \
                spike when v > 1 { v = 0; w += a; } refractory t_ref: ms = 1; }";
    let first = expand(text);
    for _ in 0..10 {
        assert_eq!(expand(text), first);
    }
}

/// The messages of a declaration.
fn messages(body: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let tokens = body.parse().expect("tokens");
    let neuron = parse::neuron(tokens, &mut errors).expect("a declaration");
    let scope = Scope::new(&neuron.symbols, &scope::OF_NEURONS, &mut errors);
    check::check(&scope, &neuron, &mut errors);
    if errors.is_empty() {
        plan::plan(&scope, &neuron, &mut errors);
    }
    errors.messages()
}

#[test]
fn units_are_those_of_the_smallest_wrong_term() {
    let declared =
        "param g: nS = 1; param c: pF = 1; param e: mV = 0; param tau: ms = 1; input i: pA;";
    for (equation, expected) in [
        ("(g*(e - v) + i)/c", None),
        ("(g*(e - v) + 1000*i)/c - v/tau", None),
        (
            "(g*(e - v) + i)",
            Some("this is pA, the left side is mV/ms"),
        ),
        (
            "(g*(e - v) + e)/c",
            Some("this is mV, what the equation needs here is pA"),
        ),
        (
            "exp(v/e)*(e - v)/tau + exp(e)*v/tau",
            Some("this is mV, the argument of `exp` is dimensionless"),
        ),
        ("(e - v)/tau + 0", None),
        ("2*(e - v)/(3*tau) + abs(v)/tau*(1 + 2)", None),
        ("(v^2/e - 3*v)/tau", None),
        ("sqrt(v*e)/tau", None),
        ("v/tau*tau", Some("this is mV, the left side is mV/ms")),
    ] {
        let found = messages(&format!("N {{ dv/dt = {equation} : mV; {declared} }}"));
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(found, expected, "{equation}");
    }
}

#[test]
fn synapses_say_what_they_cannot_have() {
    let weight = "weight w: 1;";
    let third = "weight dw/dt = c*n : 1; dc/dt = -c/(9 ms) : 1; on pre { c += 1; }";
    for (body, expected) in [
        (
            format!("{weight} pre du/dt = (0.5 - u)/(5 ms) : 1 = 0.5; on pre {{ u += 1; }}"),
            None,
        ),
        (
            format!("{weight} param u_0: 1; dc/dt = (u_0 - c)/(5 ms) : 1; on pre {{ c += 1; }}"),
            Some("`c` decays to a value that is not known when compiling"),
        ),
        (
            format!(
                "{third} signal dn/dt = -n/(5 ms) : 1/ms; signal dm/dt = -m/(5 ms) : 1/ms; input r: 1/ms {{ n += r; m += r; }}"
            ),
            Some("the third factor has one signal"),
        ),
        (
            format!(
                "{third} signal dn/dt = (0.1 kHz - n)/(5 ms) : 1/ms; input r: 1/ms {{ n += r; }}"
            ),
            Some("the signal `n` has to decay to 0"),
        ),
        (
            format!("{third} signal var n: 1/ms; input r: 1/ms {{ n += r; }}"),
            Some("a signal decays: `signal dn/dt = -n/tau : …;`"),
        ),
        (
            format!(
                "{third} signal dn/dt = -n/(5 ms) : 1/ms; input r: 1/ms {{ w += c*c*r*(1 ms); n += r; }}"
            ),
            Some("a third factor changes the weight by one variable of the synapse"),
        ),
        (
            format!("{weight} on pre {{ w += if rises(w > 1) {{ 1 }} else {{ 2 }}; }}"),
            Some("`rises` is for the condition of an event of a neuron"),
        ),
        (
            format!("{weight} on pre {{ w += xi; }}"),
            Some("`xi` is noise"),
        ),
        (
            format!("{weight} let a = b; let b = a; on pre {{}}"),
            Some("`a` depends on itself"),
        ),
        (
            format!("{weight} on pre {{ x += 1; }}"),
            Some("`x` is not at the synapse, which reads its own variables (`w`)"),
        ),
    ] {
        let tokens = format!("S {{ {body} }}").parse().expect("tokens");
        let found = synapse::messages(tokens);
        match expected {
            None => assert!(found.is_empty(), "{body}: {found:?}"),
            Some(expected) => {
                let first = found.first().map_or("", String::as_str);
                assert!(first.starts_with(expected), "{body}: {found:?}");
            }
        }
    }
}
