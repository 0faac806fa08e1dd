//! Rules of pairs, which change many synapses at once, agree to the bit with the same rules without that.

use lava::prelude::*;
use lava::proc::plasticity::{
    DelaySplit, InhibitoryStdp, PairStdp, Past, Plasticity, PlasticityError, PostSpike, PreSpike,
    SpikePairing, SynapseState, TwoFactors,
};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{PlasticSparse, PoissonSpikes, Sink, Source};
use lava::units::ms;
use ndarray::ArrayD;

/// A rule whose spikes are handled one by one.
#[derive(Clone)]
struct OneByOne<P>(P);

impl<P> Plasticity for OneByOne<P>
where
    P: Plasticity<Factors = TwoFactors>,
{
    type Factors = TwoFactors;
    type Synapse = P::Synapse;
    type Source = P::Source;
    type Target = P::Target;

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        self.0.prepare(dt)
    }
    fn source_fires(&self, source: Past<P::Source>) -> P::Source {
        self.0.source_fires(source)
    }
    fn target_fires(&self, target: Past<P::Target>) -> P::Target {
        self.0.target_fires(target)
    }
    fn pre(&self, synapse: &mut SynapseState<P::Synapse>, spike: PreSpike<Self>) {
        let spike = PreSpike {
            source: spike.source,
            target: spike.target,
            follows_post: spike.follows_post,
            with_post: spike.with_post,
        };
        self.0.pre(synapse, spike);
    }
    fn post(&self, synapse: &mut SynapseState<P::Synapse>, spike: PostSpike<Self>) {
        let spike = PostSpike {
            source: spike.source,
            target: spike.target,
            follows_pre: spike.follows_pre,
        };
        self.0.post(synapse, spike);
    }
}

const SOURCES: usize = 90;
const TARGETS: usize = 70;

/// The weights and what has arrived, of sources and targets that fire from never to often. In between, weights are
/// set out of bounds.
fn run<P: Plasticity>(
    rule: P,
    delay: f64,
    split: DelaySplit,
    workers: usize,
) -> lava::Result<(Vec<f32>, Vec<f32>)> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_seed(3)?;
    net.set_workers(workers)?;
    net.set_dt(1.0 * ms)?;
    let rates = |neurons: usize, most: f64| -> Vec<f64> {
        let share = |neuron: usize| neuron as f64 / neurons as f64;
        (0..neurons)
            .map(|neuron| most * share(neuron).powi(2))
            .collect()
    };
    let pre: PoissonSpikes = net.add(
        PoissonSpikes::shape([SOURCES])
            .rate(rates(SOURCES, 150.0))
            .name("pre"),
    )?;
    let post: PoissonSpikes = net.add(
        PoissonSpikes::shape([TARGETS])
            .rate(rates(TARGETS, 300.0))
            .name("post"),
    )?;
    let projection = Projection::new(SOURCES, TARGETS)
        .rule(Rule::FixedProbability(0.8))
        .delays(Distribution::Constant(delay))
        .weights(Distribution::Uniform {
            low: 0.2,
            high: 0.8,
        });
    let learn = projection.plastic(rule).delay_split(split).name("learn");
    let learn: PlasticSparse<P> = net.add(learn)?;
    let sink: Sink = net.add(Sink::shape([TARGETS]).steps(1200))?;
    pre.s_out.connect(&learn.s_in)?;
    post.s_out.connect(&learn.s_in_bap)?;
    learn.a_out.connect(&sink.a_in)?;
    net.run(RunSteps(500))?;
    let mut weights = learn.weights.get()?;
    weights
        .iter_mut()
        .step_by(7)
        .for_each(|weight| *weight += 1.5);
    learn.weights.set(&weights)?;
    net.run(RunSteps(700))?;
    let weights = learn.weights.get()?.into_iter().collect();
    let arrived = sink.data.get()?.into_iter().collect();
    net.stop()?;
    Ok((weights, arrived))
}

fn agree<P: Plasticity<Factors = TwoFactors>>(name: &str, rule: P) -> lava::Result<()> {
    for (delay, split) in [
        (1.0, DelaySplit::Axonal(0)),
        (9.0, DelaySplit::Axonal(0)),
        (9.0, DelaySplit::Dendritic(1)),
        (9.0, DelaySplit::Axonal(4)),
    ] {
        let one_by_one = run(OneByOne(rule.clone()), delay, split, 1)?;
        for workers in [1, 3] {
            let together = run(rule.clone(), delay, split, workers)?;
            let what = format!("{name}, delay {delay}, {split:?}, {workers} workers");
            assert!(together.0 == one_by_one.0, "weights: {what}");
            assert!(together.1 == one_by_one.1, "what arrives: {what}");
        }
    }
    Ok(())
}

#[test]
fn pairs_change_many_synapses_as_they_change_one() -> lava::Result<()> {
    let stdp = || PairStdp::new().a_plus(0.05).a_minus(0.06);
    agree("additive", stdp())?;
    agree("multiplicative", stdp().multiplicative())?;
    agree("exponent", stdp().weight_exponent(0.4))?;
    agree("power law", stdp().power_law(0.4, 0.5))?;
    agree("below zero", stdp().multiplicative().bounds(-1.0, 0.0))?;
    agree("symmetric", stdp().pairing(SpikePairing::Symmetric))?;
    agree("reduced", stdp().pairing(SpikePairing::Reduced))
}

#[test]
fn inhibition_changes_many_synapses_as_it_changes_one() -> lava::Result<()> {
    agree("inhibitory", InhibitoryStdp::new().eta(0.02))
}

/// Steps by which traces of the test below have not decayed, more than 16 bits count.
const SILENCE: usize = 66_000;

/// The weights of synapses to targets that fire once, in the first steps, but for the last, which fires on; the source
/// is silent for long as well.
fn after_silence<P: Plasticity<Factors = TwoFactors>>(rule: P) -> lava::Result<Vec<f32>> {
    let steps = SILENCE + 20;
    let pre = ArrayD::from_shape_fn(vec![1, steps], |at| {
        [3, steps - 9, steps - 2].contains(&at[1])
    });
    let post = ArrayD::from_shape_fn(vec![8, steps], |at| at[1] == at[0] || at[0] == 7);
    let net = network! { Loihi1SimCfg;
        pre:   Source<Spike> = Source::data(pre.reversed_axes());
        post:  Source<Spike> = Source::data(post.reversed_axes());
        learn: PlasticSparse<P> = Projection::new(1, 8)
            .weights(Distribution::Constant(0.5))
            .delays(Distribution::Constant(2.0))
            .plastic(rule);
        sink:  Sink = Sink::shape([8]).steps(1);
        pre.s_out -> learn.s_in;
        post.s_out -> learn.s_in_bap;
        learn.a_out -> sink.a_in;
    }?;
    net.set_dt(1.0 * ms)?;
    net.run(RunSteps(steps as u64))?;
    let weights = net.learn.weights.get()?.into_iter().collect();
    net.stop()?;
    Ok(weights)
}

#[test]
fn traces_of_targets_outlast_a_long_silence() -> lava::Result<()> {
    let rule = || PairStdp::new().tau_minus(1e5).a_minus(0.1);
    let weights = after_silence(rule())?;
    assert_eq!(weights, after_silence(OneByOne(rule()))?);
    let decayed = |trace: f32| weights.iter().all(|weight| *weight < 0.5 - trace);
    assert!(decayed(0.05), "{weights:?}");
    Ok(())
}
