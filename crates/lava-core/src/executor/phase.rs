//! The phases of a step.

use std::fmt;

use super::requests::Requests;

/// The part of a model's life in which it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The construction of the model.
    Make,
    /// `check`, before `start` and before a run that follows a `set`.
    Check,
    /// `start`, before the first step.
    Start,
    /// `on_var_update`, between steps.
    Update,
    /// `run_spk`.
    Spike,
    /// `run_pre_mgmt`.
    PreManagement,
    /// `run_lrn`.
    Learning,
    /// `run_post_mgmt`.
    PostManagement,
    /// `run_async`, which has no steps.
    Async,
    /// The recording of a probe, at the end of a step.
    Record,
    /// `save_state`, between steps.
    Save,
    /// `load_state`, between steps.
    Load,
}

impl Phase {
    /// The phases after the spike phase in their order, with the request that enters each.
    pub const GUARDED: [(Requests, Phase); 3] = [
        (Requests::PRE_MANAGEMENT, Phase::PreManagement),
        (Requests::LEARNING, Phase::Learning),
        (Requests::POST_MANAGEMENT, Phase::PostManagement),
    ];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Make => "the construction of its model",
            Phase::Check => "check",
            Phase::Start => "start",
            Phase::Update => "on_var_update",
            Phase::Spike => "run_spk",
            Phase::PreManagement => "run_pre_mgmt",
            Phase::Learning => "run_lrn",
            Phase::PostManagement => "run_post_mgmt",
            Phase::Async => "run_async",
            Phase::Record => "the recording of a probe",
            Phase::Save => "save_state",
            Phase::Load => "load_state",
        })
    }
}
