//! Errors of stored values.

use std::fmt;

/// A value that a file cannot hold, or that is not the one expected; with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// The place within the value: `rule.FixedInDegree`; empty for all of it.
    place: String,
    what: String,
}

impl ValueError {
    /// An error of a value as a whole.
    pub fn new(what: impl Into<String>) -> ValueError {
        ValueError {
            place: String::new(),
            what: what.into(),
        }
    }

    /// The same error, in a member of the value: a field, or the index of an element.
    #[must_use]
    pub fn within(mut self, member: impl fmt::Display) -> ValueError {
        self.place = match self.place.as_str() {
            "" => member.to_string(),
            place => format!("{member}.{place}"),
        };
        self
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.what),
            place => write!(f, "`{place}`: {}", self.what),
        }
    }
}

impl std::error::Error for ValueError {}
