//! Short-term plasticity agrees with its definition, alone and beside a rule that learns.

use lava::prelude::*;
use lava::proc::plasticity::{PairStdp, TsodyksMarkram};
use lava::proc::synapse::{Distribution, Projection};
use lava::proc::{PlasticSparse, Sink, Source};

use super::direct::{Before, Definition, agrees, compare};
use super::trains::Case;

/// U, τ_d and τ_f.
struct Resources(f64, f64, Option<f64>);

impl Resources {
    /// u·x at a spike that follows others.
    fn released(&self, pre: &[f64]) -> f64 {
        let Resources(use_of_resources, depression, facilitation) = *self;
        let (mut u, mut x) = (0.0, 1.0);
        let mut last: Option<f64> = None;
        let mut released = 0.0;
        for since in pre.iter().rev().copied().chain([0.0]) {
            if let Some(last) = last {
                let steps = last - since;
                u *= facilitation.map_or(0.0, |tau| (-steps / tau).exp());
                x = 1.0 + (x - 1.0) * (-steps / depression).exp();
            }
            u += use_of_resources * (1.0 - u);
            released = u * x;
            x -= released;
            last = Some(since);
        }
        released
    }
}

impl Definition for Resources {
    fn post(&self, weight: f64, _: &Before<'_>) -> f64 {
        weight
    }

    fn pre(&self, weight: f64, _: &Before<'_>) -> f64 {
        weight
    }

    fn share(&self, before: &Before<'_>) -> f64 {
        self.released(before.pre)
    }
}

fn unchanged(case: &Case, found: &[f32]) {
    for (synapse, found) in case.synapses.iter().zip(found) {
        assert_eq!(synapse.weight as f32, *found);
    }
}

#[test]
fn depression_agrees() -> lava::Result<()> {
    let rule = || TsodyksMarkram::new().use_of_resources(0.4).depression(60.0);
    compare(rule, &Resources(0.4, 60.0, None), unchanged)
}

#[test]
fn facilitation_agrees() -> lava::Result<()> {
    let rule = || TsodyksMarkram::new().use_of_resources(0.1);
    let rule = || rule().depression(30.0).facilitation(150.0);
    compare(rule, &Resources(0.1, 30.0, Some(150.0)), unchanged)
}

/// Pairs of spikes that change weights, of which resources are transmitted.
struct Both(Resources);

fn traces(since: &[f64]) -> f64 {
    since.iter().map(|steps| (-steps / 20.0).exp()).sum()
}

impl Definition for Both {
    fn post(&self, weight: f64, before: &Before<'_>) -> f64 {
        weight + 0.05 * (1.0 - weight) * traces(before.pre)
    }

    fn pre(&self, weight: f64, before: &Before<'_>) -> f64 {
        weight - 0.04 * weight * traces(before.post)
    }

    fn share(&self, before: &Before<'_>) -> f64 {
        self.0.released(before.pre)
    }
}

#[test]
fn a_pair_of_rules_learns_by_the_first_and_transmits_by_both() -> lava::Result<()> {
    let stdp = || PairStdp::new().multiplicative().a_plus(0.05).a_minus(0.04);
    let rule = || {
        let resources = TsodyksMarkram::new().use_of_resources(0.4);
        (stdp(), resources.depression(60.0))
    };
    agrees(rule, &Both(Resources(0.4, 60.0, None)))
}

#[test]
fn resources_need_no_spikes_of_the_targets() -> lava::Result<()> {
    let projection = Projection::new(1, 1).weights(Distribution::Constant(2.0));
    let net = network! { Loihi1SimCfg;
        pre:  Source<Spike>                 = Source::data([[true], [false], [true], [false]]);
        syn:  PlasticSparse<TsodyksMarkram> = projection.plastic(TsodyksMarkram::new().depression(2.0));
        sink: Sink                          = Sink::shape([1]).steps(4);
        pre.s_out -> syn.s_in;
        syn.a_out -> sink.a_in;
    }?;
    net.run(RunSteps(4))?;
    let received: Vec<f32> = net.sink.data.get()?.into_iter().collect();
    let second = 2.0 * 0.5 * (1.0 - 0.5 * (-1.0_f32).exp());
    for (found, expected) in received.iter().zip([0.0, 1.0, 0.0, second]) {
        assert!((found - expected).abs() < 1e-6, "{received:?}");
    }
    net.stop()
}

#[test]
fn shares_out_of_range_are_errors() -> lava::Result<()> {
    let case = Case::random(1, [2, 2, 3]);
    let rules = [
        TsodyksMarkram::new().use_of_resources(1.5),
        TsodyksMarkram::new().depression(0.0),
        TsodyksMarkram::new().facilitation(-1.0),
    ];
    let texts = [
        "`use_of_resources` is 1.5; give a share between 0 and 1",
        "`depression` is 0.0 ms",
        "`facilitation` is -1.0 ms",
    ];
    for (rule, text) in rules.into_iter().zip(texts) {
        let error = case.network(rule)?.run(1).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    Ok(())
}
