//! Poisson spike trains.

use super::philox::{GROUP, NeuronStream, groups};
use crate::model::Simd;
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::time::time_step;
use crate::process::{ProcessSeed, TimeStep};
use crate::units::ms;

/// Independent Poisson spike trains, one per neuron.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/poisson_spikes.svg"))]
///
/// In every step a neuron spikes with probability `rate`·`dt`, independently of earlier steps. (A
/// continuous Poisson process has two events in a step with probability (`rate`·`dt`)²/2.) A rate of more
/// than one spike per step is refused, before the first step or when it is set:
/// [`PoissonInput`](crate::proc::PoissonInput) adds the events of a step.
///
/// The trains are a function of `seed`, neuron and step alone: the generator, Philox 4×32-10, is
/// stateless. They do not depend on the number of workers, and repeat when the network is reset.
/// Two processes with the same `seed` send the same. Port and `rate` have the shape of the population;
/// `rate` and `seed` can be set between runs.
///
/// Source: Salmon, Moraes, Dror & Shaw (2011), *Parallel random numbers: as easy as 1, 2, 3*,
/// SC '11; Brian's `PoissonGroup`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::PoissonSpikes;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let input = net.add(PoissonSpikes::shape([1000]).rate(10.0))?;
/// let spikes = net.probe(&input.s_out)?;
/// net.run(RunSteps(10_000))?;
/// let rate = spikes.events().len() as f64 / 1000.0; // in one second
/// assert!((rate - 10.0).abs() < 0.5, "{rate} Hz");
/// # net.stop()
/// # }
/// ```
#[process]
pub struct PoissonSpikes {
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Mean rate, in Hz; one spike per step at most.
    #[var(shape = shape, range = 0.0..f64::INFINITY)]
    rate: Var<f64>,
    /// Seed of the random numbers; default: from the network's seed and the name of the process.
    #[var(scalar, init = ProcessSeed::default())]
    seed: Var<u64>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = PoissonSpikes, protocol = Loihi, shardable)]
struct PoissonSpikesModel {
    s_out: Out<Spike>,
    rate: PerNeuron<f64>,
    seed: u64,
    dt: f64,
    /// Probability of a spike in 48 bits: the first 16 and the last 32.
    #[local(rebuilt)]
    probability: Factors<u32, 2>,
    #[local(rebuilt)]
    simd: Simd,
    #[local(rebuilt)]
    fired: Fired,
    #[local]
    context: Context,
}

impl PoissonSpikesModel {
    fn population(&self) -> usize {
        self.s_out.shape().iter().product()
    }
}

impl LoihiModel for PoissonSpikesModel {
    fn start(&mut self) -> crate::Result<()> {
        self.simd = Simd::detect();
        let dt = time_step(self.dt)?;
        let first = self.context.neurons().start;
        self.probability = Factors::try_of(self.population(), [&self.rate], |neuron, [rate]| {
            let probability = rate * dt / 1000.0;
            if probability > 1.0 + ROUNDING {
                return Err(too_often(first + neuron, rate, dt));
            }
            let bits = (probability.min(1.0) * (1_u64 << 48) as f64) as u64;
            Ok([(bits >> 32) as u32, bits as u32])
        })?;
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let stream = NeuronStream::new(self.seed, self.context.time_step());
        let stream = stream.from(self.context.neurons().start);
        self.fired.neurons.clear();
        for (start, len) in groups(self.population()) {
            let coarse = &stream.coarse(self.simd, start)[..len];
            let [high, low] = self.probability.blocks(start, len);
            let mut fired = [false; GROUP];
            let fired = &mut fired[..len];
            let mut open = false;
            for i in 0..len {
                fired[i] = u32::from(coarse[i]) < high[i];
                open |= u32::from(coarse[i]) == high[i];
            }
            if open {
                for i in (0..len).filter(|i| u32::from(coarse[*i]) == high[*i]) {
                    fired[i] = stream.fine(start + i) < low[i];
                }
            }
            self.fired.collect(start, fired);
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}

/// The rounding of a rate times a time step.
const ROUNDING: f64 = 1e-12;

#[cold]
fn too_often(neuron: usize, rate: f64, dt: f64) -> crate::Error {
    crate::Error::model(format!(
        "neuron {neuron} spikes at most once in a step of {dt} ms, at {} Hz, and its `rate` is {rate} Hz; lower it or \
         the time step, or take `PoissonInput`, which adds the events of a step",
        1000.0 / dt
    ))
}
