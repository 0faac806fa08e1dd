//! Neurons, one module per family.

mod continuous;
mod graded;
mod integrate_and_fire;
mod lif;
mod resonate;
mod sigma_delta;
mod state_space;
mod step_function;

pub use continuous::{
    ContinuousLif, ContinuousLifBuilder, Discretization, FiringRule, LeakyIntegrator,
    LeakyIntegratorBuilder, SpikeTiming,
};
pub use graded::{
    GradedReluVec, GradedReluVecBuilder, GradedVec, GradedVecBuilder, InvSqrt, InvSqrtBuilder,
    NormVecDelay, NormVecDelayBuilder, NormalizeNet, NormalizeNetBuilder, ProdNeuron,
    ProdNeuronBuilder,
};
pub use integrate_and_fire::{
    AeifCondExp, AeifCondExpBuilder, IafCondExp, IafCondExpBuilder, IafPscAlpha,
    IafPscAlphaBuilder, IafPscDelta, IafPscDeltaBuilder, IafPscExp, IafPscExpBuilder, Izhikevich,
    IzhikevichBuilder,
};
pub use lif::{
    AtrLif, AtrLifBuilder, LearningLif, LearningLifBuilder, Lif, LifBuilder, LifRefractory,
    LifRefractoryBuilder, LifReset, LifResetBuilder, PrototypeLif, PrototypeLifBuilder, ResetMode,
    TernaryLif, TernaryLifBuilder,
};
pub use resonate::{Rf, RfBuilder, RfIz, RfIzBuilder, RfZero, RfZeroBuilder};
pub use sigma_delta::{
    ActivationMode, Delta, DeltaBuilder, Sigma, SigmaBuilder, SigmaDelta, SigmaDeltaBuilder,
    SigmaDeltaCorrected,
};
pub use state_space::{
    S4d, S4dBuilder, SigmaS4dDelta, SigmaS4dDeltaBuilder, SigmaS4dDeltaLayer,
    SigmaS4dDeltaLayerBuilder,
};
pub use step_function::{StepFunction, StepFunctionBuilder};
