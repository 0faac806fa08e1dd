//! Spikes at given times.

use std::ops::Range;

use crate::prelude::*;

/// Spike trains given in advance: each neuron spikes in the steps of its [`Events`]. The port has
/// the shape of the population.
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
/// assert_eq!(spikes.events(), [(1, 0), (3, 0), (3, 1)]);
/// # net.stop()
/// # }
/// ```
///
/// Source: NEST's `spike_generator`, Brian's `SpikeGeneratorGroup`.
#[process]
pub struct SpikeTrain {
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Spikes to send.
    #[param]
    events: Param<Events>,
}

/// Spikes of a [`SpikeTrain`]: steps and neurons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// Ascending; of the same length as `neurons`.
    steps: Vec<u64>,
    /// Ascending within a step.
    neurons: Vec<u32>,
}

impl Events {
    /// Creates events from pairs `(step, neuron)` in any order. The first step is 1; `neuron` is a
    /// row-major index, from 0. Duplicates count once. The events of a
    /// [`SpikeProbe`](crate::monitor::SpikeProbe) have this form.
    pub fn from_steps(events: impl IntoIterator<Item = (u64, usize)>) -> Events {
        // An index beyond 32 bits is outside every population, as `u32::MAX` is.
        let index = |neuron| u32::try_from(neuron).unwrap_or(u32::MAX);
        let events = events
            .into_iter()
            .map(|(step, neuron)| (step, index(neuron)));
        let mut events: Vec<(u64, u32)> = events.collect();
        events.sort_unstable();
        events.dedup();
        let (steps, neurons) = events.into_iter().unzip();
        Events { steps, neurons }
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
    /// If a time is not finite or before the first step, or `dt` is not a finite number above zero.
    pub fn from_times<Times>(
        trains: impl IntoIterator<Item = Times>,
        dt: f64,
    ) -> crate::Result<Events>
    where
        Times: IntoIterator<Item = f64>,
    {
        let dt = crate::proc::kernel::time::time_step(dt)?;
        let mut events = Vec::new();
        for (neuron, times) in (0..).zip(trains) {
            for time in times {
                let step = (time / dt).round();
                if !(step >= 1.0 && step.is_finite()) {
                    let message = format!(
                        "neuron {neuron} cannot spike at {time} ms: the first step is at {dt} ms"
                    );
                    return Err(crate::Error::model(message));
                }
                events.push((step as u64, neuron));
            }
        }
        Ok(Events::from_steps(events))
    }

    /// Returns the number of events.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Returns `true` if there are no events.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the range of the events of `step`. All events before `from` are of earlier steps.
    fn of_step(&self, step: u64, from: usize) -> Range<usize> {
        let rest = self.steps.get(from..).unwrap_or_default();
        let begin = rest.iter().take_while(|other| **other < step).count();
        let count = rest[begin..]
            .iter()
            .take_while(|other| **other == step)
            .count();
        from + begin..from + begin + count
    }
}

#[implements(proc = SpikeTrain, protocol = Loihi, shardable)]
struct SpikeTrainModel {
    s_out: Out<Spike>,
    events: Param<Events>,
    /// Index of the first event that has not been sent.
    #[local]
    next: usize,
    #[local]
    fired: Vec<u32>,
    #[local]
    context: Context,
}

impl LoihiModel for SpikeTrainModel {
    fn start(&mut self) -> crate::Result<()> {
        let population = self.context.population();
        self.fired.reserve(self.context.neurons().len());
        let outside = |neuron: &&u32| **neuron as usize >= population;
        if let Some(neuron) = self.events.neurons.iter().find(outside) {
            let message =
                format!("there is an event of neuron {neuron}, but there are only {population}");
            return Err(crate::Error::model(message));
        }
        if self.events.steps.first() == Some(&0) {
            return Err(crate::Error::model(
                "there is an event in step 0; the first step is 1",
            ));
        }
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let now = self.events.of_step(self.context.time_step(), self.next);
        self.next = now.end;
        let neurons = self.context.neurons();
        let mine = self.events.neurons[now]
            .iter()
            .map(|neuron| *neuron as usize);
        let mine = mine.filter(|neuron| neurons.contains(neuron));
        self.fired.clear();
        self.fired
            .extend(mine.map(|neuron| (neuron - neurons.start) as u32));
        self.s_out.send_indices(&self.fired)
    }
}
