//! Neurons of the literature, written as their equations. The tests compare each with Brian2.

mod conductance_based;
mod integrate_and_fire;
mod synaptic;

pub use conductance_based::{HodgkinHuxley, MorrisLecar, PinskyRinzel, WangBuzsaki};
pub use integrate_and_fire::{AdEx, FitzHughNagumo, Glif, Izhikevich, Srm0};
pub use synaptic::{LifAlpha, LifCond, LifExp, LifNmda};
