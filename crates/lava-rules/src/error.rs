//! Mistakes in rules.

use std::fmt;
use std::ops::Range;

/// A mistake in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Description of the mistake, and the way out.
    pub message: String,
    /// The tokens that it concerns; empty and behind the last one if something is missing there.
    pub tokens: Range<usize>,
}

impl Mistake {
    pub(crate) fn new(message: impl Into<String>, tokens: Range<usize>) -> Mistake {
        Mistake {
            message: message.into(),
            tokens,
        }
    }
}

/// The mistakes of a rule that was written as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    text: String,
    /// Messages and their bytes in the text.
    mistakes: Vec<(String, Range<usize>)>,
}

impl RuleError {
    pub(crate) fn new(text: &str, mistakes: Vec<Mistake>, places: &[Range<usize>]) -> RuleError {
        let mistakes = mistakes
            .into_iter()
            .map(|mistake| {
                let end = text.trim_end().len();
                let place = |index: usize| places.get(index).cloned().unwrap_or(end..end);
                let first = place(mistake.tokens.start);
                let last = match mistake.tokens.is_empty() {
                    true => first.clone(),
                    false => place(mistake.tokens.end - 1),
                };
                (mistake.message, first.start..last.end.max(first.end))
            })
            .collect();
        RuleError {
            text: text.to_owned(),
            mistakes,
        }
    }

    /// An error of a single place.
    pub(crate) fn at(text: &str, message: String, place: Range<usize>) -> RuleError {
        RuleError {
            text: text.to_owned(),
            mistakes: vec![(message, place)],
        }
    }

    /// The mistakes: message, and bytes of the text that it concerns.
    ///
    /// ```
    /// let error = lava_rules::parse_text("dw = x0 * z").unwrap_err();
    /// let places: Vec<_> = error.mistakes().map(|(_, bytes)| bytes).collect();
    /// assert_eq!(places, [10..11]);
    /// ```
    pub fn mistakes(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.mistakes
            .iter()
            .map(|(message, place)| (message.as_str(), place.clone()))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>, message: &str, place: &Range<usize>) -> fmt::Result {
        let before = &self.text[..place.start];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[start..].lines().next().unwrap_or_default();
        let number = before.matches('\n').count() + 1;
        let column = self.text[start..place.start].chars().count() + 1;
        let end = place.end.min(start + line.len()).max(place.start);
        let width = self.text[place.start..end].chars().count().max(1);
        writeln!(f, "line {number}, column {column}: {message}")?;
        writeln!(f, "  {line}")?;
        write!(f, "  {}{}", " ".repeat(column - 1), "^".repeat(width))
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a learning rule")?;
        for (message, place) in &self.mistakes {
            writeln!(f)?;
            self.show(f, message, place)?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleError {}
