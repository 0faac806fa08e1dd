//! Event-driven neurons: a neuron is advanced when something arrives, over all steps since the last time.

use std::ops::Range;

use lava_core::data::{Persist, PersistError, StateReader, StateWriter};
use lava_core::transport::PART;

use super::sleep::AwakeBlocks;
use super::sums::Sums;
use crate::process::Value;

/// The update of neurons that are integrated exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update {
    /// Each neuron is computed in each step.
    #[default]
    ClockDriven,
    /// A neuron that cannot reach its threshold without input is computed when something arrives: see
    /// [`EventDriven`]. States, and so the times of spikes that hang on it, differ from those of the
    /// clock-driven update by rounding.
    EventDriven,
}

#[cfg(feature = "store")]
crate::storable!(
    enum Update {
        ClockDriven,
        EventDriven,
    }
);

/// Neurons that can be advanced over any number of steps without input at once, and of which it is known
/// whether they can reach their threshold without input.
///
/// A model implements it for its own struct, and drives its neurons by [`EventDriven`].
pub trait ClosedForm {
    /// The state of a neuron: what a step changes.
    type State: Copy + Send;

    /// The state of a neuron.
    fn state(&self, neuron: usize) -> Self::State;

    /// Replaces the state of a neuron.
    fn set_state(&mut self, neuron: usize, state: Self::State);

    /// The state of a neuron after `steps` steps without input in which it does not fire. What it is after
    /// `a` steps, and then `b`, may differ from what it is after `a + b` by rounding.
    fn advanced(&self, neuron: usize, state: Self::State, steps: u64) -> Self::State;

    /// Returns `true` if a neuron in this state will not fire without input, however long it is waited for.
    /// Rounding is taken into account: it returns `false` where it might matter.
    fn stays_below_threshold(&self, neuron: usize, state: Self::State) -> bool;

    /// The field of the model that drives its neurons.
    fn events(&mut self) -> &mut EventDriven<Self::State>;

    /// Calls `act` with the model and its [`events`](ClosedForm::events), apart from each other.
    fn with_events<R>(
        &mut self,
        act: impl FnOnce(&mut Self, &mut EventDriven<Self::State>) -> R,
    ) -> R
    where
        Self: Sized,
    {
        let mut events = std::mem::take(self.events());
        let result = act(self, &mut events);
        *self.events() = events;
        result
    }
}

/// The event-driven update of a population: a local field of a model.
///
/// A neuron that cannot reach its threshold without input is not computed. When something arrives, it is
/// brought to the step before by [`ClosedForm::advanced`], and computes its step as all neurons do. Then it
/// goes on computing steps until it cannot reach its threshold again. So a step costs what the neurons
/// awake and the arrivals cost, not the population.
///
/// The state of a neuron is a function of its own input: it is the same, bit for bit, for any number of
/// workers, and whether it is probed or read in between or not. It differs from that of a neuron which
/// computes each step by rounding.
///
/// The fields of the model have the states of the steps in which neurons were computed last. Before Vars
/// are read or written, [`LoihiModel::before_access`](super::LoihiModel::before_access) calls
/// [`present`](EventDriven::present), which brings all of them to the present step; a Var that is read in
/// every step thus costs what the whole population does.
///
/// The field is `#[local(rebuilt)]`: [`save_state`](EventDriven::save_state) and
/// [`load_state`](EventDriven::load_state) keep it in snapshots, whatever the shards are.
///
/// ```
/// use lava::model::{ClosedForm, EventDriven, StateReader, StateWriter};
/// use lava::prelude::*;
///
/// /// A voltage that halves in a step; neurons fire above 1.
/// #[process]
/// pub struct Halving {
///     a_in: InPort<f64>,
///     s_out: OutPort<Spike>,
///     #[var(init = 0.0)]
///     v: Var<f64>,
/// }
///
/// #[implements(proc = Halving, protocol = Loihi, shardable)]
/// struct HalvingModel {
///     a_in: In<f64>,
///     s_out: Out<Spike>,
///     v: Vec<f64>,
///     #[local(rebuilt)]
///     events: EventDriven<f64>,
///     #[local]
///     context: Context,
/// }
///
/// impl ClosedForm for HalvingModel {
///     type State = f64;
///
///     fn state(&self, neuron: usize) -> f64 {
///         self.v[neuron]
///     }
///
///     fn set_state(&mut self, neuron: usize, v: f64) {
///         self.v[neuron] = v;
///     }
///
///     fn advanced(&self, _: usize, v: f64, steps: u64) -> f64 {
///         v * 0.5_f64.powi(steps as i32)
///     }
///
///     fn stays_below_threshold(&self, _: usize, v: f64) -> bool {
///         v <= 2.0
///     }
///
///     fn events(&mut self) -> &mut EventDriven<f64> {
///         &mut self.events
///     }
/// }
///
/// impl LoihiModel for HalvingModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         let step = self.context.time_step();
///         let mut fired = Vec::new();
///         self.with_events(|model, events| {
///             let neurons = model.v.len();
///             events.begin(model, neurons);
///             events.wake(&model.a_in.recv_sums());
///             events.catch_up(model, step);
///             let a_in = model.a_in.recv_slice();
///             for &neuron in events.awake() {
///                 let v = &mut model.v[neuron as usize];
///                 *v = *v / 2.0 + a_in[neuron as usize];
///                 if *v > 1.0 {
///                     *v = 0.0;
///                     fired.push(neuron);
///                 }
///             }
///             events.rest(model, step);
///         });
///         fired.sort_unstable();
///         self.s_out.send_indices(&fired)
///     }
///
///     fn before_access(&mut self) {
///         let step = self.context.time_step();
///         self.with_events(|model, events| events.present(model, step));
///     }
///
///     fn on_var_update(&mut self, _: &str) -> lava::Result<()> {
///         self.events.accept();
///         Ok(())
///     }
///
///     fn save_state(&self, to: &mut StateWriter) -> lava::Result<()> {
///         Ok(self.events.save_state(to)?)
///     }
///
///     fn load_state(&mut self, from: &StateReader<'_>) -> lava::Result<()> {
///         Ok(self.events.load_state(self.context.neurons(), from)?)
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct EventDriven<S> {
    /// The step that the state of a neuron which sleeps belongs to, by neuron; with the bit [`AWAKE`] where
    /// it does not sleep.
    since: Vec<u64>,
    /// The neurons that are computed in this step, in no order.
    awake: Vec<u32>,
    /// The first of them that were not computed in the step before.
    woken: usize,
    /// The states that were replaced by those of the present step.
    behind: Vec<(u32, S)>,
    presented: Presented,
}

/// In snapshots: the step that the state of a neuron belongs to, with the bit [`AWAKE`], by neuron.
const SINCE: &str = "computed in";
/// In snapshots: the state of that step, by neuron; `None` if it is that of the Vars.
const BEHIND: &str = "behind";

/// The bit of neurons that do not sleep.
const AWAKE: u64 = 1 << 63;

/// The states in the fields of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Presented {
    /// Those of the steps in which the neurons were computed.
    No,
    /// Those of the present step.
    Yes,
    /// Those of the present step, or what the user has set.
    Accepted,
}

impl<S> Default for EventDriven<S> {
    /// All neurons are awake: the first step is computed for each.
    fn default() -> Self {
        EventDriven {
            since: Vec::new(),
            awake: Vec::new(),
            woken: 0,
            behind: Vec::new(),
            presented: Presented::No,
        }
    }
}

impl<S: Copy> EventDriven<S> {
    /// Begins a step of a population of `neurons` neurons. All are computed in the first step, and
    /// after a Var was set.
    pub fn begin<M: ClosedForm<State = S>>(&mut self, model: &mut M, neurons: usize) {
        if self.since.len() != neurons {
            self.since = vec![AWAKE; neurons];
            self.awake = (0..neurons as u32).collect();
            self.presented = Presented::No;
        }
        match std::mem::replace(&mut self.presented, Presented::No) {
            Presented::No => {}
            Presented::Yes => {
                for (neuron, state) in self.behind.drain(..) {
                    model.set_state(neuron as usize, state);
                }
            }
            Presented::Accepted => {
                self.behind.clear();
                self.awake.clear();
                self.awake.extend(0..neurons as u32);
                self.since.fill(AWAKE);
            }
        }
        self.woken = self.awake.len();
    }

    /// Wakes the neurons at which something arrives.
    #[inline]
    pub fn wake<T: Value>(&mut self, input: &Sums<'_, T>) {
        let EventDriven { awake, since, .. } = self;
        let first = awake.len();
        input.for_each_part(|part| {
            for start in part.clone().step_by(PART) {
                let values = &input[start..part.end.min(start + PART)];
                // Without a branch for each: few are other than zero.
                let mut arrived = 0_u32;
                for (bit, value) in values.iter().enumerate() {
                    arrived |= u32::from(*value != T::ZERO) << bit;
                }
                while arrived != 0 {
                    let neuron = start + arrived.trailing_zeros() as usize;
                    arrived &= arrived - 1;
                    awake.push(neuron as u32);
                }
            }
        });
        // Without a branch, which would wait for each neuron on its own.
        let mut end = first;
        for index in first..awake.len() {
            let neuron = awake[index];
            let since = &mut since[neuron as usize];
            awake[end] = neuron;
            end += usize::from(*since & AWAKE == 0);
            *since |= AWAKE;
        }
        awake.truncate(end);
    }

    /// Brings the neurons that were woken to the step before `step`.
    #[inline]
    pub fn catch_up<M: ClosedForm<State = S>>(&mut self, model: &mut M, step: u64) {
        // States lie far apart: loaded together, they are waited for together.
        for neuron in &self.awake[self.woken..] {
            std::hint::black_box(model.state(*neuron as usize));
        }
        for neuron in &self.awake[self.woken..] {
            let neuron = *neuron as usize;
            let steps = step - 1 - (self.since[neuron] & !AWAKE);
            if steps > 0 {
                let state = model.advanced(neuron, model.state(neuron), steps);
                model.set_state(neuron, state);
            }
        }
    }

    /// The neurons to compute in this step, in no order.
    #[inline]
    pub fn awake(&self) -> &[u32] {
        &self.awake
    }

    /// The neurons to compute in this step, as blocks of one neuron each: for a model whose step is a loop over
    /// blocks, see [`Sleep::blocks`](super::Sleep::blocks).
    #[inline]
    pub fn blocks(&self) -> AwakeBlocks<'_> {
        AwakeBlocks::single(&self.awake)
    }

    /// Lets neurons sleep that stay below the threshold after time step `step`.
    #[inline]
    pub fn rest<M: ClosedForm<State = S>>(&mut self, model: &M, step: u64) {
        let EventDriven { awake, since, .. } = self;
        awake.retain(|neuron| {
            let neuron = *neuron as usize;
            let stays = model.stays_below_threshold(neuron, model.state(neuron));
            if stays {
                since[neuron] = step;
            }
            !stays
        });
    }

    /// Brings the fields of the model to time step `step`, until the next step is computed.
    pub fn present<M: ClosedForm<State = S>>(&mut self, model: &mut M, step: u64) {
        if self.presented != Presented::No {
            return;
        }
        self.presented = Presented::Yes;
        self.behind.clear();
        for (neuron, since) in self.since.iter().enumerate() {
            if since & AWAKE == 0 && *since < step {
                let state = model.state(neuron);
                self.behind.push((neuron as u32, state));
                model.set_state(neuron, model.advanced(neuron, state, step - since));
            }
        }
    }

    /// Accepts what the user has set: the next step is computed for all neurons, from what the fields of the
    /// model are now.
    pub fn accept(&mut self) {
        self.presented = Presented::Accepted;
    }
}

impl<S: Copy + Persist> EventDriven<S> {
    /// Puts the state of neurons that sleep, for [`save_state`](super::LoihiModel::save_state) of the model:
    /// Vars are kept as a reader sees them, and a neuron goes on from the step in which it was computed.
    ///
    /// # Errors
    /// As [`StateWriter::put_neurons`].
    pub fn save_state(&self, to: &mut StateWriter) -> Result<(), PersistError> {
        let mut behind = vec![None; self.since.len()];
        if self.presented == Presented::Accepted {
            // All neurons are computed in the next step.
            to.put_neurons(SINCE, &vec![AWAKE; self.since.len()])?;
        } else {
            to.put_neurons(SINCE, &self.since)?;
            for (neuron, state) in &self.behind {
                behind[*neuron as usize] = Some(*state);
            }
        }
        to.put_neurons(BEHIND, &behind)
    }

    /// Takes the state of `neurons`, the neurons of a shard, for
    /// [`load_state`](super::LoihiModel::load_state) of the model.
    ///
    /// # Errors
    /// [`PersistError`] if the snapshot lacks it.
    pub fn load_state(
        &mut self,
        neurons: Range<usize>,
        from: &StateReader<'_>,
    ) -> Result<(), PersistError> {
        let since: Vec<u64> = from.get(SINCE)?;
        let behind: Vec<Option<S>> = from.get(BEHIND)?;
        *self = EventDriven::default();
        if since.is_empty() {
            return Ok(());
        }
        let own = since.get(neurons.clone()).zip(behind.get(neurons));
        let (since, behind) = own.ok_or_else(|| {
            PersistError::Unfit("it has another number of event-driven neurons".to_owned())
        })?;
        self.since = since.to_vec();
        let numbers = || 0_u32..;
        let awake = numbers()
            .zip(since)
            .filter(|(_, since)| *since & AWAKE != 0);
        self.awake = awake.map(|(neuron, _)| neuron).collect();
        let behind = numbers().zip(behind);
        self.behind = behind
            .filter_map(|(neuron, state)| Some((neuron, (*state)?)))
            .collect();
        self.presented = Presented::Yes;
        Ok(())
    }
}
