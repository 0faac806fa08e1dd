//! Neurons, one module per family.

mod graded;
mod integrate_and_fire;
mod lif;
mod resonate;
mod sigma_delta;
mod state_space;

pub use graded::{GradedReluVec, GradedVec, InvSqrt, NormVecDelay, NormalizeNet, ProdNeuron};
pub use integrate_and_fire::{AeifCondExp, IafCondExp, IafPscDelta, IafPscExp, Izhikevich};
pub use lif::{AtrLif, LearningLif, Lif, LifRefractory, LifReset, PrototypeLif, TernaryLif};
pub use resonate::{Rf, RfIz, RfZero};
pub use sigma_delta::{ActivationMode, Delta, Sigma, SigmaDelta, SigmaDeltaCorrected};
pub use state_space::{S4d, SigmaS4dDelta, SigmaS4dDeltaLayer};
