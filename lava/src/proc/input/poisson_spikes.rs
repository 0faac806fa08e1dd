//! Poisson spike trains.

use super::philox::Stream;
use crate::model::BLOCK;
use crate::prelude::*;
use crate::proc::factors::Factors;
use crate::proc::fired::{Fired, blocks};
use crate::proc::time::time_step;

/// Independent Poisson spike trains, one a neuron.
///
/// In every step a neuron spikes with probability `rate`·`dt`, whatever happened before: the mean
/// rate is `rate`, as long as that is at most one spike a step. (A Poisson process proper has two
/// events in a step now and then; with probability (`rate`·`dt`)²/2.)
///
/// The trains are a function of `seed`, neuron and step alone: the generator, Philox 4×32-10, has
/// no state, but scrambles its input. They are the same however a network is divided among
/// workers. Every process of a network should have a seed of its own. `rate` can be set between
/// runs.
///
/// Source: Salmon, Moraes, Dror & Shaw (2011), *Parallel random numbers: as easy as 1, 2, 3*,
/// SC '11; Brian's `PoissonGroup`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::input::PoissonSpikes;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let input = net.add(PoissonSpikes::shape([1000]).rate(10.0).seed(1))?;
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
    /// Spikes a second, in Hz; at most one a step.
    #[var(shape = shape, range = 0.0..f64::INFINITY)]
    rate: Var<f64>,
    /// Which of all possible trains; every process should have its own.
    #[param]
    seed: Param<u64>,
    /// Time step, in ms.
    #[param(default = 0.1)]
    dt: Param<f64>,
}

#[implements(proc = PoissonSpikes, protocol = Loihi, shardable)]
struct PoissonSpikesModel {
    s_out: Out<Spike>,
    rate: PerNeuron<f64>,
    seed: u64,
    dt: f64,
    /// The probability of a spike, times 2¹⁶; and the 32 bits that follow.
    #[local]
    probability: Factors<u32, 2>,
    #[local]
    fired: Fired,
    #[local]
    context: Context,
}

impl PoissonSpikesModel {
    fn population(&self) -> usize {
        self.s_out.shape().iter().product()
    }
}

impl Shardable for PoissonSpikesModel {}

impl LoihiModel for PoissonSpikesModel {
    fn start(&mut self) -> crate::Result<()> {
        let dt = time_step(self.dt)?;
        self.probability = Factors::of(self.population(), [&self.rate], |[rate]| {
            let probability = (rate * dt / 1000.0).min(1.0);
            let bits = (probability * (1_u64 << 48) as f64) as u64;
            [(bits >> 32) as u32, bits as u32]
        });
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let stream = Stream::new(self.seed, self.context.time_step());
        let stream = stream.from(self.context.neurons().start);
        self.fired.neurons.clear();
        for (start, len) in blocks(self.population()) {
            let coarse = &stream.coarse(start)[..len];
            let [high, low] = self.probability.blocks(start, len);
            let mut fired = [false; BLOCK];
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
