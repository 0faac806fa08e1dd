//! Weights between runs, and any number of workers.

use lava::prelude::*;
use lava::proc::plasticity::{
    DopamineStdp, Growth, PairStdp, Past, Plasticity, PlasticityError, PostSpike, PreSpike,
    SynapseState, SynapticUpdate, SynapticUpdates, TsodyksMarkram, TwoFactors,
};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PlasticSparse, PoissonInput, Source};

use ndarray::Array2;

use super::trains::Case;

pub(crate) fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|weight| weight.to_bits()).collect()
}

#[test]
fn reading_weights_changes_nothing() -> lava::Result<()> {
    let case = Case::random(3, [7, 5, 400]);
    let often = case.network(PairStdp::new())?;
    for _ in 0..case.steps() {
        often.run(1)?;
        often.weights()?;
    }
    let once = case.network(PairStdp::new())?;
    once.run(case.steps())?;
    assert_eq!(bits(&often.weights()?), bits(&once.weights()?));
    assert_eq!(bits(&often.received()?), bits(&once.received()?));
    Ok(())
}

#[test]
fn a_reset_repeats_the_run() -> lava::Result<()> {
    let case = Case::random(5, [7, 5, 300]);
    let running = case.network(PairStdp::new())?;
    let initial = running.weights()?;
    running.run(case.steps())?;
    let first = running.weights()?;
    assert_ne!(initial, first);
    running.net.reset()?;
    assert_eq!(running.weights()?, initial);
    running.run(case.steps())?;
    assert_eq!(bits(&running.weights()?), bits(&first));
    Ok(())
}

#[test]
fn weights_that_are_set_are_those_that_are_read_and_sent() -> lava::Result<()> {
    let case = Case::random(4, [7, 5, 300]);
    let running = case.network(PairStdp::new())?;
    running.run(100)?;
    let new: Vec<f32> = (0..case.synapses.len())
        .map(|number| number as f32 / 64.0)
        .collect();
    running.learn.weights.set(new.clone())?;
    assert_eq!(running.weights()?, new);
    running.run(200)?;
    assert_ne!(running.weights()?, new);
    Ok(())
}

#[test]
fn weights_of_chosen_synapses_are_probed() -> lava::Result<()> {
    let case = Case::random(9, [7, 5, 200]);
    let running = case.network(PairStdp::new())?;
    let chosen = [3, 0, case.synapses.len() - 1];
    let probe = running.net.probe(&running.learn.weights.select(chosen))?;
    let other = case.network(PairStdp::new())?;
    for step in 1..=case.steps() {
        running.run(1)?;
        other.run(1)?;
        let weights = other.weights()?;
        let expected: Vec<f32> = chosen.iter().map(|synapse| weights[*synapse]).collect();
        let data = probe.data();
        let row = data.index_axis(ndarray::Axis(0), step - 1);
        assert_eq!(
            bits(&row.iter().copied().collect::<Vec<_>>()),
            bits(&expected),
            "{step}"
        );
    }
    Ok(())
}

#[test]
fn weights_that_are_set_are_learned_on_by_any_number_of_workers() -> lava::Result<()> {
    let learned = |workers: usize| -> lava::Result<(Vec<u32>, Vec<u32>)> {
        let case = Case::random(8, [7, 700, 300]);
        let running = case.network(PairStdp::new().multiplicative())?;
        running.net.set_workers(workers)?;
        running.run(100)?;
        let weights = (0..case.synapses.len()).map(|number| (number % 90) as f32 / 100.0);
        running.learn.weights.set(weights.collect::<Vec<_>>())?;
        running.run(200)?;
        Ok((bits(&running.weights()?), bits(&running.received()?)))
    };
    let one = learned(1)?;
    for workers in [2, 3] {
        assert_eq!(learned(workers)?, one, "{workers} workers");
    }
    Ok(())
}

#[test]
fn a_reset_undoes_weights_that_were_set() -> lava::Result<()> {
    let case = Case::random(7, [7, 5, 300]);
    let running = case.network(PairStdp::new())?;
    let initial = running.weights()?;
    running.run(150)?;
    let first = running.weights()?;
    running.learn.weights.set(vec![0.25; initial.len()])?;
    running.learn.learning.set(false)?;
    running.run(50)?;
    running.net.reset()?;
    assert_eq!(running.weights()?, initial);
    running.run(150)?;
    assert_eq!(bits(&running.weights()?), bits(&first));
    Ok(())
}

#[test]
fn weights_stay_while_nothing_is_learned() -> lava::Result<()> {
    let case = Case::random(6, [7, 5, 300]);
    let running = case.network(PairStdp::new())?;
    running.run(100)?;
    let before = running.weights()?;
    running.learn.learning.set(false)?;
    assert_eq!(bits(&running.weights()?), bits(&before));
    running.run(100)?;
    assert_eq!(bits(&running.weights()?), bits(&before));
    running.learn.learning.set(true)?;
    assert_eq!(bits(&running.weights()?), bits(&before));
    running.run(100)?;
    assert_ne!(running.weights()?, before);
    Ok(())
}

/// The weights and spikes of a recurrent network, with a third factor if the rule has one.
fn recurrent<P: Plasticity>(
    workers: usize,
    rule: P,
    third: bool,
    updates: SynapticUpdates,
) -> lava::Result<(Vec<u32>, usize)> {
    const NEURONS: usize = 1100;
    let net = Network::<Loihi1SimCfg>::new();
    net.set_workers(workers)?;
    let neurons = IafPscDelta::shape([NEURONS]).e_l(0.0).v_m(0.0).v_reset(0.0);
    let neurons: IafPscDelta = net.add(neurons.v_th(20.0))?;
    let input: PoissonInput = net.add(PoissonInput::shape([NEURONS]).rate(20_000.0).weight(0.1))?;
    let projection = Projection::new(NEURONS, NEURONS)
        .rule(Rule::FixedInDegree(50))
        .weights(Distribution::Uniform {
            low: 0.0,
            high: 0.3,
        })
        .delays(Distribution::Uniform {
            low: 5.0,
            high: 20.0,
        });
    let learn: PlasticSparse<P> = net.add(
        projection
            .plastic(rule)
            .updates(updates)
            .growth(Growth::new(0.1, 9)),
    )?;
    input.a_out.connect(&neurons.a_in)?;
    neurons.s_out.connect(&learn.s_in)?;
    neurons.s_out.connect(&learn.s_in_bap)?;
    learn.a_out.connect(&neurons.a_in)?;
    if third {
        let release: Source =
            net.add(Source::data(Array2::from_shape_fn((37, 1), |(row, _)| {
                if row % 9 == 5 { 0.2 } else { 0.0 }
            })))?;
        release.s_out.connect(&learn.s_in_third)?;
    }
    let spikes = net.probe(&neurons.s_out)?;
    net.run(RunSteps(800))?;
    let weights: Vec<f32> = learn.weights.get()?.into_iter().collect();
    let spikes = spikes.events().len();
    net.stop()?;
    Ok((bits(&weights), spikes))
}

/// Fails if the weights and spikes of a network depend on the number of workers.
fn is_the_same_on_any_number_of_workers<P: Plasticity>(
    rule: impl Fn() -> P,
    third: bool,
    updates: impl Fn() -> SynapticUpdates,
) -> lava::Result<()> {
    let (weights, spikes) = recurrent(1, rule(), third, updates())?;
    assert!(spikes > 1000, "{spikes} spikes");
    for workers in [2, 3, 8] {
        let other = recurrent(workers, rule(), third, updates())?;
        assert!(other == (weights.clone(), spikes), "{workers} workers");
    }
    Ok(())
}

fn none() -> SynapticUpdates {
    [].into()
}

#[test]
fn updates_do_not_depend_on_the_number_of_workers() -> lava::Result<()> {
    let updates = || {
        let updates = [
            SynapticUpdate::NormalizeIncoming(7.0).every(100),
            SynapticUpdate::Prune(0.05).every(300),
            SynapticUpdate::Grow.every(300),
        ];
        updates.into()
    };
    let stdp = || PairStdp::new().multiplicative().bounds(0.0, 0.3);
    is_the_same_on_any_number_of_workers(stdp, false, updates)?;
    let dopamine = || DopamineStdp::new().tau_c(50.0).tau_n(20.0).bounds(0.0, 0.3);
    is_the_same_on_any_number_of_workers(dopamine, true, updates)
}

#[test]
fn weights_do_not_depend_on_the_number_of_workers() -> lava::Result<()> {
    let stdp = || PairStdp::new().multiplicative().bounds(0.0, 0.3);
    is_the_same_on_any_number_of_workers(stdp, false, none)?;
    is_the_same_on_any_number_of_workers(|| stdp().presynaptic_centred(), false, none)?;
    is_the_same_on_any_number_of_workers(|| (stdp(), TsodyksMarkram::new()), false, none)
}

#[test]
fn dopamine_does_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let rule = || DopamineStdp::new().tau_c(50.0).tau_n(20.0).bounds(0.0, 0.3);
    is_the_same_on_any_number_of_workers(rule, true, none)
}

#[test]
fn a_delay_without_a_dendritic_part_is_an_error() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let split = lava::proc::plasticity::DelaySplit::Axonal(3);
    let delays = Distribution::Constant(3.0);
    let learn = Projection::new(2, 2)
        .delays(delays)
        .plastic(PairStdp::new());
    let learn: PlasticSparse = net.add(learn.delay_split(split))?;
    let post: Source<Spike> = net.add(Source::data([[true, false]]))?;
    post.s_out.connect(&learn.s_in_bap)?;
    let error = net.run(RunSteps(1)).unwrap_err().to_string();
    assert!(
        error.contains("Axonal(3) leaves nothing of a delay of 3 steps"),
        "{error}"
    );
    Ok(())
}

/// A rule that counts the spikes of its source which a spike of the target arrives with.
#[derive(Clone)]
struct Together;

impl Plasticity for Together {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }
    fn source_fires(&self, _: Past<()>) {}
    fn target_fires(&self, _: Past<()>) {}
    fn pre(&self, synapse: &mut SynapseState<()>, spike: PreSpike<Self>) {
        if spike.with_post {
            synapse.weight += 1.0;
        }
    }
    fn post(&self, _: &mut SynapseState<()>, _: PostSpike<Self>) {}
}

/// The target fires in each step: its history is full, and cleared, after 256 spikes. One source fires in each
/// of the steps around.
#[test]
fn spikes_of_the_present_step_are_not_seen_early_when_the_history_is_cleared() -> lava::Result<()> {
    const FIRST: usize = 230;
    const SOURCES: usize = 60;
    let mut pre = ndarray::Array2::from_elem((FIRST + SOURCES, SOURCES), false);
    (0..SOURCES).for_each(|source| pre[[FIRST + source, source]] = true);
    let net = network! { Loihi1SimCfg;
        pre:  Source<Spike>           = Source::data(pre);
        post: Source<Spike>           = Source::data([[true]]);
        syn:  PlasticSparse<Together> = Projection::new(SOURCES, 1).plastic(Together);
        pre.s_out  -> syn.s_in;
        post.s_out -> syn.s_in_bap;
    }?;
    net.run(RunSteps((FIRST + SOURCES) as u64))?;
    let weights: Vec<f32> = net.syn.weights.get()?.into_iter().collect();
    assert_eq!(weights, [2.0; SOURCES]);
    net.stop()
}
