//! Updates of all synapses, between runs and while the network runs.

use lava::proc::plasticity::{Growth, PairStdp, Plasticity, SynapticUpdate, SynapticUpdates};
use lava::proc::synapse::Synapse;

use super::state::bits;
use super::trains::{Case, Running};

fn case() -> Case {
    Case::random(3, [7, 5, 400])
}

impl<P: Plasticity> Running<P> {
    fn present(&self) -> lava::Result<Vec<Option<Synapse>>> {
        self.learn.present_synapses()
    }

    /// The sum of the magnitudes of the weights of the synapses that `of` numbers in the same way.
    fn sums(&self, of: impl Fn(&Synapse) -> usize) -> lava::Result<Vec<f64>> {
        let mut sums = vec![0.0; 7];
        for synapse in self.present()?.iter().flatten() {
            sums[of(synapse)] += synapse.weight.abs();
        }
        Ok(sums)
    }
}

#[test]
fn weights_are_rescaled() -> lava::Result<()> {
    let running = case().network(PairStdp::new())?;
    running.run(100)?;
    let before = running.weights()?;
    running.learn.update(SynapticUpdate::Rescale(0.25))?;
    let expected: Vec<f32> = before.iter().map(|weight| weight * 0.25).collect();
    assert_eq!(running.weights()?, expected);
    running.run(100)?;
    assert_ne!(running.weights()?, expected);
    running.net.stop()
}

#[test]
fn the_weights_of_each_target_or_source_are_normalized() -> lava::Result<()> {
    let running = case().network(PairStdp::new())?;
    running.run(100)?;
    running
        .learn
        .update(SynapticUpdate::NormalizeIncoming(2.0))?;
    for sum in running.sums(|synapse| synapse.target)?.iter().take(5) {
        assert!((sum - 2.0).abs() < 1e-5, "{sum}");
    }
    running
        .learn
        .update(SynapticUpdate::NormalizeOutgoing(1.5))?;
    for sum in running.sums(|synapse| synapse.source)? {
        assert!(sum == 0.0 || (sum - 1.5).abs() < 1e-5, "{sum}");
    }
    running.net.stop()
}

#[test]
fn an_update_before_the_first_step_changes_the_initial_weights() -> lava::Result<()> {
    let case = case();
    let running = case.network(PairStdp::new())?;
    running.learn.update(SynapticUpdate::Rescale(0.5))?;
    running.learn.learning.set(false)?;
    running.run(1)?;
    for (weight, synapse) in running.weights()?.iter().zip(&case.synapses) {
        assert_eq!(*weight, synapse.weight as f32 * 0.5);
    }
    running.net.stop()
}

const GROWTH: fn() -> Growth = || Growth::new(0.3, 4).seed(5);

fn updates(steps: u64) -> SynapticUpdates {
    let updates = [
        SynapticUpdate::NormalizeIncoming(2.0).every(steps),
        SynapticUpdate::Prune(0.2).every(2 * steps),
        SynapticUpdate::Grow.every(3 * steps),
        SynapticUpdate::Rescale(0.99).every(steps),
    ];
    updates.into()
}

#[test]
fn updates_between_steps_are_those_between_runs() -> lava::Result<()> {
    let case = case();
    let periodic = case.network_updated(PairStdp::new(), updates(40), Some(GROWTH()))?;
    periodic.run(case.steps())?;
    let between = case.network_updated(PairStdp::new(), [].into(), Some(GROWTH()))?;
    for turn in 1..=case.steps() / 40 {
        between.run(40)?;
        between
            .learn
            .update(SynapticUpdate::NormalizeIncoming(2.0))?;
        if turn % 2 == 0 {
            between.learn.update(SynapticUpdate::Prune(0.2))?;
        }
        if turn % 3 == 0 {
            between.learn.update(SynapticUpdate::Grow)?;
        }
        between.learn.update(SynapticUpdate::Rescale(0.99))?;
    }
    assert_eq!(bits(&periodic.weights()?), bits(&between.weights()?));
    assert_eq!(periodic.received()?, between.received()?);
    assert_eq!(periodic.present()?, between.present()?);
    let initial: Vec<_> = case.synapses.iter().map(|synapse| synapse.source).collect();
    let moved = periodic.present()?;
    let moved = moved.iter().flatten().zip(initial);
    assert!(
        moved
            .filter(|(synapse, source)| synapse.source != *source)
            .count()
            > 3
    );
    periodic.net.stop()?;
    between.net.stop()
}

#[test]
fn synapses_below_a_weight_are_removed() -> lava::Result<()> {
    let case = case();
    let running = case.network(PairStdp::new())?;
    running.run(100)?;
    let before = running.present()?;
    running.learn.update(SynapticUpdate::Prune(0.4))?;
    for (number, (now, before)) in running.present()?.iter().zip(&before).enumerate() {
        let Some(before) = before else {
            panic!("a synapse is missing before any was removed")
        };
        assert_eq!(now.is_some(), before.weight >= 0.4, "{before:?}");
        assert_eq!(
            running.weights()?[number],
            now.map_or(0.0, |now| now.weight as f32)
        );
    }
    running.learn.update(SynapticUpdate::Prune(1e9))?;
    assert!(running.present()?.iter().all(Option::is_none));
    running.run(100)?;
    let received = running.received()?;
    let targets = case.post.ncols();
    assert!(
        received[..100 * targets]
            .iter()
            .any(|message| *message != 0.0)
    );
    assert!(
        received[120 * targets..200 * targets]
            .iter()
            .all(|message| *message == 0.0)
    );
    assert!(running.weights()?.iter().all(|weight| *weight == 0.0));
    running.net.stop()
}

#[test]
fn synapses_grow_where_some_were_removed() -> lava::Result<()> {
    let case = case();
    let running = case.network_updated(PairStdp::new(), [].into(), Some(GROWTH()))?;
    running.run(100)?;
    let before = running.present()?;
    running.learn.update(SynapticUpdate::Prune(0.4))?;
    let pruned = running.present()?;
    running.learn.update(SynapticUpdate::Grow)?;
    let grown = running.present()?;
    let mut new = 0;
    for number in 0..before.len() {
        let (Some(before), Some(now)) = (before[number], grown[number]) else {
            continue;
        };
        assert_eq!(before.target, now.target);
        if pruned[number].is_some() {
            assert_eq!(now, before);
        } else {
            assert_eq!((now.weight as f32, now.delay), (0.3, 4));
            new += 1;
        }
    }
    assert!(new > 5, "{new}");
    let mut pairs: Vec<_> = grown
        .iter()
        .flatten()
        .map(|s| (s.source, s.target))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(
        pairs.len(),
        grown.iter().flatten().count(),
        "no source has two"
    );
    let weights = running.weights()?;
    running.run(200)?;
    let learned = running.weights()?;
    let changed = |number: usize| pruned[number].is_none() && learned[number] != weights[number];
    assert!((0..weights.len()).any(changed), "grown synapses learn");
    running.net.stop()
}

#[test]
fn weights_that_are_set_have_the_numbers_of_their_synapses() -> lava::Result<()> {
    let running = case().network_updated(PairStdp::new(), [].into(), Some(GROWTH()))?;
    running.run(100)?;
    running.learn.update(SynapticUpdate::Prune(0.4))?;
    running.learn.update(SynapticUpdate::Grow)?;
    running.learn.update(SynapticUpdate::Prune(0.5))?;
    let present = running.present()?;
    let new: Vec<f32> = (1..=present.len())
        .map(|number| number as f32 / 64.0)
        .collect();
    running.learn.weights.set(new.clone())?;
    for (number, weight) in running.weights()?.iter().enumerate() {
        let expected = if present[number].is_some() {
            new[number]
        } else {
            0.0
        };
        assert_eq!(*weight, expected);
    }
    running.net.stop()
}

#[test]
fn a_reset_brings_removed_synapses_back() -> lava::Result<()> {
    let case = case();
    let running = case.network_updated(PairStdp::new(), updates(40), Some(GROWTH()))?;
    let initial = running.present()?;
    running.run(300)?;
    let first = running.present()?;
    assert_ne!(initial, first);
    running.net.reset()?;
    assert_eq!(running.present()?, initial);
    running.run(300)?;
    assert_eq!(running.present()?, first);
    running.net.stop()
}

#[test]
fn updates_that_cannot_be_are_errors() -> lava::Result<()> {
    let case = case();
    let running = case.network(PairStdp::new())?;
    let asked = [
        (
            SynapticUpdate::Rescale(f64::NAN),
            "`SynapticUpdate::Rescale` is NaN; give a finite number",
        ),
        (
            SynapticUpdate::NormalizeIncoming(0.0),
            "give a finite number above 0",
        ),
        (SynapticUpdate::Prune(-1.0), "give a number, at least 0"),
        (
            SynapticUpdate::Grow,
            "give the projection `.growth(Growth::new(weight, delay))`",
        ),
    ];
    for (update, text) in asked {
        let error = running.learn.update(update).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    running.run(10)?;
    let repeated = [
        (
            SynapticUpdate::Rescale(0.5).every(0),
            None,
            "repeated every 0 steps",
        ),
        (
            SynapticUpdate::NormalizeOutgoing(1.0).every(9),
            None,
            "`SynapticUpdate::NormalizeOutgoing` is repeated every 9 steps",
        ),
        (
            SynapticUpdate::Grow.every(5),
            None,
            "Growth::new(weight, delay)",
        ),
        (
            SynapticUpdate::Grow.every(5),
            Some(Growth::new(0.1, 0)),
            "the delay of `Growth`",
        ),
        (
            SynapticUpdate::Grow.every(5),
            Some(Growth::new(f64::NAN, 1)),
            "the weight of `Growth`",
        ),
    ];
    for (update, growth, text) in repeated {
        let running = case.network_updated(PairStdp::new(), [update].into(), growth)?;
        let error = running.run(1).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    running.net.stop()
}
