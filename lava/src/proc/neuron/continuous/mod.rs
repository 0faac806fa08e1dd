//! Neurons given by differential equations of voltage and current, with a choice of how time is cut into
//! steps.

mod coefficients;
mod continuous_lif;
mod leaky_integrator;
mod rule;

pub use coefficients::Discretization;
pub use continuous_lif::{ContinuousLif, ContinuousLifBuilder};
pub use leaky_integrator::{LeakyIntegrator, LeakyIntegratorBuilder};
pub use rule::{FiringRule, SpikeTiming};
