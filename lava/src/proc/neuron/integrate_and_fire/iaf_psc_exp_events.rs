//! The event-driven update of [`IafPscExp`](super::IafPscExp).

use super::check::Sign;
use super::current::add_currents;
use super::exact;
use super::iaf_psc_exp::{IafPscExpModel, PscExpBlock, update};
use crate::model::{BLOCK, ClosedForm, EventDriven, Persist, PersistError};
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::real::Real;

/// The state of a neuron.
#[derive(Clone, Copy, Debug)]
pub(super) struct PscExpState<T> {
    v: T,
    i_ex: T,
    i_in: T,
    refractory: i32,
}

impl<T: Real> Persist for PscExpState<T> {
    fn layout() -> String {
        <(T, T, T, i32)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        (self.v, self.i_ex, self.i_in, self.refractory).save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let (v, i_ex, i_in, refractory) = Persist::load(bytes)?;
        Ok(PscExpState {
            v,
            i_ex,
            i_in,
            refractory,
        })
    }
}

/// Effects of currents on the voltage in the long run: the highest voltage that an excitatory, and an
/// inhibitory, current of 1 pA leads to, and the voltage under a constant current of 1 pA.
pub(super) type Reach = Factors<f64, 3>;

impl<T: Real> IafPscExpModel<T> {
    pub(super) fn derive_reach(&mut self) {
        let parameters = [&self.c_m, &self.tau_m, &self.tau_syn_ex, &self.tau_syn_in];
        self.reach = Factors::of(
            self.context.neurons().len(),
            parameters,
            |[c_m, tau_m, tau_ex, tau_in]| {
                let peak = |tau: f64| exact::from_decaying(peak_time(tau, tau_m), tau, tau_m, c_m);
                [peak(tau_ex), peak(tau_in), tau_m / c_m]
            },
        );
    }

    /// A step of the neurons that can fire, or at which something arrives.
    pub(super) fn run_events(&mut self) -> crate::Result<()> {
        let (step, neurons) = (self.context.time_step(), self.v_m.len());
        self.fired.clear();
        self.with_events(|model, events| {
            events.begin(model, neurons);
            events.wake(&model.exc_in.recv_sums());
            events.wake(&model.inh_in.recv_sums());
            events.wake(&model.current_in.recv_sums());
            events.catch_up(model, step);
            model.step_each(events.awake())?;
            events.rest(model, step);
            Ok::<_, crate::Error>(())
        })?;
        self.fired.neurons.sort_unstable();
        self.s_out.send_indices(&self.fired.neurons)
    }

    /// Computes the step of some neurons, as the clock-driven update does.
    fn step_each(&mut self, neurons: &[u32]) -> crate::Result<()> {
        let (exc_in, inh_in) = (self.exc_in.recv_slice(), self.inh_in.recv_slice());
        let has_current = self.current_in.is_connected();
        let current_in = self.current_in.recv_slice();
        let mut sum = [T::ZERO; BLOCK];
        for &neuron in neurons {
            let i = neuron as usize;
            let currents = has_current.then(|| {
                let [response] = self.response.blocks(i, 1);
                (&current_in[i..=i], response)
            });
            let [left, from_ex, from_in, constant, left_ex, left_in] = self.exact.blocks(i, 1);
            let [period] = self.period.blocks(i, 1);
            let block = PscExpBlock {
                exc_in: &exc_in[i..=i],
                inh_in: &inh_in[i..=i],
                left,
                from_ex,
                from_in,
                left_ex,
                left_in,
                constant: add_currents(constant, currents, T::of, &mut sum),
                e_l: self.e_l.block(i, 1),
                v_th: self.v_th.block(i, 1),
                v_reset: self.v_reset.block(i, 1),
                period,
            };
            let mut fired = [false];
            let (is_wrong, fires) = update::<T, true, false>(
                &block,
                &mut self.v_m[i..=i],
                &mut self.i_ex[i..=i],
                &mut self.i_in[i..=i],
                &mut self.refractory[i..=i],
                &mut fired,
            );
            if is_wrong {
                let first = self.context.neurons().start;
                return Err(Sign::Negative.error("inh_in", first + i, block.inh_in));
            }
            if fires {
                self.fired.neurons.push(neuron);
            }
        }
        Ok(())
    }
}

/// The time after which a current that decays with `tau` has raised the voltage highest.
fn peak_time(tau: f64, tau_m: f64) -> f64 {
    let ratio = tau_m / tau;
    match (ratio - 1.0).abs() < 1e-6 {
        true => tau,
        false => tau_m * ratio.ln() / (ratio - 1.0),
    }
}

impl<T: Real> ClosedForm for IafPscExpModel<T> {
    type State = PscExpState<T>;

    #[inline]
    fn state(&self, neuron: usize) -> PscExpState<T> {
        PscExpState {
            v: self.v_m[neuron],
            i_ex: self.i_ex[neuron],
            i_in: self.i_in[neuron],
            refractory: self.refractory[neuron],
        }
    }

    #[inline]
    fn set_state(&mut self, neuron: usize, state: PscExpState<T>) {
        self.v_m[neuron] = state.v;
        self.i_ex[neuron] = state.i_ex;
        self.i_in[neuron] = state.i_in;
        self.refractory[neuron] = state.refractory;
    }

    fn advanced(&self, neuron: usize, state: PscExpState<T>, steps: u64) -> PscExpState<T> {
        let of = |values: &PerNeuron<T>| values.block(neuron, 1)[0].double();
        let [c_m, tau_m] = [&self.c_m, &self.tau_m].map(of);
        let [tau_ex, tau_in] = [&self.tau_syn_ex, &self.tau_syn_in].map(of);
        let [e_l, i_e] = [&self.e_l, &self.i_e].map(of);
        let held = steps.min(u64::try_from(state.refractory).unwrap_or(0));
        let [held_time, time] = [held, steps - held].map(|steps| steps as f64 * self.dt);
        let [mut i_ex, mut i_in] = [state.i_ex, state.i_in].map(T::double);
        let mut decay = |time| {
            i_ex *= exact::decay(time, tau_ex);
            i_in *= exact::decay(time, tau_in);
            [i_ex, i_in]
        };
        let mut v = state.v;
        let [start_ex, start_in] = match held {
            0 => [state.i_ex, state.i_in].map(T::double),
            _ => decay(held_time),
        };
        if steps > held {
            let from = |current: f64, tau| match current {
                0.0 => 0.0,
                _ => current * exact::from_decaying(time, tau, tau_m, c_m),
            };
            let currents = from(start_ex, tau_ex) + from(start_in, tau_in);
            let constant = i_e * exact::from_constant(time, tau_m, c_m);
            let left = (v.double() - e_l) * exact::decay(time, tau_m);
            v = T::of(e_l + (left + currents + constant));
            decay(time);
        }
        PscExpState {
            v,
            i_ex: T::of(i_ex).settled(),
            i_in: T::of(i_in).settled(),
            refractory: state.refractory - held as i32,
        }
    }

    /// The voltage moves towards that of the constant current, and each synaptic current can raise it by its
    /// own peak at most.
    #[inline]
    fn stays_below_threshold(&self, neuron: usize, state: PscExpState<T>) -> bool {
        let of = |values: &PerNeuron<T>| values.block(neuron, 1)[0].double();
        let [of_ex, of_in, of_constant] = self.reach.blocks(neuron, 1).map(|reach| reach[0]);
        let [e_l, i_e, v_th] = [&self.e_l, &self.i_e, &self.v_th].map(of);
        let goal = e_l + i_e * of_constant;
        let [i_ex, i_in] = [state.i_ex, state.i_in].map(|current| current.double().max(0.0));
        let highest = state.v.double().max(goal) + i_ex * of_ex + i_in * of_in;
        // Far more than rounding does.
        let margin = 1e3 * T::epsilon().double() * (highest.abs() + v_th.abs() + e_l.abs());
        highest + margin < v_th
    }

    fn events(&mut self) -> &mut EventDriven<PscExpState<T>> {
        &mut self.events
    }
}
