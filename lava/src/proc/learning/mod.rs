//! Learning: synapses whose variables follow a rule.

mod batch;
mod connection;
mod dense;
mod engine;
mod error;
mod fixed;
mod float;
mod graded;
mod history;
mod library;
mod list;
mod matrix;
mod number;
mod program;
mod random;
mod rule;
mod sparse;
mod values;

pub use dense::LearningDense;
pub use error::LearningError;
pub use graded::GradedSpikeCfg;
pub use lava_rules::RuleError;
pub use library::{RewardModulatedStdp, Stdp};
pub use rule::{LearningRule, LearningRules};
pub use sparse::LearningSparse;
