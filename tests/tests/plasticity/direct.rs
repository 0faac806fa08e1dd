//! The evaluation of a rule by its definition, from all spikes at every event.

use lava::proc::plasticity::{DelaySplit, Plasticity};
use lava::proc::synapse::Synapse;
use ndarray::{Array2, ArrayView1};

use super::trains::Case;

/// The arrivals of the spikes of both neurons at a synapse before a step, the latest first.
pub(crate) struct Before<'a> {
    /// Steps since each spike of the source.
    pub(crate) pre: &'a [f64],
    /// Steps since each spike of the target.
    pub(crate) post: &'a [f64],
}

/// The definition of a rule.
pub(crate) trait Definition {
    /// The weight after a spike of the target has arrived.
    fn post(&self, weight: f64, before: &Before<'_>) -> f64;
    /// The weight after a spike of the source has arrived.
    fn pre(&self, weight: f64, before: &Before<'_>) -> f64;
    /// The share of the weight that a spike of the source transmits.
    fn share(&self, before: &Before<'_>) -> f64 {
        let _ = before;
        1.0
    }
}

/// The axonal and the dendritic part of a delay.
pub(crate) fn parts(split: DelaySplit, delay: usize) -> (usize, usize) {
    match split {
        DelaySplit::Axonal(axonal) => (usize::from(axonal), delay - usize::from(axonal)),
        DelaySplit::Dendritic(steps) => (delay - usize::from(steps), usize::from(steps)),
    }
}

/// The steps of arrival of the spikes of a neuron.
pub(crate) fn arrivals(train: ArrayView1<'_, bool>, delay: usize) -> Vec<usize> {
    let spikes = train.into_iter().enumerate().filter(|(_, fired)| **fired);
    spikes.map(|(row, _)| row + 1 + delay).collect()
}

fn since(arrivals: &[usize], step: usize) -> Vec<f64> {
    let before = arrivals.iter().rev().filter(|arrival| **arrival < step);
    before.map(|arrival| (step - arrival) as f64).collect()
}

/// The weights at the end, and the messages that the targets receive, one row a step.
pub(crate) fn evaluate(case: &Case, rule: &impl Definition) -> (Vec<f64>, Array2<f64>) {
    let mut received = Array2::zeros(case.post.dim());
    let weights = case.synapses.iter().map(|synapse| {
        let &Synapse {
            source,
            target,
            mut weight,
            delay,
        } = synapse;
        let (axonal, dendritic) = parts(case.split, delay);
        let pre = arrivals(case.pre.column(source), axonal);
        let post = arrivals(case.post.column(target), dendritic);
        for step in 1..=case.steps() {
            let (since_pre, since_post) = (since(&pre, step), since(&post, step));
            let before = Before {
                pre: &since_pre,
                post: &since_post,
            };
            if post.contains(&step) {
                weight = rule.post(weight, &before);
            }
            if pre.contains(&step) {
                weight = rule.pre(weight, &before);
                if let Some(received) = received.get_mut([step + dendritic - 1, target]) {
                    *received += weight * rule.share(&before);
                }
            }
        }
        weight
    });
    (weights.collect(), received)
}

/// Compares a rule that changes weights with its definition on random cases.
pub(crate) fn agrees<P: Plasticity>(
    rule: impl Fn() -> P,
    definition: &impl Definition,
) -> lava::Result<()> {
    compare(rule, definition, |case, found| {
        let changed = case.synapses.iter().zip(found);
        let changed = changed.filter(|(synapse, found)| (synapse.weight as f32) != **found);
        assert!(changed.count() > 8, "hardly a weight has changed");
    })
}

/// Compares a rule with its definition on random cases, and calls `check` with the weights that it finds.
pub(crate) fn compare<P: Plasticity>(
    rule: impl Fn() -> P,
    definition: &impl Definition,
    check: impl Fn(&Case, &[f32]),
) -> lava::Result<()> {
    for seed in 1..9 {
        let case = Case::random(seed, [7, 5, 700]);
        let running = case.network(rule())?;
        running.run(case.steps())?;
        let (weights, received) = evaluate(&case, definition);
        let found = running.weights()?;
        assert_eq!(found.len(), weights.len());
        for ((found, expected), synapse) in found.iter().zip(&weights).zip(&case.synapses) {
            let error = (f64::from(*found) - expected).abs();
            assert!(error < 2e-4, "{seed}, {synapse:?}: {found}, not {expected}");
        }
        for (found, expected) in running.received()?.iter().zip(&received) {
            let error = (f64::from(*found) - expected).abs();
            assert!(error < 5e-4, "{seed}: received {found}, not {expected}");
        }
        check(&case, &found);
        running.net.stop()?;
    }
    Ok(())
}
