//! The synapses of the literature against Brian2: what `tests/equations/brian.py` recorded of single synapses
//! between random trains of spikes. Weights here are in single precision.

use std::path::Path;

use lava::prelude::*;
use lava::proc::plasticity::{DelaySplit, Plasticity};
use lava::proc::synapse::{Distribution, Projection};
use lava::proc::{PlasticSparse, Sink, Source};
use lava_examples::synapses::{ShortTerm, StdpOfPairs, StdpOfTriplets};
use ndarray::Array2;

/// A synapse in Brian2.
#[derive(serde::Deserialize)]
struct Trace {
    steps: usize,
    weight: f64,
    /// The steps of the spikes of the source and of the target.
    pre: Vec<usize>,
    post: Vec<usize>,
    /// The weight after each spike of the source, and what it transmits.
    weights: Vec<f64>,
    sent: Vec<f64>,
}

fn trace(name: &str) -> Trace {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("equations/traces");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json")));
    serde_json::from_str(&text.expect("the trace is committed")).expect("a trace")
}

impl Trace {
    /// A train whose spikes are sent in these steps.
    fn train(&self, steps: impl Iterator<Item = usize>) -> Array2<bool> {
        let mut train = Array2::from_elem((self.steps, 1), false);
        steps.for_each(|step| train[[step - 1, 0]] = true);
        train
    }

    /// Fails unless a rule has the weights of the trace, and transmits the same.
    fn compare<P: Plasticity>(&self, rule: P) -> lava::Result<()> {
        // Both spikes act when they are fired: what takes the dendritic step leaves it before.
        let projection = Projection::new(1, 1)
            .weights(Distribution::Constant(self.weight))
            .delays(Distribution::Constant(1.0));
        let net = Network::<Loihi1SimCfg>::new();
        net.set_dt(1.0 * lava::units::ms)?;
        let pre: Source<Spike> = net.add(Source::data(self.train(self.pre.iter().copied())))?;
        let post = self.post.iter().map(|step| step - 1);
        let post: Source<Spike> =
            net.add(Source::data(self.train(post.filter(|step| *step > 0))))?;
        let learn = projection
            .plastic(rule)
            .delay_split(DelaySplit::Dendritic(1));
        let learn: PlasticSparse<P> = net.add(learn)?;
        let sink: Sink = net.add(Sink::shape([1]).steps(self.steps + 1))?;
        pre.s_out.connect(&learn.s_in)?;
        post.s_out.connect(&learn.s_in_bap)?;
        learn.a_out.connect(&sink.a_in)?;
        for (step, expected) in self.pre.iter().zip(&self.weights) {
            net.run(RunSteps(*step as u64 - net.time_step()))?;
            let found = f64::from(learn.weights.get()?[0]);
            assert!(
                (found - expected).abs() < 3e-6,
                "step {step}: {found}, not {expected}"
            );
        }
        net.run(RunSteps(1))?;
        let received = sink.data.get()?;
        for (step, expected) in self.pre.iter().zip(&self.sent) {
            let found = f64::from(received[[*step, 0]]);
            assert!(
                (found - expected).abs() < 3e-6,
                "step {step}: {found}, not {expected}"
            );
        }
        net.stop()
    }
}

#[test]
fn pairs_of_spikes() -> lava::Result<()> {
    let rule = StdpOfPairs::new().a_plus(0.05).a_minus(0.0525);
    trace("stdp_of_pairs").compare(rule)
}

#[test]
fn triplets_of_spikes() -> lava::Result<()> {
    trace("stdp_of_triplets").compare(StdpOfTriplets::new())
}

#[test]
fn short_term_plasticity() -> lava::Result<()> {
    let rule = ShortTerm::new().share(0.2).tau_d(200.0).tau_f(600.0);
    trace("short_term").compare(rule)
}
