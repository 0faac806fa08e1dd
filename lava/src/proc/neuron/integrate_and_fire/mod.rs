//! The neurons of computational neuroscience, in the units of the field: mV, ms, pA, pF and nS.
//!
//! Parameters are named as in NEST, in small letters, and keep its defaults; every one may differ
//! from neuron to neuron and can be set between runs. What follows from them is computed in
//! double precision before the first step. The time step `dt`, in ms, should be the same for all
//! processes of a network.
//!
//! One step of every neuron here, [`Izhikevich`]'s apart: the state moves on by `dt` under the
//! input of earlier steps; then what arrives in this step is added; a neuron whose voltage is at
//! or above threshold spikes, is reset, and stays at the reset voltage for the refractory period
//! `t_ref`, rounded to whole steps. A spike that is sent in step *t* is one at time *t*·`dt`.

mod aeif_cond_exp;
mod exact;
mod iaf_cond_exp;
mod iaf_psc_delta;
mod iaf_psc_exp;
mod izhikevich;
mod threshold;

pub use aeif_cond_exp::AeifCondExp;
pub use iaf_cond_exp::IafCondExp;
pub use iaf_psc_delta::IafPscDelta;
pub use iaf_psc_exp::IafPscExp;
pub use izhikevich::Izhikevich;
