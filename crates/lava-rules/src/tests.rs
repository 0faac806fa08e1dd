use super::*;

fn mistakes(text: &str) -> Vec<(String, String)> {
    let error = parse_text(text).expect_err(text);
    error
        .mistakes()
        .map(|(message, place)| (text[place].to_owned(), message.to_owned()))
        .collect()
}

const TRACES: &str = "x1: impulse 16, tau 20; y1: impulse 16, tau 20;";

/// The place and the message of the only mistake of an equation.
fn mistake(equation: &str) -> (String, String) {
    let mistakes = mistakes(&format!("{equation}; {TRACES}"));
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes[0].clone()
}

#[test]
fn the_original_writes_rules_so() -> Result<(), RuleError> {
    let text = "dw = (1) * 2 ^ -1 * (-1) * x0 * y1 +(1) * 2 ^ -1 * (2) * y0 * x1";
    let rule = parse_with_any_traces(text)?;
    let scales: Vec<_> = rule.equations[0]
        .iter()
        .map(|product| (product.mantissa, product.exponent))
        .collect();
    assert_eq!(scales, [(-1, -1), (2, -1)]);
    Ok(())
}

#[test]
fn factors_keep_their_order_and_constants() -> Result<(), RuleError> {
    let rule = parse_with_any_traces("dt = -x0*(3 - w)*x0*sgn(d-2^2)*-2*(x1+1)")?;
    let product = &rule.equations[2][0];
    assert_eq!((product.dependency, product.mantissa), (Dependency::X0, -2));
    let factors: Vec<_> = product
        .factors
        .iter()
        .map(|factor| (factor.variable, factor.constant, factor.sign))
        .collect();
    assert_eq!(
        factors,
        [
            (Variable::W, -3.0, false),
            (Variable::X0, 0.0, false),
            (Variable::D, -4.0, true),
            (Variable::X1, 1.0, false),
        ]
    );
    Ok(())
}

#[test]
fn a_mistake_is_on_its_token() {
    for (equation, place) in [
        ("dw = x0 * y4", "y4"),
        ("dw = x1 * y1", "x1 * y1"),
        ("dw = x0 + 2 * w", "2 * w"),
        ("dw = 0.3 * x0", "0.3"),
        ("dw = x0 * 3 * y1 * 2^8 * 5", "3 * y1 * 2^8 * 5"),
        ("dw = u0 * w - u1 * t", "u1"),
        ("dw = u10 * w", "u10"),
        ("dw = x0 y1", "y1"),
        ("dw = x0 / 2", "/"),
        ("dw = x0 * x1^2", "^"),
        ("dw = x0 * 3^2", "3^"),
        ("dw = x0 * (w * 2)", "(w"),
        ("dw = x0 * sgn(x1)", "sgn(x1)"),
        ("dw = x0 * sgn(-w)", "sgn(-w)"),
        ("dw = x0 * x2", "x2"),
        ("dw = x0 * 2f32", "2f32"),
        ("dw = x0; dw = y0", "dw ="),
        ("dw = x0; epoch 0", "0"),
        ("dw = x0; x2: impulse -1", "-1"),
        ("dw = x0; x2: third factor", "third factor"),
        ("dw = x0; x2: tau 1, no decay", "no decay"),
        ("dw = x0; w = x0", "w"),
        ("dw = x0 x2: tau 1", "x2"),
        ("dw = x0 *", ";"),
        ("dw += x0", "+="),
        ("dw = 2**-1 * x0", "**"),
        ("dw = x0 * exp(w)", "exp"),
        ("dw = x0 * W", "W"),
        ("dw = x0; x2: impulse 3 tau 1", "tau"),
        ("dw = x0; x2: impulse 3, tau TAU", "TAU"),
        ("dw = x0; x2_tau = 3", "x2_tau"),
    ] {
        assert_eq!(mistake(equation).0, place, "{equation}");
    }
}

#[test]
fn a_trace_without_tau_is_not_read() {
    let (place, message) = mistake("dw = x0 * x2; x2: impulse 3");
    assert_eq!(place, "x2");
    assert!(message.contains("no decay"), "{message}");
    assert!(parse_text("dw = x0 * x2; x2: impulse 3, no decay").is_ok());
    assert!(parse_text("dw = x0; x2: impulse 3").is_ok());
}

#[test]
fn a_trace_that_nothing_raises_is_not_read() {
    let (place, message) = mistake("dw = x0 * y2; y2: tau 3");
    assert_eq!(place, "y2");
    assert!(message.contains("impulse 16"), "{message}");
    for declared in ["y2: impulse 0, tau 3", "y2: third factor"] {
        assert!(
            parse_text(&format!("dw = x0 * y2; {declared}")).is_ok(),
            "{declared}"
        );
    }
    assert!(parse_text("dw = x0; y2: tau 3").is_ok());
}

#[test]
fn a_mistake_in_a_trace_is_no_mistake_in_an_equation() {
    let (place, _) = mistake("dw = x0 * x2; x2: tau -1");
    assert_eq!(place, "-1");
}

#[test]
fn every_statement_is_checked() {
    let places: Vec<_> = mistakes("dw = x0 * z;\nx1: impuls 3;\nepoch 1.5;")
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    assert_eq!(places, ["z", "impuls", "1.5"]);
}

#[test]
fn an_error_shows_line_and_column() {
    let error = parse_text("dw = x0;\ndt = x0 * z * 2;").expect_err("z");
    let text = error.to_string();
    assert!(
        text.contains("line 2, column 11: unknown variable `z`")
            && text.ends_with("  dt = x0 * z * 2;\n            ^"),
        "{text}"
    );
}

#[test]
fn nothing_makes_the_parser_panic() {
    for text in [
        "",
        ";",
        "dw",
        "dw =",
        "dw = (",
        "dw = sgn",
        "dw = sgn(",
        "dw = -",
        "dw = x0 * (1",
        "dw = 1e999 * x0",
        "x1",
        "x1:",
        "x1: no",
        "y1: third",
        "epoch",
        "seed -1",
        "seed 1.5",
        "§",
        "dw = 2^99999 * x0",
        "dw = 2^-32768 * x0",
        "dw = 1e-300 * x0",
        "dw = (1) * x0 * é",
    ] {
        assert!(parse_text(text).is_err(), "{text}");
    }
}
