//! Building synapses and delivering spikes through them.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule, Sparse};
use support::{compare, head, row, show};

const NEURONS: usize = 10_000;
const RULES: [(&str, Rule); 4] = [
    ("fixed probability", Rule::FixedProbability(0.1)),
    ("fixed in-degree", Rule::FixedInDegree(NEURONS / 10)),
    ("fixed out-degree", Rule::FixedOutDegree(NEURONS / 10)),
    ("fixed total", Rule::FixedTotal(NEURONS * NEURONS / 10)),
];

/// Fires a few neurons in every step, always others.
#[process]
pub struct Volley {
    s_out: OutPort<Spike>,
    #[param]
    spikes: Param<usize>,
}

#[implements(proc = Volley, protocol = Loihi)]
struct VolleyModel {
    s_out: Out<Spike>,
    spikes: usize,
    #[local]
    next: usize,
    #[local]
    fired: Vec<u32>,
}

impl LoihiModel for VolleyModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.fired.clear();
        for spike in 0..self.spikes {
            self.fired
                .push(((self.next + spike * 7919) % NEURONS) as u32);
        }
        self.next = (self.next + 104_729) % NEURONS;
        self.fired.sort_unstable();
        self.fired.dedup();
        self.s_out.send_indices(&self.fired)
    }
}

fn projection(rule: Rule, delays: Distribution) -> Projection {
    let weights = Distribution::Normal {
        mean: 0.1,
        sd: 0.01,
    };
    Projection::new(NEURONS, NEURONS)
        .rule(rule)
        .weights(weights)
        .delays(delays)
}

fn main() -> lava::Result<()> {
    let one = Distribution::Constant(15.0);
    let many = Distribution::TruncatedNormal {
        mean: 15.0,
        sd: 7.5,
        low: 1.0,
        high: 45.0,
    };
    head(
        "Building ten million synapses with normal weights",
        "goal: 15 million synapses a second on two threads; NEST builds 2 million",
    );
    for (name, rule) in RULES {
        for (delays, distribution) in [("one delay", one), ("many delays", many)] {
            let projection = projection(rule, distribution);
            let synapses = projection.draw::<f32>(0)?;
            let bytes = synapses.bytes() as f64 / synapses.len() as f64;
            let build = |threads| drop(projection.threads(threads).draw::<f32>(0));
            let times = compare(
                synapses.len() as u64,
                &mut [&mut || build(1), &mut || build(2)],
            );
            row(
                &format!("{name}, {delays}"),
                &[
                    ("1 thread", format!("{:.1} M/s", 1e3 / times[0])),
                    ("2 threads", format!("{:.1} M/s", 1e3 / times[1])),
                    ("bytes each", format!("{bytes:.2}")),
                ],
            );
        }
    }

    head(
        "Delivering spikes, a thousand synapses each",
        "time per synaptic event; a spike in ten thousand neurons",
    );
    for (delays, distribution) in [("one delay", one), ("many delays", many)] {
        for spikes in [3, 30, 300] {
            const STEPS: u64 = 200;
            let projection = projection(Rule::FixedOutDegree(1000), distribution).seed(0);
            let net = network! { Loihi1SimCfg;
                volley: Volley = Volley::shape([NEURONS]).spikes(spikes);
                sparse: Sparse = Sparse::projection(projection);
                volley.s_out -> sparse.s_in;
            }?;
            net.run(RunSteps(100))?;
            let times = compare(
                STEPS * spikes as u64 * 1000,
                &mut [&mut || net.run(RunSteps(STEPS)).expect("the network runs")],
            );
            row(
                &format!("{spikes} spikes a step, {delays}"),
                &[
                    ("an event", show(times[0])),
                    ("events", format!("{:.0} M/s", 1e3 / times[0])),
                ],
            );
        }
    }
    Ok(())
}
