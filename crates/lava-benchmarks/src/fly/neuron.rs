//! The neurons of the fly brain.

use lava::model::BLOCK;
use lava::prelude::*;
use lava::process::TimeStep;
use lava::units::ms;

/// Leaky integrate-and-fire neurons with a synaptic potential that decays exponentially: the two
/// together respond to a spike as an alpha function would.
///
/// ```text
/// τ_m dv/dt = v_rest − v + g        τ_syn dg/dt = −g
/// v > v_th: spike, v = v_rest, g = 0
/// ```
///
/// v_rest −52 mV, v_th −45 mV, τ_m 20 ms, τ_syn 5 ms; both are integrated exactly, and both rest during
/// the refractory period, while spikes that arrive are added to g all the time. Ports and Vars have the
/// shape of the population.
///
/// Source: Shiu et al. (2024), *A Drosophila computational brain model reveals sensorimotor processing*,
/// Nature 634, 210–219, and the authors' `model.py`, in the order of a step of Brian: integration,
/// threshold, arrivals, reset.
#[process]
pub struct FlyNeuron {
    /// Weights of the spikes that arrive, in mV: added to g.
    g_in: InPort<f32>,
    /// Steps of v, in mV.
    v_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Membrane potential, in mV; initially at rest.
    #[var(init = V_REST, finite)]
    v: Var<f32>,
    /// Synaptic potential, in mV.
    #[var(init = 0.0, finite)]
    g: Var<f32>,
    /// Refractory period, in ms; default 2.2.
    #[var(init = 2.2, range = 0.0..f32::INFINITY)]
    t_ref: Var<f32>,
    /// Steps of the refractory period that are left.
    #[var(init = 0, range = 0..)]
    steps_left: Var<i32>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

/// Resting and reset potential, in mV.
pub(super) const V_REST: f32 = -52.0;
/// Threshold, in mV.
const V_TH: f32 = -45.0;
/// Time constants, in ms.
const TAU_M: f64 = 20.0;
const TAU_SYN: f64 = 5.0;

#[implements(proc = FlyNeuron, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct FlyNeuronModel {
    g_in: In<f32>,
    v_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    g: Vec<f32>,
    t_ref: PerNeuron<f32>,
    steps_left: Vec<i32>,
    dt: f64,
    #[local(rebuilt)]
    decay: Decay,
    /// Refractory steps after that of the spike.
    #[local(rebuilt)]
    refractory: Vec<i32>,
    #[local(rebuilt)]
    fired: Vec<u32>,
}

/// The propagators of a step.
#[derive(Clone, Copy, Debug, Default)]
struct Decay {
    v: f32,
    g: f32,
    g_to_v: f32,
}

impl LoihiModel for FlyNeuronModel {
    fn start(&mut self) -> lava::Result<()> {
        let [v, g] = [TAU_M, TAU_SYN].map(|tau| (-self.dt / tau).exp());
        self.decay = Decay {
            v: v as f32,
            g: g as f32,
            g_to_v: (TAU_SYN / (TAU_M - TAU_SYN) * (v - g)) as f32,
        };
        let steps = |neuron: usize| {
            let period = f64::from(self.t_ref.block(neuron, 1)[0]);
            ((period / self.dt).round() as i32 - 1).max(0)
        };
        self.refractory = (0..self.v.len()).map(steps).collect();
        self.fired = Vec::with_capacity(self.v.len());
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> lava::Result<()> {
        match var {
            "t_ref" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> lava::Result<()> {
        let (g_in, v_in) = (self.g_in.recv_slice(), self.v_in.recv_slice());
        let Decay {
            v: decay,
            g: g_decay,
            g_to_v,
        } = self.decay;
        self.fired.clear();
        for start in (0..self.v.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.v.len());
            let (v, g) = (&mut self.v[start..end], &mut self.g[start..end]);
            let (g_in, v_in) = (&g_in[start..end], &v_in[start..end]);
            let (left, refractory) = (
                &mut self.steps_left[start..end],
                &self.refractory[start..end],
            );
            let len = v.len();
            let mut fired = [0_u8; BLOCK];
            for i in 0..len {
                let active = left[i] == 0;
                let integrated = V_REST + (v[i] - V_REST) * decay + g[i] * g_to_v;
                let v_now = if active { integrated } else { v[i] };
                let g_now = if active { g[i] * g_decay } else { g[i] };
                let fires = active && v_now > V_TH;
                v[i] = if fires { V_REST } else { v_now + v_in[i] };
                g[i] = if fires { 0.0 } else { g_now + g_in[i] };
                left[i] = if fires {
                    refractory[i]
                } else {
                    (left[i] - 1).max(0)
                };
                fired[i] = u8::from(fires);
            }
            if fired.iter().fold(0, |any, fired| any | fired) != 0 {
                let neurons = (start as u32..).zip(fired).filter(|(_, fired)| *fired != 0);
                self.fired.extend(neurons.map(|(neuron, _)| neuron));
            }
        }
        self.s_out.send_indices(&self.fired)
    }
}
