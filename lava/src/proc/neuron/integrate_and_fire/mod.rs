//! Integrate-and-fire neurons of computational neuroscience, in its units: mV, ms, pA, pF and nS.
//!
//! Parameters have NEST's names, in small letters, and its defaults; every one may differ from
//! neuron to neuron and can be set between runs. Coefficients derived from them are computed in
//! double precision before the first step. The time step is that of the network.
//!
//! One step of every neuron except [`Izhikevich`]: the state is integrated over `dt` under the
//! input of earlier steps; the input of this step is added; a neuron whose voltage is at or above
//! threshold spikes, is reset, and is held at the reset voltage for the refractory period `t_ref`,
//! rounded to steps. A spike sent in step *t* is a spike at time *t*·`dt`.
//!
//! These models are written by hand, and not by [`neuron!`](macro@crate::neuron), for what an
//! equation does not say: input of the wrong sign is an error that names port and neuron; `v_reset` is checked
//! against `v_th`; when `i_e` alone changes, one coefficient is derived; [`IafPscExp`] and [`IafPscDelta`] are
//! event-driven with closed forms of their own, which need no search; [`Izhikevich`] adds in the order of the
//! paper, whose bits its spikes depend on. The tests have all five as equations, with the same spikes.

mod aeif_cond_exp;
mod check;
mod current;
mod exact;
mod iaf_cond_exp;
mod iaf_psc_alpha;
mod iaf_psc_delta;
mod iaf_psc_exp;
mod iaf_psc_exp_events;
mod izhikevich;
mod threshold;

pub use aeif_cond_exp::{AeifCondExp, AeifCondExpBuilder};
pub use iaf_cond_exp::{IafCondExp, IafCondExpBuilder};
pub use iaf_psc_alpha::{IafPscAlpha, IafPscAlphaBuilder};
pub use iaf_psc_delta::{IafPscDelta, IafPscDeltaBuilder};
pub use iaf_psc_exp::{IafPscExp, IafPscExpBuilder};
pub use izhikevich::{Izhikevich, IzhikevichBuilder};
