//! Calls on a network that all of its ranks make.

use std::fmt::Display;

use lava_core::executor::{RunError, error_text};
use lava_core::transport::{Agreement, RankGroup};

/// Agrees with all ranks on the outcome of a call. Returns the same error on all if it has failed on one.
pub(crate) fn agreed<T, E: Display + From<RunError>>(
    ranks: &RankGroup,
    call: &str,
    outcome: Result<T, E>,
) -> Result<T, E> {
    let (outcome, own) = match outcome {
        Ok(value) => (Ok(value), None),
        Err(error) => (Err((0, error_text(&error))), Some(error)),
    };
    match ranks
        .agree(call, 0, outcome)
        .map(|(agreement, _)| agreement)
    {
        Ok(Agreement::Success(value)) => Ok(value),
        Ok(Agreement::Failure { rank, error }) => Err(RunError::Rank { rank, error }.into()),
        // The own error says more than that others can no longer be asked.
        Err(error) => Err(own.unwrap_or_else(|| RunError::Ranks(error).into())),
    }
}
