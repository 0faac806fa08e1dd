//! Ranks: the part of a network that one has, and the calls that all make.

use std::fmt::Display;
use std::sync::Arc;

use lava_core::executor::{RunError, TaskId, error_text};
use lava_core::transport::{Agreement, FailurePlace, RankGroup};

use super::Engine;
use crate::process::ProcessId;

/// Agrees with all ranks on the outcome of a call. Returns the same error on all if it has failed on one.
pub(crate) fn agreed<T, E: Display + From<RunError>>(
    ranks: &RankGroup,
    call: &str,
    outcome: Result<T, E>,
) -> Result<T, E> {
    let (outcome, own) = match outcome {
        Ok(value) => (Ok(value), None),
        Err(error) => {
            let place = FailurePlace::default();
            (Err((place, error_text(&error))), Some(error))
        }
    };
    match ranks
        .agree(call, 0, outcome)
        .map(|(agreement, _)| agreement)
    {
        Ok(Agreement::Success(value)) => Ok(value),
        Ok(Agreement::Failure { rank, error, .. }) => Err(RunError::Rank { rank, error }.into()),
        // The own error says more than that others can no longer be asked.
        Err(error) => Err(own.unwrap_or_else(|| RunError::Ranks(error).into())),
    }
}

impl Engine {
    /// Returns `true` if a task is computed in this process of the operating system.
    pub(super) fn is_own(&self, task: TaskId) -> bool {
        let ranks = self.ranks.as_ref();
        ranks.is_none_or(|(_, plan)| plan.is_own(task))
    }

    /// The tasks of a process that this rank computes.
    pub(super) fn own_tasks(&self, process: ProcessId) -> impl Iterator<Item = TaskId> {
        let tasks = self.tasks.of_process(process);
        tasks.filter(|task| self.is_own(*task))
    }

    /// The ranks that run the network together, if there are several.
    pub(crate) fn ranks(&self) -> Option<&Arc<RankGroup>> {
        self.ranks.as_ref().map(|(group, _)| group)
    }

    /// Returns `true` if messages arrive late at a process.
    pub(crate) fn is_late(&self, process: ProcessId) -> bool {
        let ranks = self.ranks.as_ref();
        ranks.is_some_and(|(_, plan)| plan.pace.lags(process).iter().any(|lag| *lag > 0))
    }

    /// The most steps that a task may have made more than another in a run.
    pub(crate) fn steps_apart(&self) -> usize {
        let ranks = self.ranks.as_ref();
        ranks.map_or(1, |(_, plan)| plan.pace.steps_apart())
    }

    /// Returns `true` if this rank computes all of a process.
    pub(crate) fn has_whole(&self, process: ProcessId) -> bool {
        self.tasks.of_process(process).all(|task| self.is_own(task))
    }

    /// The lowest rank that computes a part of a process.
    pub(crate) fn first_rank_of(&self, process: ProcessId) -> usize {
        let ranks = self.ranks.as_ref();
        ranks.map_or(0, |(_, plan)| {
            let tasks = self.tasks.of_process(process);
            tasks.map(|task| plan.of_task(task)).min().unwrap_or(0)
        })
    }
}
