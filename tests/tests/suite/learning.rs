//! Learning: rules against a direct evaluation, setting, workers, third factors, errors.

use lava::learning_rule;
use lava::prelude::*;
use lava::proc::learning::{GradedSpikeCfg, LearningRule, RewardModulatedStdp, Stdp};
use lava::proc::synapse::Synapses;
use lava::proc::{LearningDense, LearningLif, LearningSparse, Lif, SignMode, Source, Weight};
use ndarray::{Array2, arr1, arr2};

use crate::support::{fails, flat, loihi};

const STEPS: usize = 60;

/// Spikes that look random.
pub(crate) fn spikes(neurons: usize, salt: usize) -> Array2<bool> {
    Array2::from_shape_fn((STEPS, neurons), |(step, neuron)| {
        let index = (step * 1009 + neuron * 31 + salt) as u64;
        let mixed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 40).is_multiple_of(6)
    })
}

fn weights(targets: usize, sources: usize) -> Array2<i32> {
    Array2::from_shape_fn((targets, sources), |(target, source)| {
        (((target * 13 + source * 29) % 41) * 4) as i32
    })
}

/// A rule with all dependencies, traces and variables.
fn everything(epoch: usize) -> LearningRule {
    let rule = format!(
        "dw = 2^-2 * x1 * y0 - 2^-3 * x0 * y1 + 2^-4 * u1 * x2 * y2 - x0 * y0 * sgn(w - 40);
         dd = x0 * 2 - u1 * d * 2^-2;
         dt = y0 * x1 - 2^-1 * x0 * (y3 - 2) * y0 - 2^-3 * u1 * t;
         x1: impulse 12.5, tau 8; x2: impulse 5, tau 20;
         y1: impulse 10, tau 6; y2: impulse 7, no decay; y3: impulse 3, tau 30;
         epoch {epoch}; seed 7;"
    );
    rule.parse().expect("a rule")
}

type Synaptic<T> = [ArrayD<T>; 3];

/// Weights, tags and delays of a matrix of synapses after some steps.
fn learned<T>(rule: &LearningRule, workers: usize, extents: [usize; 2]) -> lava::Result<Synaptic<T>>
where
    T: Weight,
    LearningDense<T>:
        lava::network::HasModel<lava::model::Loihi, lava::network::AnyTag, lava::network::Cpu>,
{
    let [targets, sources] = extents;
    let net = loihi();
    net.set_workers(workers)?;
    let pre: Source<Spike> = net.add(Source::data(spikes(sources, 3)))?;
    let post: Source<Spike> = net.add(Source::data(spikes(targets, 5)))?;
    let given = weights(targets, sources).mapv(|weight| number::<T>(f64::from(weight)));
    let synapses: LearningDense<T> =
        net.add(LearningDense::weights(given).learning_rule(rule.clone()))?;
    pre.s_out.connect(&synapses.s_in)?;
    post.s_out.connect(&synapses.s_in_bap)?;
    net.run(RunSteps(STEPS as u64))?;
    let synaptic = [&synapses.weights, &synapses.tag_1, &synapses.tag_2].map(Var::get);
    let [weights, tag_1, tag_2] = synaptic;
    net.stop()?;
    Ok([weights?, tag_1?, tag_2?])
}

fn number<T: Weight>(value: f64) -> T {
    T::from_f64(value).expect("in range")
}

/// The same with the synapses in a list.
fn learned_in_a_list(rule: &LearningRule, extents: [usize; 2]) -> lava::Result<Synaptic<i32>> {
    let [targets, sources] = extents;
    let net = loihi();
    let pre: Source<Spike> = net.add(Source::data(spikes(sources, 3)))?;
    let post: Source<Spike> = net.add(Source::data(spikes(targets, 5)))?;
    let given = weights(targets, sources).mapv(|weight| weight.max(4));
    let list = Synapses::from_matrix(&given)?;
    let synapses: LearningSparse<i32> =
        net.add(LearningSparse::synapses(list).learning_rule(rule.clone()))?;
    let own = weights(targets, sources);
    synapses.weights.set(
        own.t()
            .as_standard_layout()
            .into_owned()
            .into_raw_vec_and_offset()
            .0,
    )?;
    pre.s_out.connect(&synapses.s_in)?;
    post.s_out.connect(&synapses.s_in_bap)?;
    net.run(RunSteps(STEPS as u64))?;
    let matrix = |var: &Var<i32>| -> lava::Result<ArrayD<i32>> {
        let columns = Array2::from_shape_vec((sources, targets), flat(var.get()?));
        Ok(columns
            .expect("all pairs")
            .t()
            .as_standard_layout()
            .into_owned()
            .into_dyn())
    };
    Ok([
        matrix(&synapses.weights)?,
        matrix(&synapses.tag_1)?,
        matrix(&synapses.tag_2)?,
    ])
}

/// A neuron's traces, evaluated step by step.
struct Trace {
    impulse: f64,
    kept: f64,
    value: f64,
}

impl Trace {
    fn new(impulse: f64, tau: f64) -> Trace {
        Trace {
            impulse,
            kept: (-1.0 / tau).exp(),
            value: 0.0,
        }
    }

    fn step(&mut self, fires: bool) -> f64 {
        self.value = self.value * self.kept + if fires { self.impulse } else { 0.0 };
        self.value
    }
}

#[test]
fn pairs_of_spikes_change_weights_as_defined() -> lava::Result<()> {
    let rule = learning_rule! {
        dw = 2^-1 * x1 * y0 - 2^-2 * x0 * y1;
        x1: impulse 3, tau 8;
        y1: impulse 2, tau 5;
    };
    let [learned, ..] = learned::<f64>(&rule, 1, [3, 4])?;
    let (pre, post) = (spikes(4, 3), spikes(3, 5));
    for target in 0..3 {
        for source in 0..4 {
            let (mut x1, mut y1) = (Trace::new(3.0, 8.0), Trace::new(2.0, 5.0));
            let mut weight = f64::from(weights(3, 4)[[target, source]]);
            for step in 0..STEPS {
                let (x0, y0) = (pre[[step, source]], post[[step, target]]);
                let (x1, y1) = (x1.step(x0), y1.step(y0));
                weight += if y0 { 0.5 * x1 } else { 0.0 } - if x0 { 0.25 * y1 } else { 0.0 };
            }
            let got = learned[[target, source]];
            assert!((got - weight).abs() < 1e-9, "{got} is not {weight}");
        }
    }
    Ok(())
}

#[test]
fn bits_are_the_same_on_any_number_of_workers() -> lava::Result<()> {
    for epoch in [1, 4] {
        let rule = everything(epoch);
        let extents = [600, 40];
        let (fixed, float) = (
            learned::<i32>(&rule, 1, extents)?,
            learned::<f32>(&rule, 1, extents)?,
        );
        assert_ne!(fixed[0], weights(600, 40).into_dyn());
        for workers in [2, 3] {
            assert_eq!(learned::<i32>(&rule, workers, extents)?, fixed);
            assert_eq!(learned::<f32>(&rule, workers, extents)?, float);
        }
    }
    Ok(())
}

#[test]
fn a_list_of_all_synapses_learns_as_the_matrix() -> lava::Result<()> {
    for epoch in [1, 3] {
        let rule = everything(epoch);
        let matrix = learned::<i32>(&rule, 1, [9, 7])?;
        assert_eq!(learned_in_a_list(&rule, [9, 7])?, matrix);
    }
    Ok(())
}

/// A learning connection with sources of spikes.
struct Learner {
    net: Network<Loihi1SimCfg>,
    synapses: LearningDense,
}

fn learner(rule: LearningRule) -> lava::Result<Learner> {
    let net = loihi();
    let pre: Source<Spike> = net.add(Source::data(spikes(3, 1)))?;
    let post: Source<Spike> = net.add(Source::data(spikes(2, 2)))?;
    let given = arr2(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let synapses: LearningDense = net.add(LearningDense::weights(given).learning_rule(rule))?;
    pre.s_out.connect(&synapses.s_in)?;
    post.s_out.connect(&synapses.s_in_bap)?;
    Ok(Learner { net, synapses })
}

fn stdp() -> LearningRule {
    learning_rule! {
        dw = 2^-3 * x1 * y0 - 2^-3 * x0 * y1;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    }
}

#[test]
fn rules_and_their_parameters_are_set_between_runs() -> lava::Result<()> {
    let Learner { net, synapses } = learner(stdp())?;
    net.run(RunSteps(10))?;
    synapses.x1_tau.set(3.0)?;
    synapses.y1_impulse.set(0.0)?;
    synapses.y1.set(0.0)?;
    let before = synapses.weights.get()?;
    net.run(RunSteps(10))?;
    // Without y1 weights only grow.
    let after = synapses.weights.get()?;
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(before, after)| before <= after)
    );
    assert_ne!(before, after);

    synapses.set_rule("dw = u0 * 2^1; x1: impulse 4, tau 9; epoch 5;".parse()?)?;
    assert_eq!(
        (synapses.x1_tau.get()?, synapses.x1_impulse.get()?),
        (9.0, 4.0)
    );
    net.run(RunSteps(10))?;
    let grown = synapses.weights.get()? - after - 4.0;
    assert!(grown.iter().all(|rest| rest.abs() < 1e-4), "{grown}");
    Ok(())
}

#[test]
fn weights_that_are_set_are_clipped_by_the_next_learning_phase() -> lava::Result<()> {
    let net = loihi();
    let rule = learning_rule! { dw = x0 * 2; epoch 2; };
    let synapses: LearningDense<i32> = net.add(
        LearningDense::weights([[300, 7], [2, 2]])
            .learning_rule(rule)
            .sign_mode(SignMode::Excitatory),
    )?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(synapses.weights.get()?), [300, 7, 2, 2]);
    net.run(RunSteps(1))?;
    assert_eq!(flat(synapses.weights.get()?), [255, 7, 2, 2]);
    synapses.weights.set([[-5, 0], [1, 999]])?;
    net.run(RunSteps(2))?;
    assert_eq!(flat(synapses.weights.get()?), [0, 0, 1, 255]);
    Ok(())
}

#[test]
fn a_probe_sees_what_is_learned() -> lava::Result<()> {
    let Learner { net, synapses } = learner(stdp())?;
    let probe = net.probe(&synapses.weights)?;
    net.run(RunSteps(12))?;
    let data = probe.data();
    assert_eq!(data.shape(), [12, 2, 3]);
    assert_eq!(
        data.index_axis(ndarray::Axis(0), 11),
        synapses.weights.get()?
    );
    Ok(())
}

#[test]
fn graded_spikes_set_the_trace() -> lava::Result<()> {
    let trace = |config, numbers: [f32; 2]| -> lava::Result<f32> {
        let net = loihi();
        let rule = learning_rule! { dw = x0; x1: impulse 100, tau 10; epoch 8; };
        let pre: Source = net.add(Source::data([[numbers[0]], [numbers[1]]]))?;
        let synapses: LearningDense<f32, f32> = net.add(
            LearningDense::weights([[1.0]])
                .learning_rule(rule)
                .graded_spike_cfg(config),
        )?;
        pre.s_out.connect(&synapses.s_in)?;
        net.run(RunSteps(2))?;
        Ok(synapses.x1.get()?[[0]])
    };
    assert_eq!(trace(GradedSpikeCfg::RegularImpulse, [6.0, 8.0])?, 100.0);
    assert_eq!(trace(GradedSpikeCfg::Overwrite, [6.0, 8.0])?, 4.0);
    assert_eq!(trace(GradedSpikeCfg::AddWithSaturation, [6.0, 8.0])?, 7.0);
    assert_eq!(
        trace(GradedSpikeCfg::AddWithoutSaturation, [300.0, 8.0])?,
        154.0
    );
    Ok(())
}

/// Sends its own spikes' count as a third factor.
#[process]
pub struct Counter {
    /// Spikes.
    spikes_in: InPort<Spike>,
    /// The number of spikes so far.
    s_out_y3: OutPort<f32>,
    /// That number.
    #[var(init = 0.0)]
    count: Var<f32>,
}

#[implements(proc = Counter, protocol = Loihi)]
struct CounterModel {
    spikes_in: In<Spike>,
    s_out_y3: Out<f32>,
    count: Vec<f32>,
}

impl LoihiModel for CounterModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        for neuron in self.spikes_in.recv().indices() {
            self.count[*neuron as usize] += 1.0;
        }
        self.s_out_y3.send_slice(&self.count)
    }
}

#[test]
fn neurons_of_ones_own_provide_the_third_factor() -> lava::Result<()> {
    let rule = learning_rule! { dw = u0 * y3; y3: third factor; };
    let net = network! { Loihi1SimCfg;
        post:  Source<Spike> = Source::data([[true], [false], [true]]);
        count: Counter       = Counter::shape([1]);
        syn:   LearningDense = LearningDense::weights([[0.0]]).learning_rule(rule);
        post.s_out     -> count.spikes_in;
        count.s_out_y3 -> syn.s_in_y3;
    }?;
    net.run(RunSteps(3))?;
    let weight = net.syn.weights.get()?[[0, 0]];
    assert!((weight - 4.0).abs() < 1e-3, "{weight}");
    Ok(())
}

#[test]
fn reward_turns_eligibility_into_weights() -> lava::Result<()> {
    let run = |reward: f32| -> lava::Result<f32> {
        let rule = RewardModulatedStdp::default().rule()?;
        let net = network! { Loihi1SimCfg;
            pre:    Source<Spike> = Source::data([[true], [false], [false], [false]]);
            reward: Source        = Source::data([[reward]]);
            syn:    LearningDense = LearningDense::weights([[2.0]]).learning_rule(rule);
            lif:    LearningLif   = LearningLif::shape([1]).du(1.0).vth(1.0);
            pre.s_out     -> syn.s_in;
            syn.a_out     -> lif.a_in;
            reward.s_out  -> lif.a_third_factor_in;
            lif.s_out_bap -> syn.s_in_bap;
            lif.s_out_y1  -> syn.s_in_y1;
            lif.s_out_y2  -> syn.s_in_y2;
        }?;
        net.run(RunSteps(4))?;
        Ok(net.syn.weights.get()?[[0, 0]])
    };
    assert_eq!(run(0.0)?, 2.0);
    assert!(run(1.0)? > 2.0);
    assert!(run(-1.0)? < 2.0);
    Ok(())
}

#[test]
fn neurons_that_learn_fire_as_others_do() -> lava::Result<()> {
    let net = loihi();
    let input: Source = net.add(Source::data([[0.6, 1.3], [0.9, 0.2]]))?;
    let plain: Lif = net.add(Lif::shape([2]).du(0.3).dv(0.1).vth(2.0))?;
    let learning: LearningLif = net.add(LearningLif::shape([2]).du(0.3).dv(0.1).vth(2.0))?;
    input.s_out.connect(&plain.a_in)?;
    input.s_out.connect(&learning.a_in)?;
    let probes = [&plain.v, &learning.v].map(|v| net.probe(v));
    let bap = net.probe(&learning.s_out_bap)?;
    let spikes = net.probe(&plain.s_out)?;
    net.run(RunSteps(30))?;
    let [plain, learning] = probes;
    assert_eq!(plain?.data(), learning?.data());
    assert_eq!(bap.data(), spikes.data());
    Ok(())
}

#[test]
fn a_rule_that_does_not_fit_its_connection_does_not_run() -> lava::Result<()> {
    let run = |rule: &str, third_factor: bool| -> lava::Result<()> {
        let net = loihi();
        let rule: LearningRule = rule.parse()?;
        let synapses: LearningDense =
            net.add(LearningDense::weights([[1.0]]).learning_rule(rule))?;
        if third_factor {
            let reward: Source = net.add(Source::data([[1.0]]))?;
            reward.s_out.connect(&synapses.s_in_y2)?;
        }
        net.run(RunSteps(1))
    };
    fails(
        run("dw = u0 * y2; y2: third factor;", false),
        &["y2", "`s_in_y2`"],
    );
    fails(run("dw = x0;", true), &["`s_in_y2`", "y2: third factor;"]);
    fails(
        run("dw = x0 * y1; y1: impulse 1, tau 2;", false),
        &["`s_in_bap`"],
    );
    run("dw = u0 * y2; y2: third factor;", true)?;
    run("dw = x0;", false)
}

#[test]
fn a_tau_of_zero_is_refused_where_it_is_read() -> lava::Result<()> {
    let Learner { net, synapses } = learner(stdp())?;
    net.run(RunSteps(1))?;
    synapses.x1_tau.set(0.0)?;
    fails(net.run(RunSteps(1)), &["x1", "x1_tau"]);
    synapses.x1_tau.set(f64::INFINITY)?;
    net.run(RunSteps(1))?;
    synapses.x2_impulse.set(5.0)?;
    net.run(RunSteps(20))?;
    assert_eq!(synapses.x2.get()?, arr1(&[0.0, 0.0, 0.0]).into_dyn());
    Ok(())
}

#[test]
fn weights_without_bound_stop_the_network() -> lava::Result<()> {
    let net = loihi();
    let rule = learning_rule! { dw = u0 * w * 7 * 2^8; };
    let _: LearningDense = net.add(LearningDense::weights([[1.0]]).learning_rule(rule))?;
    fails(net.run(RunSteps(100)), &["not finite", "step"]);
    Ok(())
}

#[test]
fn delays_of_synapses_that_learn_are_refused() -> lava::Result<()> {
    let net = loihi();
    let synapses = Synapses::from_matrices(&[[1.0_f32]], &[[3]])?;
    let rule = learning_rule! { dw = x0; };
    let _: LearningSparse = net.add(LearningSparse::synapses(synapses).learning_rule(rule))?;
    fails(net.run(RunSteps(1)), &["3 steps"]);
    Ok(())
}

#[test]
fn a_rule_of_the_library_is_that_of_its_equation() -> lava::Result<()> {
    let given = Stdp {
        learning_rate: 0.125,
        tau_plus: 20.0,
        tau_minus: 20.0,
        ..Stdp::default()
    };
    let (library, own) = (learner(given.rule()?)?, learner(stdp())?);
    library.net.run(RunSteps(30))?;
    own.net.run(RunSteps(30))?;
    assert_eq!(library.synapses.weights.get()?, own.synapses.weights.get()?);
    Ok(())
}
