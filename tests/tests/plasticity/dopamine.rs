//! Dopamine-modulated plasticity agrees with its equations, evaluated step by step.

use lava::prelude::*;
use lava::proc::plasticity::{DopamineStdp, PairStdp, TsodyksMarkram};
use lava::proc::synapse::Projection;
use lava::proc::{PlasticSparse, Source};

use super::direct::{arrivals, parts};
use super::trains::Case;

const TAU: (f64, f64) = (17.0, 34.0);
const A: (f64, f64) = (0.3, 0.2);

/// The parameters of the dopamine.
#[derive(Clone, Copy)]
struct Parameters {
    tau_c: f64,
    tau_n: f64,
    baseline: f64,
    is_concentration: bool,
    bounds: (f64, f64),
}

const RELEASE: Parameters = Parameters {
    tau_c: 60.0,
    tau_n: 25.0,
    baseline: 0.0,
    is_concentration: false,
    bounds: (0.0, 1.0),
};

impl Parameters {
    fn rule(&self) -> DopamineStdp {
        let rule = DopamineStdp::new().tau_plus(TAU.0).tau_minus(TAU.1);
        let rule = rule.a_plus(A.0).a_minus(A.1).baseline(self.baseline);
        let rule = rule.tau_c(self.tau_c).tau_n(self.tau_n);
        let rule = rule.bounds(self.bounds.0, self.bounds.1);
        match self.is_concentration {
            true => rule.concentration(),
            false => rule,
        }
    }

    /// The weights of a case after each of some steps.
    fn evaluate(&self, case: &Case, third: &[f32], steps: &[usize]) -> Vec<Vec<f64>> {
        let weights = case.synapses.iter().map(|synapse| {
            let (axonal, dendritic) = parts(case.split, synapse.delay);
            let pre = arrivals(case.pre.column(synapse.source), axonal);
            let post = arrivals(case.post.column(synapse.target), dendritic);
            self.weights(synapse.weight, &pre, &post, third, steps)
        });
        weights.collect()
    }

    fn weights(
        &self,
        mut weight: f64,
        pre: &[usize],
        post: &[usize],
        third: &[f32],
        steps: &[usize],
    ) -> Vec<f64> {
        let sign = if self.bounds.1 <= 0.0 { -1.0 } else { 1.0 };
        let (mut x, mut y, mut c, mut n) = (0.0, 0.0, 0.0, 0.0);
        let rate_n = if self.is_concentration {
            0.0
        } else {
            1.0 / self.tau_n
        };
        let mut weights = Vec::new();
        for step in 1..=third.len() {
            let rate = 1.0 / self.tau_c + rate_n;
            let gain = n * (1.0 - (-rate).exp()) / rate;
            let loss = self.baseline * self.tau_c * (1.0 - (-1.0 / self.tau_c).exp());
            weight += sign * c * (gain - loss);
            if self.baseline == 0.0 {
                weight = weight.clamp(self.bounds.0, self.bounds.1);
            }
            x *= (-1.0 / TAU.0).exp();
            y *= (-1.0 / TAU.1).exp();
            c *= (-1.0 / self.tau_c).exp();
            n *= (-rate_n).exp();
            let received = f64::from(third[step - 1]);
            n = match self.is_concentration {
                true => received,
                false => n + received / self.tau_n,
            };
            let (pre, post) = (pre.contains(&step), post.contains(&step));
            if post {
                c += A.0 * x;
            }
            if pre {
                c -= A.1 * y;
                x += 1.0;
            }
            if post {
                y += 1.0;
            }
            if steps.contains(&step) {
                weights.push(weight);
            }
        }
        weights
    }

    fn agrees(&self) -> lava::Result<()> {
        for seed in 1..9 {
            let case = Case::random(seed, [7, 5, 700]);
            let third = match self.is_concentration {
                true => case
                    .signal(seed)
                    .iter()
                    .map(|message| message / 30.0)
                    .collect(),
                false => case.signal(seed),
            };
            let (early, end) = (case.steps() / 3, case.steps());
            let expected = self.evaluate(&case, &third, &[early, end]);
            let running = case.network_with(self.rule(), Some(&third))?;
            for (number, steps) in [early, end - early].into_iter().enumerate() {
                running.run(steps)?;
                let found = running.weights()?;
                for (found, expected) in found.iter().zip(&expected) {
                    let expected = expected[number];
                    let error = (f64::from(*found) - expected).abs();
                    assert!(error < 2e-4, "{seed}: {found}, not {expected}");
                }
            }
            let changed = running.weights()?;
            let changed = changed.iter().zip(&case.synapses);
            let changed =
                changed.filter(|(w, synapse)| (f64::from(**w) - synapse.weight).abs() > 1e-3);
            assert!(changed.count() > 8, "{seed}: hardly a weight has changed");
            running.net.stop()?;
        }
        Ok(())
    }
}

#[test]
fn dopamine_that_is_released_agrees() -> lava::Result<()> {
    RELEASE.agrees()?;
    let slow = Parameters {
        tau_c: 900.0,
        tau_n: 200.0,
        ..RELEASE
    };
    slow.agrees()?;
    let short_periods = Parameters {
        tau_c: 3.0,
        ..RELEASE
    };
    short_periods.agrees()
}

#[test]
fn a_concentration_agrees() -> lava::Result<()> {
    let concentration = Parameters {
        is_concentration: true,
        ..RELEASE
    };
    concentration.agrees()
}

#[test]
fn a_baseline_agrees() -> lava::Result<()> {
    let baseline = Parameters {
        baseline: 0.005,
        bounds: (-100.0, 100.0),
        ..RELEASE
    };
    baseline.agrees()
}

#[test]
fn inhibitory_weights_agree() -> lava::Result<()> {
    let case = Case::random(3, [7, 5, 400]);
    let third = case.signal(5);
    let inhibitory = Parameters {
        bounds: (-1.0, 0.0),
        ..RELEASE
    };
    let expected = inhibitory.evaluate(&case, &third, &[case.steps()]);
    let running = case.network_with(inhibitory.rule(), Some(&third))?;
    running.run(case.steps())?;
    for (found, expected) in running.weights()?.iter().zip(&expected) {
        assert!((f64::from(*found) - expected[0]).abs() < 2e-4);
    }
    running.net.stop()
}

#[test]
fn reading_weights_that_dopamine_changes_changes_nothing() -> lava::Result<()> {
    let case = Case::random(3, [7, 5, 400]);
    let third = case.signal(4);
    let often = case.network_with(RELEASE.rule(), Some(&third))?;
    for _ in 0..case.steps() {
        often.run(1)?;
        often.weights()?;
    }
    let once = case.network_with(RELEASE.rule(), Some(&third))?;
    once.run(case.steps())?;
    let bits = |weights: Vec<f32>| weights.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    assert_eq!(bits(often.weights()?), bits(once.weights()?));
    assert_eq!(often.received()?, once.received()?);
    often.net.stop()?;
    once.net.stop()
}

#[test]
fn a_rule_with_a_third_factor_learns_beside_short_term_plasticity() -> lava::Result<()> {
    let case = Case::random(6, [7, 5, 400]);
    let third = case.signal(4);
    let alone = case.network_with(RELEASE.rule(), Some(&third))?;
    let both = (RELEASE.rule(), TsodyksMarkram::new());
    let both = case.network_with(both, Some(&third))?;
    alone.run(case.steps())?;
    both.run(case.steps())?;
    assert_eq!(alone.weights()?, both.weights()?);
    assert_ne!(alone.received()?, both.received()?);
    alone.net.stop()?;
    both.net.stop()
}

#[test]
fn a_third_factor_that_nothing_sends_is_an_error() -> lava::Result<()> {
    let case = Case::random(1, [2, 2, 3]);
    let running = case.network_with(DopamineStdp::new(), None)?;
    let error = running.run(1).unwrap_err().to_string();
    assert!(error.contains("s_in_third"), "{error}");
    Ok(())
}

#[test]
fn a_third_factor_that_no_rule_reads_is_an_error() -> lava::Result<()> {
    let case = Case::random(1, [2, 2, 3]);
    let running = case.network_with(PairStdp::new(), Some(&[0.0, 1.0]))?;
    let error = running.run(1).unwrap_err().to_string();
    assert!(error.contains("the rule has no third factor"), "{error}");
    Ok(())
}

#[test]
fn parameters_of_dopamine_out_of_range_are_errors() -> lava::Result<()> {
    let case = Case::random(1, [2, 2, 3]);
    let rules = [
        DopamineStdp::new().tau_c(0.0),
        DopamineStdp::new().tau_n(f64::NAN),
        DopamineStdp::new().baseline(f64::INFINITY),
    ];
    let texts = [
        "`tau_c` is 0.0 ms",
        "`tau_n` is NaN ms",
        "`baseline` is inf",
    ];
    for (rule, text) in rules.into_iter().zip(texts) {
        let running = case.network_with(rule, Some(&[0.0]))?;
        let error = running.run(1).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    Ok(())
}

#[test]
fn spikes_release_dopamine() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let pre: Source<Spike> = net.add(Source::data([[true], [false], [false], [false]]))?;
    let post: Source<Spike> = net.add(Source::data([[false], [true], [false], [false]]))?;
    let learn: PlasticSparse<DopamineStdp> =
        net.add(Projection::new(1, 1).plastic(DopamineStdp::new().a_minus(0.0).bounds(0.0, 10.0)))?;
    pre.s_out.connect(&learn.s_in)?;
    post.s_out.connect(&learn.s_in_bap)?;
    post.s_out.cast::<f32>().connect(&learn.s_in_third)?;
    net.run(RunSteps(40))?;
    assert!(learn.weights.get()?[0] > 1.0);
    net.stop()
}
