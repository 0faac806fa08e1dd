//! The first difference between the recording and the run.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn};

use super::array;
use super::file::{Action, Numbers, Trace};
use super::run::{Get, Played, Series, Value};

/// The time of a difference, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct When {
    step: usize,
    /// The number of the `get` after that step, counted from 1; 0 for the step itself.
    get: usize,
    /// `true` if it shows in `expected_final`.
    last: bool,
}

/// A value that is not as recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    when: When,
    /// `lif.v[2]`
    place: String,
    expected: f64,
    got: f64,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.when {
            When { last: true, .. } => write!(f, "first differing final value")?,
            When { step, get: 0, .. } => write!(f, "first differing step {step}")?,
            When { step, get, .. } => write!(f, "first differing get {get}, after step {step}")?,
        }
        let (expected, got) = (Plain(self.expected), Plain(self.got));
        write!(f, ", {}: expected {expected}, got {got}", self.place)
    }
}

/// A number with an exponent where there would be too many zeros.
struct Plain(f64);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || !size.is_finite() || (1e-5..1e17).contains(&size) {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:e}", self.0)
        }
    }
}

/// The distance that two numbers may have: `absolute + relative · |expected|`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tolerance {
    relative: f64,
    absolute: f64,
}

const EXACT: Tolerance = Tolerance {
    relative: 0.0,
    absolute: 0.0,
};

impl Tolerance {
    /// `exact`, or `rtol 1e-9, atol 1e-12`.
    fn parse(text: &str) -> Result<Tolerance> {
        if text == "exact" {
            return Ok(EXACT);
        }
        let (relative, absolute) = (named(text, "rtol")?, named(text, "atol")?);
        if relative.is_none() && absolute.is_none() {
            bail!("tolerance \"{text}\" is neither exact nor of the form rtol 1e-9, atol 1e-12");
        }
        Ok(Tolerance {
            relative: relative.unwrap_or(0.0),
            absolute: absolute.unwrap_or(0.0),
        })
    }

    /// As `notes` say otherwise, if they do: "allow rtol 1e-7".
    fn or_as(self, notes: &str) -> Result<Tolerance> {
        Ok(Tolerance {
            relative: named(notes, "rtol")?.unwrap_or(self.relative),
            absolute: named(notes, "atol")?.unwrap_or(self.absolute),
        })
    }

    fn allows(self, expected: f64, got: f64) -> bool {
        let near = || (got - expected).abs() <= self.absolute + self.relative * expected.abs();
        got == expected
            || (got.is_nan() && expected.is_nan())
            || (got.is_finite() && expected.is_finite() && near())
    }
}

/// The number behind the word `name` in `text`.
fn named(text: &str, name: &str) -> Result<Option<f64>> {
    let mut words = text.split_whitespace().skip_while(|word| *word != name);
    let Some(number) = words.nth(1) else {
        return Ok(None);
    };
    let number = number.trim_end_matches(|end: char| !end.is_ascii_digit());
    Ok(Some(number.parse().with_context(|| {
        format!("{name} {number} in \"{text}\"")
    })?))
}

/// The tolerances of a trace.
struct Rules<'a> {
    trace: &'a Trace,
    int: Tolerance,
    float: Tolerance,
}

impl<'a> Rules<'a> {
    fn of(trace: &'a Trace) -> Result<Rules<'a>> {
        Ok(Rules {
            trace,
            int: Tolerance::parse(&trace.tolerance.int)?,
            float: Tolerance::parse(&trace.tolerance.float)?.or_as(&trace.notes)?,
        })
    }

    /// That of a Var, which `expected_types` may know as `key`.
    fn rule(&self, key: &str, whole: bool) -> Tolerance {
        match self.trace.expected_types.get(key) {
            _ if whole => self.int,
            Some(Numbers::Int) => self.int,
            Some(Numbers::Float) | None => self.float,
        }
    }

    fn series(&self, series: &Series, steps: usize) -> Result<Option<Difference>> {
        let Value { path, array, whole } = &series.value;
        let expected = self.trace.expected.get(path).context("not expected")?;
        let expected = array::parse(expected)?;
        ensure!(expected.ndim() > 0, "one number for {steps} steps");
        let (rows, kept) = (expected.len_of(Axis(0)), array.len_of(Axis(0)));
        let fits = if series.buffer {
            (kept.min(steps)..=kept).contains(&rows)
        } else {
            rows == kept
        };
        ensure!(
            fits,
            "{rows} rows are expected, there are {kept} after {steps} steps"
        );
        let rule = self.rule(path, *whole);
        let mut first: Option<Difference> = None;
        for row in 0..rows {
            let when = When {
                step: if series.buffer {
                    written(row, kept, steps)
                } else {
                    row + 1
                },
                get: 0,
                last: false,
            };
            let (expected, got) = (
                expected.index_axis(Axis(0), row),
                array.index_axis(Axis(0), row),
            );
            let difference = rule.difference(expected, got, path, when)?;
            first = earliest(first, difference);
        }
        Ok(first)
    }

    fn get(&self, number: usize, get: &Get) -> Result<Option<Difference>> {
        let expected = &self.trace.expected_events[number];
        ensure!(
            expected.len() == get.values.len(),
            "{} values are expected, {} were read",
            expected.len(),
            get.values.len()
        );
        let when = When {
            step: get.after,
            get: number + 1,
            last: false,
        };
        let mut first = None;
        for value in &get.values {
            let path = &value.path;
            let expected = expected
                .get(path)
                .with_context(|| format!("no value for {path}"))?;
            let difference = self.value(expected, value, path, when)?;
            first = first.or(difference);
        }
        Ok(first)
    }

    fn last(&self, value: &Value) -> Result<Option<Difference>> {
        let expected = self
            .trace
            .expected_final
            .get(&value.path)
            .context("not expected")?;
        let when = When {
            step: usize::MAX,
            get: 0,
            last: true,
        };
        self.value(expected, value, &format!("{} (final)", value.path), when)
    }

    fn value(
        &self,
        expected: &serde_json::Value,
        value: &Value,
        key: &str,
        when: When,
    ) -> Result<Option<Difference>> {
        let rule = self.rule(key, value.whole);
        let expected = array::parse(expected)?;
        rule.difference(expected.view(), value.array.view(), &value.path, when)
    }
}

/// The last of `steps` steps that wrote row `row` of a ring buffer of `kept` rows.
fn written(row: usize, kept: usize, steps: usize) -> usize {
    match steps.checked_sub(row + 1) {
        Some(later) => row + 1 + later / kept * kept,
        None => row + 1,
    }
}

fn earliest(one: Option<Difference>, other: Option<Difference>) -> Option<Difference> {
    // Of two at one time, the first that was found.
    [one, other]
        .into_iter()
        .flatten()
        .min_by_key(|difference| difference.when)
}

impl Tolerance {
    /// The first element that differs.
    fn difference(
        self,
        expected: ArrayViewD<'_, f64>,
        got: ArrayViewD<'_, f64>,
        path: &str,
        when: When,
    ) -> Result<Option<Difference>> {
        let (expected, got) = alike(expected, got).with_context(|| path.to_owned())?;
        let mut pairs = expected.indexed_iter().zip(&got);
        let found = pairs.find(|((_, expected), got)| !self.allows(**expected, **got));
        Ok(found.map(|((index, &expected), &got)| Difference {
            when,
            place: place(path, &index),
            expected,
            got,
        }))
    }
}

/// Both in one shape: Lava may give one value for all elements, or `[1]` for a single one.
fn alike(
    expected: ArrayViewD<'_, f64>,
    got: ArrayViewD<'_, f64>,
) -> Result<(ArrayD<f64>, ArrayD<f64>)> {
    if let Some(expected) = expected.broadcast(got.shape()) {
        return Ok((expected.to_owned(), got.to_owned()));
    }
    match got.broadcast(expected.shape()) {
        Some(got) if expected.len() == 1 => Ok((expected.to_owned(), got.to_owned())),
        _ => bail!(
            "shape {:?} is expected, it is {:?}",
            expected.shape(),
            got.shape()
        ),
    }
}

/// `lif.v[1, 2]`
fn place(path: &str, index: &IxDyn) -> String {
    match ndarray::Dimension::slice(index) {
        [] => path.to_owned(),
        index => format!("{path}{index:?}"),
    }
}

/// The first difference in time, and in the order of the trace where several are at one time.
///
/// # Errors
/// If the two cannot be compared: shapes, numbers of rows or of `get`s.
pub fn first_difference(trace: &Trace, played: &Played) -> Result<Option<Difference>> {
    let rules = Rules::of(trace)?;
    let gets = trace
        .schedule
        .iter()
        .filter(|action| matches!(action, Action::Get(_) | Action::Receive(_)))
        .count();
    ensure!(
        trace.expected_events.len() == gets,
        "{} events are expected, the schedule gets or receives {gets} times",
        trace.expected_events.len()
    );
    let mut first = None;
    for series in &played.series {
        let path = &series.value.path;
        let difference = rules
            .series(series, played.steps)
            .with_context(|| path.clone())?;
        first = earliest(first, difference);
    }
    for (number, get) in played.gets.iter().enumerate() {
        let difference = rules.get(number, get);
        let difference = difference.with_context(|| format!("get {}", number + 1))?;
        first = earliest(first, difference);
    }
    for value in &played.finals {
        let difference = rules.last(value).context("expected_final")?;
        first = earliest(first, difference);
    }
    Ok(first)
}
