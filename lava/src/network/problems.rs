//! Errors of several connections, reported at once.

use crate::{Error, Result};

/// Collects the errors of several connections, to report all of them at once.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Problems(Vec<Error>);

impl Problems {
    pub fn new() -> Problems {
        Problems::default()
    }

    pub fn note(&mut self, result: Result<()>) {
        self.0.extend(result.err());
    }

    pub fn finish(mut self) -> Result<()> {
        match self.0.len() {
            0 => Ok(()),
            1 => Err(self.0.remove(0)),
            _ => Err(Error::Several(self.0)),
        }
    }
}
