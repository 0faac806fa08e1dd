//! Synapses that move to other delays, beside a direct evaluation of their rule.

use lava::proc::plasticity::{
    DelaySplit, Growth, PairStdp, Past, Plasticity, PlasticityError, PostSpike, PreSpike,
    SynapseState, SynapticUpdate, SynapticUpdates, TwoFactors,
};

use super::state::bits;
use super::trains::Case;

/// The longest delay, in steps, which is above those that synapses have at first.
const LONGEST: u16 = 13;
const EVERY: usize = 20;

/// A rule whose numbers `f32` holds exactly: spikes change the weight by steps of 1/128, and delays by a
/// number of steps from −3 to 3.
#[derive(Clone)]
struct Wandering;

impl Wandering {
    fn post(weight: &mut f32, shift: &mut i32) {
        *weight += 1.0 / 64.0;
        *shift += 3;
    }

    fn pre(weight: &mut f32, shift: &mut i32, sees_post: bool) {
        *weight -= if sees_post { 1.0 / 128.0 } else { 0.0 };
        *shift += 1;
    }

    fn moved(steps: i32, shift: &mut i32) -> i32 {
        steps + std::mem::take(shift) % 7 - 3
    }
}

impl Plasticity for Wandering {
    type Factors = TwoFactors;
    type Synapse = i32;
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, synapse: &mut SynapseState<i32>, spike: PreSpike<Self>) {
        let sees_post = spike.target.steps < u32::MAX;
        Wandering::pre(&mut synapse.weight, &mut synapse.variables, sees_post);
    }

    fn post(&self, synapse: &mut SynapseState<i32>, _: PostSpike<Self>) {
        Wandering::post(&mut synapse.weight, &mut synapse.variables);
    }

    fn delay(&self, synapse: &mut SynapseState<i32>, steps: u16) -> u16 {
        Wandering::moved(i32::from(steps), &mut synapse.variables).max(0) as u16
    }
}

fn moves() -> SynapticUpdates {
    [SynapticUpdate::MoveDelays(LONGEST).every(EVERY as u64)].into()
}

/// Weights, delays and messages, step by step.
fn evaluated(case: &Case, axonal: i32) -> (Vec<f32>, Vec<i32>, Vec<f32>) {
    let targets = case.post.ncols();
    let steps = case.steps() as i32;
    let mut received = vec![0.0; (steps + 2 * i32::from(LONGEST)) as usize * targets];
    let (mut weights, mut delays) = (Vec::new(), Vec::new());
    for synapse in &case.synapses {
        let fires = |train: &ndarray::Array2<bool>, step: i32, neuron: usize| {
            (1..=steps).contains(&step) && train[[step as usize - 1, neuron]]
        };
        let (mut weight, mut shift) = (synapse.weight as f32, 0);
        let mut dendritic = synapse.delay as i32 - axonal;
        // The last step of which spikes of the target have arrived.
        let (mut seen, mut has_seen) = (0, false);
        for now in 1..=steps {
            let sent = now - dendritic;
            if sent > seen && fires(&case.post, sent, synapse.target) {
                Wandering::post(&mut weight, &mut shift);
            }
            if fires(&case.pre, now - axonal, synapse.source) {
                let before = seen.max(sent - 1);
                has_seen |= (1..=before).any(|step| fires(&case.post, step, synapse.target));
                Wandering::pre(&mut weight, &mut shift, has_seen);
                let row = (now + dendritic - 1) as usize;
                received[row * targets + synapse.target] += weight;
            }
            seen = seen.max(sent);
            if now % EVERY as i32 == 0 {
                let moved = Wandering::moved(dendritic + axonal, &mut shift).max(0);
                dendritic = moved.clamp(axonal + 1, i32::from(LONGEST)) - axonal;
            }
        }
        weights.push(weight);
        delays.push(dendritic + axonal);
    }
    received.truncate(steps as usize * targets);
    (weights, delays, received)
}

#[test]
fn synapses_move_as_their_rule_says() -> lava::Result<()> {
    for seed in 0..24 {
        let axonal = (seed % 3) as u16 % 2;
        let mut case = Case::random(seed, [7, 5, 400]);
        case.split = DelaySplit::Axonal(axonal);
        for synapse in &mut case.synapses {
            synapse.weight = (synapse.weight * 64.0).round() / 64.0;
        }
        let running = case.network_updated(Wandering, moves(), None)?;
        let (weights, delays, received) = evaluated(&case, i32::from(axonal));
        running.run(case.steps())?;
        assert_eq!(running.weights()?, weights, "weights of case {seed}");
        let present = running.learn.present_synapses()?;
        for (number, synapse) in present.iter().enumerate() {
            let Some(synapse) = synapse else {
                panic!("synapse {number} is missing")
            };
            assert_eq!(synapse.delay as i32, delays[number], "synapse {number}");
            assert_eq!(synapse.source, case.synapses[number].source);
            assert_eq!(synapse.target, case.synapses[number].target);
        }
        assert_eq!(running.received()?, received, "messages of case {seed}");
        running.net.stop()?;
    }
    Ok(())
}

#[test]
fn moves_between_steps_are_those_between_runs() -> lava::Result<()> {
    let mut case = Case::random(4, [7, 5, 300]);
    case.split = DelaySplit::Axonal(1);
    let periodic = case.network_updated(Wandering, moves(), None)?;
    let between = case.network(Wandering)?;
    periodic.run(case.steps())?;
    for _ in 0..case.steps() / EVERY {
        between.run(EVERY)?;
        between.weights()?;
        between.learn.update(SynapticUpdate::MoveDelays(LONGEST))?;
    }
    assert_eq!(bits(&periodic.weights()?), bits(&between.weights()?));
    assert_eq!(bits(&periodic.received()?), bits(&between.received()?));
    assert_eq!(
        periodic.learn.present_synapses()?,
        between.learn.present_synapses()?
    );
    periodic.net.stop()?;
    between.net.stop()
}

#[test]
fn delays_are_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let learned = |workers: usize| -> lava::Result<_> {
        let mut case = Case::random(8, [7, 700, 200]);
        case.split = DelaySplit::Axonal(0);
        let updates = [
            SynapticUpdate::MoveDelays(LONGEST).every(7),
            SynapticUpdate::Prune(0.1).every(30),
            SynapticUpdate::Grow.every(40),
            SynapticUpdate::NormalizeIncoming(3.0).every(50),
        ];
        let growth = Some(Growth::new(0.5, 3));
        let running = case.network_updated(Wandering, updates.into(), growth)?;
        running.net.set_workers(workers)?;
        running.run(150)?;
        running
            .learn
            .update(SynapticUpdate::NormalizeOutgoing(70.0))?;
        running.run(50)?;
        let synapses = running.learn.present_synapses()?;
        let result = (bits(&running.weights()?), bits(&running.received()?));
        running.net.stop()?;
        Ok((result, synapses))
    };
    let one = learned(1)?;
    for workers in [2, 3, 8] {
        assert!(learned(workers)? == one, "{workers} workers");
    }
    Ok(())
}

#[test]
fn delays_that_cannot_move_are_refused() -> lava::Result<()> {
    let mut case = Case::random(3, [2, 2, 10]);
    let refused = |case: &Case, longest: u16, expected: &str| -> lava::Result<()> {
        let running = case.network(PairStdp::new())?;
        match running.learn.update(SynapticUpdate::MoveDelays(longest)) {
            Err(error) => assert!(error.to_string().contains(expected), "{error}"),
            Ok(()) => panic!("{longest} steps with {:?}", case.split),
        }
        Ok(())
    };
    case.split = DelaySplit::Dendritic(1);
    refused(&case, 9, "DelaySplit::Axonal(0)")?;
    case.split = DelaySplit::Axonal(1);
    refused(&case, 1, "above the axonal part")
}
