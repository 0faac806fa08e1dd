//! How a network would scale: the time of a step on many ranks, from measured times and the plan of a few.
//!
//! The plan of a dry run says how evenly the cost of a step is cut, in how many steps ranks exchange once, and what
//! they send. Measurements say what a step of the whole network takes on one rank, and an exchange.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, anyhow, bail};

use crate::simulation::Simulation;

/// The neurons that a shard has at least.
const SHARD: usize = 256;
/// The rate of neurons for which none is published, in Hz.
const RATE: f64 = 10.0;
/// The bytes of a spike in a message.
const SPIKE: f64 = 4.0;
/// The most ranks of a curve.
const MOST: usize = 1 << 17;

/// Measured times: of the network on one rank, and of exchanges on a machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// A step of the whole network on one rank, in µs.
    pub step: f64,
    /// An exchange, whatever it carries, in µs: its latency.
    pub exchange: f64,
    /// A message to one rank and one from it, in µs.
    pub per_rank: f64,
    /// A kilobyte that is sent, and one that is received, in µs.
    pub per_kilobyte: f64,
}

/// Measured times of a step of the whole network on some ranks, which share the cores of a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredRuns {
    /// The number of cores.
    pub cores: usize,
    /// The number of ranks, and a step in µs.
    pub steps: Vec<(usize, f64)>,
}

/// The network as far as its scaling depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The ranks that it was planned for.
    pub(crate) ranks: usize,
    pub(crate) neurons: usize,
    /// The parts that it can be cut into.
    pub(crate) parts: usize,
    /// The cost of a step on the rank that has most, where all have 1 on average.
    pub(crate) imbalance: f64,
    /// The steps between two exchanges of spikes: within a node, where nodes have fewer.
    pub(crate) interval: f64,
    /// The exchanges in these steps: where ranks exchange spikes in every step, requests have one of their own.
    pub(crate) exchanges: f64,
    /// Spikes of a neuron in a step.
    pub(crate) rate: f64,
}

/// The time of a step on a number of ranks, in µs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StepTime {
    pub(crate) ranks: usize,
    pub(crate) neurons: usize,
    pub(crate) compute: f64,
    /// The time that exchanges add to it.
    pub(crate) exchange: f64,
}

impl FromStr for Measured {
    type Err = anyhow::Error;

    /// Reads the four numbers, with commas between them.
    fn from_str(text: &str) -> Result<Measured> {
        let numbers = text.split(',').map(|number| number.trim().parse::<f64>());
        let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
        match numbers[..] {
            [step, exchange, per_rank, per_kilobyte]
                if numbers.iter().all(|us| *us >= 0.0 && us.is_finite()) && step > 0.0 =>
            {
                Ok(Measured {
                    step,
                    exchange,
                    per_rank,
                    per_kilobyte,
                })
            }
            _ => bail!("there are four numbers of µs, the first above zero"),
        }
    }
}

impl FromStr for MeasuredRuns {
    type Err = anyhow::Error;

    /// Reads `2:1=300,2=170`: on two cores, 300 µs on one rank and 170 on two.
    fn from_str(text: &str) -> Result<MeasuredRuns> {
        let read = || {
            let (cores, runs) = text.split_once(':')?;
            let cores = cores.trim().parse().ok().filter(|cores| *cores > 0)?;
            let run = |run: &str| {
                let (ranks, step) = run.split_once('=')?;
                let (ranks, step) = (ranks.trim().parse().ok()?, step.trim().parse().ok()?);
                (ranks > 0 && step > 0.0).then_some((ranks, step))
            };
            let steps = runs.split(',').map(run).collect::<Option<Vec<_>>>()?;
            Some(MeasuredRuns { cores, steps })
        };
        read().ok_or_else(|| anyhow!("--runs takes the number of cores, and µs: 2:1=300,2=170"))
    }
}

impl StepTime {
    fn new(
        measured: &Measured,
        plan: &Plan,
        ranks: usize,
        neurons: usize,
        compute: f64,
    ) -> StepTime {
        let others = (ranks - 1) as f64;
        // Each rank sends its spikes to all others, and receives those of all others.
        let spikes = plan.rate * plan.interval * neurons as f64;
        let kilobytes = spikes * SPIKE / 1e3 * others / ranks as f64;
        let messages =
            others * measured.per_rank * plan.exchanges + kilobytes * measured.per_kilobyte;
        // While the messages of an interval travel, ranks make the next, if an interval has several steps.
        let hidden = if plan.interval > 1.0 {
            compute * plan.interval
        } else {
            0.0
        };
        let latency = match ranks {
            1 => 0.0,
            _ => (measured.exchange * plan.exchanges - hidden).max(0.0),
        };
        StepTime {
            ranks,
            neurons,
            compute,
            exchange: (messages + latency) / plan.interval,
        }
    }

    pub(crate) fn total(&self) -> f64 {
        self.compute + self.exchange
    }
}

impl Plan {
    /// The plan of a simulation on the ranks of its dry run, with the rates that are published.
    fn of(simulation: &Simulation) -> Result<Plan> {
        let shares = simulation.net.rank_shares()?;
        let most = shares.iter().map(|share| share.cost).fold(0.0, f64::max);
        let populations = || simulation.populations.iter();
        let sizes: Vec<usize> = populations().map(|of| of.neurons).collect();
        let spikes = populations().map(|of| of.neurons as f64 * of.published.unwrap_or(RATE));
        let rate = spikes.sum::<f64>() / sizes.iter().sum::<usize>().max(1) as f64;
        Ok(Plan {
            ranks: shares.len(),
            neurons: sizes.iter().sum(),
            parts: sizes.iter().map(|neurons| neurons.div_ceil(SHARD)).sum(),
            imbalance: most * shares.len() as f64,
            interval: shares[0].node_interval.max(1) as f64,
            exchanges: if shares[0].node_interval == 0 {
                2.0
            } else {
                1.0
            },
            rate: rate * simulation.dt / 1e3,
        })
    }

    /// The same network on 1, 2, 4, … ranks, until there is nothing more to cut.
    pub(crate) fn strong(&self, measured: &Measured) -> Vec<StepTime> {
        let ranks = powers().take_while(|ranks| *ranks / 2 < self.parts);
        ranks.map(|ranks| self.on(ranks, ranks, measured)).collect()
    }

    /// The same network on some ranks, which share `cores`.
    fn on(&self, ranks: usize, cores: usize, measured: &Measured) -> StepTime {
        let share = match ranks {
            1 => 1.0,
            _ => (self.imbalance / ranks as f64).clamp(1.0 / self.parts as f64, 1.0),
        };
        let by_turns = ranks as f64 / cores.min(ranks) as f64;
        let compute = measured.step * share * by_turns;
        StepTime::new(measured, self, ranks, self.neurons, compute)
    }

    /// Networks of as many neurons for each rank as one has in the plan, on 1, 2, 4, … ranks.
    pub(crate) fn weak(&self, measured: &Measured) -> Vec<StepTime> {
        let share = self.imbalance / self.ranks as f64;
        let own = self.neurons as f64 / self.ranks as f64;
        let on = |ranks: usize| {
            let neurons = (own * ranks as f64).round() as usize;
            StepTime::new(measured, self, ranks, neurons, measured.step * share)
        };
        powers().map(on).collect()
    }
}

/// 1, 2, 4, … up to the most ranks of a curve.
fn powers() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1), |ranks| Some(2 * ranks)).take_while(|ranks| *ranks <= MOST)
}

/// Both curves, in words, with what they assume.
#[derive(Clone, Debug)]
pub(crate) struct Scaling {
    pub(crate) measured: Measured,
    pub(crate) plan: Plan,
    pub(crate) strong: Vec<StepTime>,
    pub(crate) weak: Vec<StepTime>,
    /// The runs that were measured, and what is expected of each.
    pub(crate) runs: Option<(MeasuredRuns, Vec<StepTime>)>,
}

impl Scaling {
    /// The scaling of a simulation.
    pub(crate) fn new(
        simulation: &Simulation,
        measured: Measured,
        runs: Option<MeasuredRuns>,
    ) -> Result<Scaling> {
        let plan = Plan::of(simulation)?;
        let expected = |runs: MeasuredRuns| {
            let ranks = runs.steps.iter().map(|(ranks, _)| *ranks);
            let expected = ranks
                .map(|ranks| plan.on(ranks, runs.cores, &measured))
                .collect();
            (runs, expected)
        };
        if plan.neurons == 0 {
            bail!("a network without populations does not scale");
        }
        Ok(Scaling {
            measured,
            plan,
            strong: plan.strong(&measured),
            weak: plan.weak(&measured),
            runs: runs.map(expected),
        })
    }

    /// A picture of both curves, and of the runs that were measured.
    #[cfg(feature = "plot")]
    pub(crate) fn draw(&self, path: &std::path::Path) -> Result<()> {
        use lava::plot::curves;

        let ranks = |times: &[StepTime]| -> Vec<f64> {
            times.iter().map(|time| time.ranks as f64).collect()
        };
        let of = |times: &[StepTime], value: fn(&StepTime) -> f64| -> Vec<f64> {
            times.iter().map(value).collect()
        };
        let [strong, weak] = [ranks(&self.strong), ranks(&self.weak)];
        let mut plot = curves("ranks", "time of a step (µs)")
            .curve(
                "the same network",
                &strong,
                &of(&self.strong, StepTime::total),
            )
            .curve(
                "of it, exchanges",
                &strong,
                &of(&self.strong, |time| time.exchange),
            )
            .curve(
                "a network that grows",
                &weak,
                &of(&self.weak, StepTime::total),
            )
            .log_x()
            .log_y();
        if let Some((MeasuredRuns { cores, steps }, expected)) = &self.runs {
            let (on, steps): (Vec<f64>, Vec<f64>) =
                steps.iter().map(|(on, step)| (*on as f64, *step)).unzip();
            plot = plot
                .curve(
                    format!("expected on {cores} cores"),
                    &on,
                    &of(expected, StepTime::total),
                )
                .curve(format!("measured on {cores} cores"), &on, &steps);
        }
        Ok(plot.save(path)?)
    }

    /// Fails: there are no pictures without the feature `plot`.
    #[cfg(not(feature = "plot"))]
    pub(crate) fn draw(&self, _: &std::path::Path) -> Result<()> {
        bail!("a picture needs the feature `plot`: `cargo run --features plot …`")
    }
}

impl fmt::Display for Scaling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scaling {
            measured,
            plan,
            strong,
            weak,
            runs,
        } = self;
        writeln!(f, "Assumed, from measurements:")?;
        writeln!(f, "  a step on one rank takes {:.1} µs", measured.step)?;
        writeln!(
            f,
            "  an exchange takes {:.2} µs, {:.2} µs for each other rank, {:.2} µs for each kB",
            measured.exchange, measured.per_rank, measured.per_kilobyte
        )?;
        writeln!(f, "Assumed, from the plan for {} ranks:", plan.ranks)?;
        writeln!(
            f,
            "  the rank with most has {:.2} of the mean cost; there are {} parts of 256 neurons",
            plan.imbalance, plan.parts
        )?;
        writeln!(
            f,
            "  exchanges in {} steps: {}; {:.3} % of the neurons fire in these, and are sent to all ranks",
            plan.interval,
            plan.exchanges,
            100.0 * plan.rate * plan.interval
        )?;
        writeln!(
            f,
            "Every rank sends to every other one, and its memory is as fast as on one rank."
        )?;
        for (title, times) in [
            ("The network on more ranks", strong),
            ("A network that grows with the ranks", weak),
        ] {
            writeln!(f, "{title}:")?;
            writeln!(f, "   ranks     neurons   step, µs   exchange   speed-up")?;
            for time in times {
                let speed =
                    measured.step / time.total() * time.neurons as f64 / plan.neurons as f64;
                writeln!(
                    f,
                    "{:>8} {:>11} {:>10.1} {:>10.1} {speed:>10.2}",
                    time.ranks,
                    time.neurons,
                    time.total(),
                    time.exchange
                )?;
            }
        }
        let Some((MeasuredRuns { cores, steps }, expected)) = runs else {
            return Ok(());
        };
        writeln!(f, "Measured on {cores} cores, which ranks share:")?;
        writeln!(f, "   ranks   expected, µs   measured, µs   ratio")?;
        for (time, (ranks, step)) in expected.iter().zip(steps) {
            let expected = time.total();
            let ratio = step / expected;
            writeln!(f, "{ranks:>8} {expected:>14.1} {step:>14.1} {ratio:>7.2}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURED: Measured = Measured {
        step: 1000.0,
        exchange: 50.0,
        per_rank: 1.0,
        per_kilobyte: 0.5,
    };
    const PLAN: Plan = Plan {
        ranks: 10,
        neurons: 25_600,
        parts: 100,
        imbalance: 1.0,
        interval: 5.0,
        exchanges: 1.0,
        rate: 1e-3,
    };

    #[test]
    fn a_network_on_more_ranks_is_faster_until_it_cannot_be_cut_or_messages_are_too_many() {
        let times = PLAN.strong(&MEASURED);
        assert_eq!((times[0].compute, times[0].exchange), (1000.0, 0.0));
        assert_eq!(times.last().unwrap().ranks, 128);
        assert_eq!(times.last().unwrap().compute, 10.0);
        // 2 ranks: 128 spikes an interval, half of which each sends, and as many receives.
        let kilobytes = 128.0 * 4.0 / 1e3 / 2.0;
        let messages = (1.0 + kilobytes * 0.5) / 5.0;
        assert!((times[1].total() - 500.0 - messages).abs() < 1e-9);
        // The latency is hidden behind the steps of an interval, or of one step not at all.
        let every_step = Plan {
            interval: 1.0,
            exchanges: 2.0,
            ..PLAN
        };
        assert!(every_step.strong(&MEASURED)[1].exchange > 102.0);
        let slow = Measured {
            per_rank: 1000.0,
            ..MEASURED
        };
        let slow = PLAN.strong(&slow);
        assert!(slow[6].total() > slow[2].total());
    }

    #[test]
    fn measurements_are_four_numbers() {
        assert_eq!("1000, 50,1,0.5".parse::<Measured>().unwrap(), MEASURED);
        for text in ["1000", "0,1,1,1", "1,1,1,-1", "1,1,1,x", "1,1,1,1,1"] {
            assert!(text.parse::<Measured>().is_err(), "{text}");
        }
    }

    #[test]
    fn runs_are_compared_with_ranks_that_share_cores() {
        let runs: MeasuredRuns = "2:1=1000, 4=520".parse().unwrap();
        assert_eq!(
            (runs.cores, &runs.steps[..]),
            (2, &[(1, 1000.0), (4, 520.0)][..])
        );
        for text in ["", "2", "2:", "0:1=5", "2:1=0", "2:0=5", "2:1=5,", "2:1=x"] {
            assert!(text.parse::<MeasuredRuns>().is_err(), "{text}");
        }
        // Four ranks on two cores compute half of the network at a time.
        let [alone, shared] = [4, 2].map(|cores| PLAN.on(4, cores, &MEASURED));
        assert_eq!((alone.compute, shared.compute), (250.0, 500.0));
    }

    #[test]
    fn a_network_that_grows_with_the_ranks_costs_more_messages_only() {
        let times = PLAN.weak(&MEASURED);
        assert_eq!(times.last().unwrap().ranks, 131_072);
        assert_eq!(times[3].neurons, 8 * 2560);
        assert!(times.iter().all(|time| time.compute == 100.0));
        assert!(
            times
                .windows(2)
                .all(|pair| pair[0].exchange < pair[1].exchange)
        );
    }
}
