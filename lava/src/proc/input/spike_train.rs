//! Spikes at given times.

#[cfg(feature = "store")]
mod stored;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use ndarray::{ArrayD, IxDyn};

use crate::model::{Persist, PersistError, StateReader, StateWriter};
use crate::prelude::*;
use crate::proc::kernel::time::time_step;
use crate::process::{Checksum, Init, IntoInit, SharedValues, Values};
use crate::units::Time;

/// Spike trains given in advance: each neuron spikes in the steps of its [`Events`]. The port has
/// the shape of the population.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/spike_train.svg"))]
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Events, SpikeTrain};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let steps = Events::from_steps([(1, 0), (3, 1), (3, 0)]);
/// let input = net.add(SpikeTrain::shape([2]).events(steps))?;
/// let spikes = net.probe(&input.s_out)?;
/// net.run(RunSteps(5))?;
/// input.events.set(Events::from_steps([(2, 1), (7, 1)]))?;
/// net.run(RunSteps(5))?;
/// assert_eq!(spikes.events(), [(1, 0), (3, 0), (3, 1), (7, 1)]);
/// # net.stop()
/// # }
/// ```
///
/// Source: NEST's `spike_generator`, Brian's `SpikeGeneratorGroup`.
#[process]
pub struct SpikeTrain {
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Spikes to send: [`Events`]. Others can be set between runs; events of steps that are over have
    /// no effect. As a number it is that of the events.
    #[var(shape = [1], per_sample)]
    events: Var<u64>,
}

/// Spikes of a [`SpikeTrain`]: steps and neurons. Clones share them.
#[derive(Clone, Default)]
pub struct Events(Arc<EventList>);

#[derive(Default)]
struct EventList {
    /// Ascending; of the same length as `neurons`.
    steps: Vec<u64>,
    /// Ascending within a step.
    neurons: Vec<u32>,
    /// The number of spikes that fell on another one.
    merged: usize,
    /// The time step from which the steps follow, in ms.
    dt: Option<f64>,
}

impl Events {
    /// Creates events from pairs `(step, neuron)` in any order. The first step is 1; `neuron` is a
    /// row-major index, from 0. Duplicates count once, and in [`merged`](Events::merged). The events
    /// of a [`SpikeProbe`](crate::monitor::SpikeProbe) have this form.
    pub fn from_steps(events: impl IntoIterator<Item = (u64, usize)>) -> Events {
        // An index beyond 32 bits is outside every population, as `u32::MAX` is.
        let index = |neuron| u32::try_from(neuron).unwrap_or(u32::MAX);
        let events = events
            .into_iter()
            .map(|(step, neuron)| (step, index(neuron)));
        let mut events: Vec<(u64, u32)> = events.collect();
        let given = events.len();
        events.sort_unstable();
        events.dedup();
        let merged = given - events.len();
        let (steps, neurons) = events.into_iter().unzip();
        Events(Arc::new(EventList {
            steps,
            neurons,
            merged,
            dt: None,
        }))
    }

    /// Creates events from the spike times of each neuron, in ms and in any order. `dt` is the time
    /// step, in ms: a spike at time `t` is sent in step `t/dt`, rounded.
    ///
    /// ```
    /// use lava::proc::Events;
    ///
    /// let events = Events::from_times([[0.1, 1.2], [0.3, 1.2]], 0.1)?;
    /// assert_eq!(events, Events::from_steps([(1, 0), (3, 1), (12, 0), (12, 1)]));
    /// # Ok::<(), lava::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a time is not finite or before the first step, if two spikes of a neuron fall into one step
    /// (see [`merging_times`](Events::merging_times)), or if `dt` is not a finite number above zero. A
    /// [`SpikeTrain`] refuses events whose `dt` is not that of its network.
    pub fn from_times<Times>(
        trains: impl IntoIterator<Item = Times>,
        dt: f64,
    ) -> crate::Result<Events>
    where
        Times: IntoIterator<Item = f64>,
    {
        let mut timed = steps_of(trains, dt)?;
        timed.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let collision = timed
            .windows(2)
            .find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1));
        if let Some([(step, neuron, first), (_, _, second)]) = collision {
            return Err(crate::Error::model(format!(
                "neuron {neuron} spikes at {first} ms and at {second} ms, both in step {step} of {dt} \
                 ms; give a shorter time step, or make one spike of them: `Events::merging_times`"
            )));
        }
        Ok(Events::timed(timed, dt))
    }

    /// Creates events as [`from_times`](Events::from_times), but spikes of a neuron that fall into one
    /// step are one spike, and [`merged`](Events::merged) counts those that are lost.
    ///
    /// ```
    /// use lava::proc::Events;
    ///
    /// let times = [[1.01, 1.04]];
    /// assert!(Events::from_times(times, 0.1).is_err());
    /// let events = Events::merging_times(times, 0.1)?;
    /// assert_eq!((events.len(), events.merged()), (1, 1));
    /// # Ok::<(), lava::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_times`](Events::from_times), except for spikes in one step.
    pub fn merging_times<Times>(
        trains: impl IntoIterator<Item = Times>,
        dt: f64,
    ) -> crate::Result<Events>
    where
        Times: IntoIterator<Item = f64>,
    {
        Ok(Events::timed(steps_of(trains, dt)?, dt))
    }

    fn timed(events: Vec<(u64, usize, f64)>, dt: f64) -> Events {
        let mut events =
            Events::from_steps(events.into_iter().map(|(step, neuron, _)| (step, neuron)));
        if let Some(list) = Arc::get_mut(&mut events.0) {
            list.dt = Some(dt);
        }
        events
    }

    /// The events, as pairs `(step, neuron)` in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, usize)> {
        let neurons = self.0.neurons.iter().map(|neuron| *neuron as usize);
        self.0.steps.iter().copied().zip(neurons)
    }

    /// The time step from which the steps follow; `None` if steps were given.
    #[cfg(any(
        feature = "events",
        feature = "hdf5",
        feature = "npy",
        feature = "tables"
    ))]
    pub(crate) fn dt(&self) -> Option<Time> {
        self.0.dt.map(|dt| dt * crate::units::ms)
    }

    /// Returns the number of events.
    pub fn len(&self) -> usize {
        self.0.steps.len()
    }

    /// Returns `true` if there are no events.
    pub fn is_empty(&self) -> bool {
        self.0.steps.is_empty()
    }

    /// Returns the number of spikes that were given and are not sent, since the same neuron has
    /// another one in the same step.
    pub fn merged(&self) -> usize {
        self.0.merged
    }

    /// Returns the range of the events of `step`. All events before `from` are of earlier steps.
    fn of_step(&self, step: u64, from: usize) -> Range<usize> {
        let rest = self.0.steps.get(from..).unwrap_or_default();
        let begin = rest.iter().take_while(|other| **other < step).count();
        let count = rest[begin..]
            .iter()
            .take_while(|other| **other == step)
            .count();
        from + begin..from + begin + count
    }

    /// Fails if a population of `population` neurons, in a network with the time step `dt`, cannot
    /// have these spikes.
    fn check(&self, population: usize, dt: Option<f64>) -> crate::Result<()> {
        let list = &*self.0;
        let outside = |neuron: &&u32| **neuron as usize >= population;
        if let Some(neuron) = list.neurons.iter().find(outside) {
            return Err(crate::Error::model(format!(
                "there is an event of neuron {neuron}, but there are only {population}"
            )));
        }
        if list.steps.first() == Some(&0) {
            return Err(crate::Error::model(
                "there is an event in step 0; the first step is 1",
            ));
        }
        match (list.dt, dt) {
            (Some(given), Some(dt)) if (given - dt).abs() > 1e-9 * dt => {
                Err(crate::Error::model(format!(
                    "the events are times in steps of {given} ms, and the time step of the network is \
                     {dt} ms; make them with that time step"
                )))
            }
            _ => Ok(()),
        }
    }
}

/// Step, neuron and time of each spike.
///
/// # Errors
/// If a time is in no step, or `dt` is no time step.
fn steps_of<Times>(
    trains: impl IntoIterator<Item = Times>,
    dt: f64,
) -> crate::Result<Vec<(u64, usize, f64)>>
where
    Times: IntoIterator<Item = f64>,
{
    let dt = time_step(dt)?;
    let mut events = Vec::new();
    for (neuron, times) in (0..).zip(trains) {
        for time in times {
            let step = (time / dt).round();
            if !(step >= 1.0 && step.is_finite()) {
                return Err(crate::Error::model(format!(
                    "neuron {neuron} cannot spike at {time} ms: the first step is at {dt} ms"
                )));
            }
            events.push((step as u64, neuron, time));
        }
    }
    Ok(events)
}

impl PartialEq for Events {
    /// Returns `true` if the steps and neurons are the same, however they were given.
    fn eq(&self, other: &Events) -> bool {
        self.0.steps == other.0.steps && self.0.neurons == other.0.neurons
    }
}

impl Eq for Events {}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.0.steps.iter().zip(&self.0.neurons);
        f.debug_list().entries(events).finish()
    }
}

/// As a number: that of the events.
impl SharedValues<u64> for Events {
    fn shape(&self) -> &[usize] {
        &[1]
    }

    fn to_array(&self) -> ArrayD<u64> {
        ArrayD::from_elem(IxDyn(&[1]), self.len() as u64)
    }

    fn fingerprint(&self) -> Option<u64> {
        let mut bytes = Vec::new();
        self.0.steps.save(&mut bytes);
        self.0.neurons.save(&mut bytes);
        Some(Checksum::of(&bytes))
    }
}

#[diagnostic::do_not_recommend]
impl IntoInit<u64> for Events {
    fn into_init(self) -> Values<u64> {
        Values::Shared(Arc::new(self))
    }
}

#[implements(proc = SpikeTrain, protocol = Loihi, shardable, per_sample, replicated(events))]
struct SpikeTrainModel {
    s_out: Out<Spike>,
    events: Init<u64>,
    /// The events of the whole population.
    #[local(rebuilt)]
    list: Events,
    /// The events that the process began with.
    #[local(rebuilt)]
    initial: Option<Init<u64>>,
    /// Index of the first event that has not been sent.
    #[local]
    next: usize,
    #[local(rebuilt)]
    fired: Vec<u32>,
    #[local]
    context: Context,
}

impl SpikeTrainModel {
    /// Plays the events of the Var.
    fn play(&mut self) -> crate::Result<()> {
        let Some(list) = self.events.shared::<Events>() else {
            return Err(crate::Error::model(
                "`events` is a number; give `Events::from_steps` or `Events::from_times`",
            ));
        };
        let dt = self.context.dt().map(Time::in_ms);
        list.check(self.context.population(), dt)?;
        (self.list, self.next) = (list, 0);
        self.fired.reserve(self.context.neurons().len());
        Ok(())
    }
}

/// The events of a list, in a snapshot: steps, neurons, the time step and the spikes that were merged.
type SavedEvents = (Vec<u64>, Vec<u32>, Option<f64>, usize);

impl LoihiModel for SpikeTrainModel {
    fn start(&mut self) -> crate::Result<()> {
        self.initial = Some(self.events.clone());
        self.play()
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.play()
    }

    fn save_state(&self, to: &mut StateWriter) -> crate::Result<()> {
        let initial = self.initial.as_ref();
        if !initial.is_some_and(|initial| initial.is_same(&self.events)) {
            let list = &*self.list.0;
            let events = (
                list.steps.clone(),
                list.neurons.clone(),
                list.dt,
                list.merged,
            );
            to.put("events", &events)?;
        }
        Ok(())
    }

    fn prepare_load(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
        if from.contains("events") {
            let (steps, neurons, dt, merged): SavedEvents = from.get("events")?;
            let is_list = steps.len() == neurons.len() && steps.is_sorted();
            if !is_list {
                let message = "its events are no list of spikes".to_owned();
                return Err(PersistError::Unfit(message).into());
            }
            let list = EventList {
                steps,
                neurons,
                dt,
                merged,
            };
            self.events = Init::new(Events(Arc::new(list)));
            self.play()?;
        }
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let now = self.list.of_step(self.context.time_step(), self.next);
        self.next = now.end;
        let neurons = self.context.neurons();
        let mine = self.list.0.neurons[now]
            .iter()
            .map(|neuron| *neuron as usize);
        let mine = mine.filter(|neuron| neurons.contains(neuron));
        self.fired.clear();
        self.fired
            .extend(mine.map(|neuron| (neuron - neurons.start) as u32));
        self.s_out.send_indices(&self.fired)
    }
}
