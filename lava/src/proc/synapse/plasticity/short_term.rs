//! Short-term plasticity.

use super::decay::Decay;
use super::error::{PlasticityError, time_constant};
use super::factors::OneFactor;
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};
use crate::model::{Persist, PersistError};

/// Short-term plasticity: each spike uses a share of the resources of its source, which recover; weights stay
/// as they are.
///
/// ```text
/// du/dt = −u/τ_f         spike: u ← u + U·(1 − u)
/// dx/dt = (1 − x)/τ_d    spike: transmits weight·u·x, then x ← x − u·x
/// ```
///
/// u is the share that a spike uses, x what there is. Both belong to the source; u begins with 0 and x with 1,
/// so the first spike transmits U·weight. Without [`facilitation`](TsodyksMarkram::facilitation), u is U.
///
/// | parameter | default | unit |
/// |--|--|--|
/// | [`use_of_resources`](TsodyksMarkram::use_of_resources): U | 0.5 | |
/// | [`depression`](TsodyksMarkram::depression): τ_d | 800 | ms |
/// | [`facilitation`](TsodyksMarkram::facilitation): τ_f | none | ms |
///
/// The rule has one factor: nothing need be connected to `s_in_bap`. It goes on while the projection's
/// `learning` is `false`. A pair of rules learns as the first one says and transmits by both,
/// `(PairStdp::new(), TsodyksMarkram::new())`.
///
/// Source: Tsodyks & Markram (1997), *The neural code between neocortical pyramidal neurons depends on
/// neurotransmitter release probability*, Proc. Natl. Acad. Sci. 94, 719–723; with facilitation: Markram, Wang
/// & Tsodyks (1998), *Differential signaling via the same axon of neocortical pyramidal neurons*, Proc. Natl.
/// Acad. Sci. 95, 5323–5328; Tsodyks, Uziel & Markram (2000), *Synchrony generation in recurrent networks with
/// frequency-dependent synapses*, J. Neurosci. 20, RC50.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::plasticity::TsodyksMarkram;
/// use lava::proc::synapse::{Distribution, Projection};
/// use lava::proc::{PlasticSparse, Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let projection = Projection::new(1, 1).weights(Distribution::Constant(8.0));
/// let net = network! { Loihi1SimCfg;
///     pre:  Source<Spike>                 = Source::data([[true]]);
///     syn:  PlasticSparse<TsodyksMarkram> = projection.plastic(TsodyksMarkram::new().depression(1e9));
///     sink: Sink                          = Sink::shape([1]).steps(4);
///     pre.s_out -> syn.s_in;
///     syn.a_out -> sink.a_in;
/// }?;
/// net.run(RunSteps(4))?; // a spike in each step
/// let received: Vec<f32> = net.sink.data.get()?.into_iter().collect();
/// assert!(received.iter().zip([0.0, 4.0, 2.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-5));
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct TsodyksMarkram {
    u: f64,
    depression: f64,
    facilitation: Option<f64>,
    prepared: Option<ResourceKernel>,
}

#[derive(Clone, Debug)]
struct ResourceKernel {
    u: f32,
    depression: Decay,
    facilitation: Option<Decay>,
}

#[cfg(feature = "store")]
crate::storable!(struct TsodyksMarkram { u, depression, facilitation } with { prepared: None });

impl Default for TsodyksMarkram {
    fn default() -> TsodyksMarkram {
        TsodyksMarkram::new()
    }
}

impl TsodyksMarkram {
    /// The rule with its defaults.
    pub fn new() -> TsodyksMarkram {
        TsodyksMarkram {
            u: 0.5,
            depression: 800.0,
            facilitation: None,
            prepared: None,
        }
    }

    /// Sets U, the share of the resources that a spike after a long silence uses, between 0 and 1.
    pub fn use_of_resources(mut self, u: f64) -> TsodyksMarkram {
        self.u = u;
        self
    }

    /// Sets the time constant in which resources recover, in ms.
    pub fn depression(mut self, tau: f64) -> TsodyksMarkram {
        self.depression = tau;
        self
    }

    /// Lets spikes raise u, which decays with a time constant, in ms.
    pub fn facilitation(mut self, tau: f64) -> TsodyksMarkram {
        self.facilitation = Some(tau);
        self
    }
}

/// The resources of a source, as its last spike has left them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Resources {
    /// u.
    share: f32,
    /// 1 − x.
    used: f32,
    /// u·x, as the spike has found it.
    released: f32,
}

impl Persist for Resources {
    fn layout() -> String {
        <(f32, f32, f32)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        (self.share, self.used, self.released).save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let (share, used, released) = Persist::load(bytes)?;
        Ok(Resources {
            share,
            used,
            released,
        })
    }
}

impl Plasticity for TsodyksMarkram {
    type Factors = OneFactor;
    type Synapse = ();
    type Source = Resources;
    type Target = ();

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        if !(0.0..=1.0).contains(&self.u) {
            return Err(PlasticityError::Parameter {
                name: "use_of_resources",
                value: self.u,
                range: "give a share between 0 and 1",
            });
        }
        let facilitation = match self.facilitation {
            Some(tau) => Some(Decay::new(time_constant("facilitation", tau)?, dt)),
            None => None,
        };
        self.prepared = Some(ResourceKernel {
            u: self.u as f32,
            depression: Decay::new(time_constant("depression", self.depression)?, dt),
            facilitation,
        });
        Ok(())
    }

    #[inline(always)]
    fn source_fires(&self, source: Past<Resources>) -> Resources {
        let Some(rule) = &self.prepared else {
            return source.state;
        };
        let left = match &rule.facilitation {
            Some(decay) => source.state.share * decay.over(source.steps),
            None => 0.0,
        };
        let share = left + rule.u * (1.0 - left);
        let used = source.state.used * rule.depression.over(source.steps);
        let released = share * (1.0 - used);
        Resources {
            share,
            used: used + released,
            released,
        }
    }

    fn target_fires(&self, _: Past<()>) {}

    #[inline(always)]
    fn pre(&self, _: &mut SynapseState<()>, _: PreSpike<Self>) {}

    fn post(&self, _: &mut SynapseState<()>, _: PostSpike<Self>) {}

    #[inline(always)]
    fn transmitted(&self, weight: f32, source: &Resources) -> f32 {
        weight * source.released
    }
}
