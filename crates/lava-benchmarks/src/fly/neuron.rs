//! The neurons of the fly brain.

use lava::model::{
    BLOCK, ClosedForm, EventDriven, Persist, PersistError, Sleep, StateReader, StateWriter, Update,
};
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
    /// The update; default: clock-driven.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

#[cfg(feature = "store")]
lava::register_process!(FlyNeuron);

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
    update: Update,
    #[local(rebuilt)]
    decay: Decay,
    /// Refractory steps after that of the spike.
    #[local(rebuilt)]
    refractory: Vec<i32>,
    #[local(rebuilt)]
    fired: Vec<u32>,
    #[local]
    sleep: Sleep,
    #[local(rebuilt)]
    events: EventDriven<FlyState>,
    #[local]
    context: Context,
}

/// The state of a neuron.
#[derive(Clone, Copy, Debug)]
struct FlyState {
    v: f32,
    g: f32,
    steps_left: i32,
}

impl Persist for FlyState {
    fn layout() -> String {
        <(f32, f32, i32)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        (self.v, self.g, self.steps_left).save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let (v, g, steps_left) = Persist::load(bytes)?;
        Ok(FlyState { v, g, steps_left })
    }
}

/// The propagators of a step.
#[derive(Clone, Copy, Debug, Default)]
struct Decay {
    v: f32,
    g: f32,
    g_to_v: f32,
}

impl Decay {
    /// The propagators over a time in ms.
    fn over(time: f64) -> Decay {
        let [v, g] = [TAU_M, TAU_SYN].map(|tau| (-time / tau).exp());
        Decay {
            v: v as f32,
            g: g as f32,
            g_to_v: (TAU_SYN / (TAU_M - TAU_SYN) * (v - g)) as f32,
        }
    }

    /// The potentials after the time.
    #[inline(always)]
    fn of(self, v: f32, g: f32) -> [f32; 2] {
        let decayed = V_REST + (v - V_REST) * self.v + g * self.g_to_v;
        [decayed, g * self.g]
    }

    /// A step of a neuron. Returns its new state, and `true` if it fires.
    #[inline(always)]
    fn step(self, state: FlyState, [g_in, v_in]: [f32; 2], refractory: i32) -> (FlyState, bool) {
        let FlyState { v, g, steps_left } = state;
        let active = steps_left == 0;
        let [v_decayed, g_decayed] = self.of(v, g);
        let v_now = if active { v_decayed } else { v };
        let g_now = if active { g_decayed } else { g };
        let fires = active && v_now > V_TH;
        let left = (steps_left - 1).max(0);
        let new = FlyState {
            v: if fires { V_REST } else { v_now + v_in },
            g: if fires { 0.0 } else { g_now + g_in },
            steps_left: if fires { refractory } else { left },
        };
        (new, fires)
    }
}

impl ClosedForm for FlyNeuronModel {
    type State = FlyState;

    #[inline]
    fn state(&self, neuron: usize) -> FlyState {
        FlyState {
            v: self.v[neuron],
            g: self.g[neuron],
            steps_left: self.steps_left[neuron],
        }
    }

    #[inline]
    fn set_state(&mut self, neuron: usize, state: FlyState) {
        self.v[neuron] = state.v;
        self.g[neuron] = state.g;
        self.steps_left[neuron] = state.steps_left;
    }

    #[inline]
    fn advanced(&self, _: usize, state: FlyState, steps: u64) -> FlyState {
        let held = steps.min(state.steps_left as u64);
        let decay = Decay::over((steps - held) as f64 * self.dt);
        let [v, g] = decay.of(state.v, state.g);
        FlyState {
            v,
            g,
            steps_left: state.steps_left - held as i32,
        }
    }

    /// From rest, g raises v by this share of it at most; the rest is a margin for rounding.
    #[inline]
    fn stays_below_threshold(&self, _: usize, state: FlyState) -> bool {
        const PEAK: f32 = 0.157_491;
        let highest = (state.v - V_REST).max(0.0) + state.g.max(0.0) * PEAK;
        highest < (V_TH - V_REST) * (1.0 - 1e-4)
    }

    fn events(&mut self) -> &mut EventDriven<FlyState> {
        &mut self.events
    }
}

impl LoihiModel for FlyNeuronModel {
    fn start(&mut self) -> lava::Result<()> {
        self.decay = Decay::over(self.dt);
        let steps = |neuron: usize| {
            let period = f64::from(self.t_ref.block(neuron, 1)[0]);
            ((period / self.dt).round() as i32 - 1).max(0)
        };
        self.refractory = (0..self.v.len()).map(steps).collect();
        self.fired = Vec::with_capacity(self.v.len());
        Ok(())
    }

    fn before_access(&mut self) {
        let step = self.context.time_step();
        self.with_events(|model, events| events.present(model, step));
    }

    fn save_state(&self, to: &mut StateWriter) -> lava::Result<()> {
        Ok(self.events.save_state(to)?)
    }

    fn load_state(&mut self, from: &StateReader<'_>) -> lava::Result<()> {
        Ok(self.events.load_state(self.context.neurons(), from)?)
    }

    fn on_var_update(&mut self, var: &str) -> lava::Result<()> {
        self.events.accept();
        match var {
            "t_ref" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> lava::Result<()> {
        self.fired.clear();
        match self.update {
            Update::EventDriven => self.run_events(),
            _ => self.run_all(),
        }
        self.s_out.send_indices(&self.fired)
    }
}

impl FlyNeuronModel {
    /// Computes the neurons that may fire, and those at which something arrives.
    fn run_events(&mut self) {
        let step = self.context.time_step();
        let neurons = self.v.len();
        self.with_events(|model, events| {
            events.begin(model, neurons);
            events.wake(&model.g_in.recv_sums());
            events.wake(&model.v_in.recv_sums());
            events.catch_up(model, step);
            model.step_each(events.awake());
            events.rest(model, step);
        });
        self.fired.sort_unstable();
    }

    #[inline]
    fn step_each(&mut self, neurons: &[u32]) {
        let (g_in, v_in) = (self.g_in.recv_slice(), self.v_in.recv_sums());
        for &neuron in neurons {
            let i = neuron as usize;
            let state = FlyState {
                v: self.v[i],
                g: self.g[i],
                steps_left: self.steps_left[i],
            };
            // What is rarely needed is not loaded.
            let v_in = if v_in.are_silent() { 0.0 } else { v_in[i] };
            let (new, fires) = self.decay.step(state, [g_in[i], v_in], 0);
            (self.v[i], self.g[i], self.steps_left[i]) = (new.v, new.g, new.steps_left);
            if fires {
                self.steps_left[i] = self.refractory[i];
                self.fired.push(neuron);
            }
        }
    }

    /// Computes all neurons that are not at rest.
    #[inline(always)]
    fn run_all(&mut self) {
        let (g_in, v_in) = (self.g_in.recv_sums(), self.v_in.recv_sums());
        let (decay, step) = (self.decay, self.context.time_step());
        let mut blocks = self.sleep.blocks(self.v.len(), step, &[&g_in, &v_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v, &self.g, &self.steps_left]);
            }
            let range = start..start + len;
            let (g_in, v_in) = (&g_in[range.clone()], &v_in[range.clone()]);
            let (v, g) = (&mut self.v[range.clone()], &mut self.g[range.clone()]);
            let left = &mut self.steps_left[range.clone()];
            let refractory = &self.refractory[range];
            let mut fired = [0_u8; BLOCK];
            for i in 0..len {
                let state = FlyState {
                    v: v[i],
                    g: g[i],
                    steps_left: left[i],
                };
                let (new, fires) = decay.step(state, [g_in[i], v_in[i]], refractory[i]);
                (v[i], g[i], left[i]) = (new.v, new.g, new.steps_left);
                fired[i] = u8::from(fires);
            }
            let any = fired.iter().fold(0, |any, fired| any | fired) != 0;
            if any {
                let neurons = (start as u32..).zip(fired).filter(|(_, fired)| *fired != 0);
                self.fired.extend(neurons.map(|(neuron, _)| neuron));
            }
            if blocks.look() {
                blocks.after(&[&self.v, &self.g, &self.steps_left], any);
            }
        }
    }
}
