//! The event-driven update of each neuron of the library that has one: beside the clock-driven one.

use lava::model::Update;
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{
    AtrLif, ContinuousLif, Discretization, FiringRule, IafPscDelta, Lif, LifRefractory,
    PoissonSpikes, ResetMode, Rf, RfIz, Sparse, SpikeTiming, TernaryLif,
};
use lava::units::ms;

use crate::event_driven::{EventTrace, updates_agree};
use crate::support::loihi;

const NEURONS: usize = 120;

/// A population, as the tests use it.
struct Population {
    input: InPort<f64>,
    states: Vec<Var<f64>>,
    sent: Sent,
    /// A Var to set between two runs, and its new value.
    set: (Var<f64>, f64),
    weight: f64,
}

enum Sent {
    Spikes(OutPort<Spike>),
    Numbers(OutPort<f64>),
}

type Build = fn(&Network<Loihi1SimCfg>, Update) -> lava::Result<Population>;

fn trace(
    build: Build,
    update: Update,
    workers: usize,
    is_probed: bool,
) -> lava::Result<EventTrace> {
    let net = loihi();
    net.set_workers(workers)?;
    net.set_dt(0.1 * ms)?;
    let population = build(&net, update)?;
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([20]).rate(200.0).seed(5))?;
    let synapses = (0..160).map(|number| Synapse {
        source: number % 20,
        target: number * 7 % NEURONS,
        weight: population.weight * if number % 5 == 0 { -0.5 } else { 1.0 },
        delay: 1 + number % 4,
    });
    let list: Vec<Synapse> = synapses.collect();
    let sparse = Sparse::synapses(Synapses::from_list(20, NEURONS, &list)?);
    let sparse: Sparse<f64> = net.add(sparse)?;
    input.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&population.input)?;
    let spikes = match &population.sent {
        Sent::Spikes(port) => Some(net.probe(port)?),
        Sent::Numbers(_) => None,
    };
    let numbers = match &population.sent {
        Sent::Numbers(port) => Some(net.probe(port)?),
        Sent::Spikes(_) => None,
    };
    let _probe = is_probed
        .then(|| net.probe(&population.states[0]))
        .transpose()?;
    let mut states = Vec::new();
    let mut run = |steps| -> lava::Result<()> {
        net.run(RunSteps(steps))?;
        for state in &population.states {
            states.extend(state.get()?);
        }
        Ok(())
    };
    run(1)?;
    run(150)?;
    input.rate.set(0.0)?;
    run(200)?;
    let (var, value) = &population.set;
    var.set(*value)?;
    run(30)?;
    input.rate.set(300.0)?;
    run(120)?;
    let mut sent = spikes.map(|probe| probe.events()).unwrap_or_default();
    if let Some(probe) = numbers {
        let data = probe.data();
        let other = data.indexed_iter().filter(|(_, value)| **value != 0.0);
        sent.extend(other.map(|(at, value)| (at[0] as u64, 2 * at[1] + usize::from(*value > 0.0))));
    }
    net.stop()?;
    Ok((sent, states))
}

#[track_caller]
fn agrees(build: Build) -> lava::Result<()> {
    updates_agree(|update, workers, is_probed| trace(build, update, workers, is_probed))
}

macro_rules! population {
    ($net:ident, $process:ident: $builder:expr, $input:ident, $sent:ident($s_out:ident), [$($state:ident),+], $set:ident = $value:expr, $weight:expr) => {{
        let process: $process<f64> = $net.add($builder)?;
        Ok(Population {
            input: process.$input.clone(),
            states: vec![$(process.$state.clone()),+],
            sent: Sent::$sent(process.$s_out.clone()),
            set: (process.$set.clone(), $value),
            weight: $weight,
        })
    }};
}

#[test]
fn leaky_neurons() -> lava::Result<()> {
    agrees(|net, update| {
        let lif = Lif::shape([NEURONS])
            .du(0.3)
            .dv(0.05)
            .vth(1.0)
            .update(update);
        population!(net, Lif: lif, a_in, Spikes(s_out), [u, v], bias_mant = 0.01, 0.3)
    })?;
    agrees(|net, update| {
        let lif = Lif::shape([NEURONS])
            .du(0.05)
            .dv(0.05)
            .vth(1.0)
            .update(update);
        let lif = lif.reset(ResetMode::Subtract).bias_mant(-0.01);
        population!(net, Lif: lif, a_in, Spikes(s_out), [u, v], vth = 0.8, 0.3)
    })
}

#[test]
fn leaky_neurons_with_a_refractory_period() -> lava::Result<()> {
    agrees(|net, update| {
        let lif = LifRefractory::shape([NEURONS]).du(0.2).dv(0.1).vth(1.0);
        let lif = lif.refractory_period(7).update(update);
        population!(net, LifRefractory: lif, a_in, Spikes(s_out), [u, v], bias_mant = 0.05, 0.3)
    })
}

#[test]
fn ternary_neurons() -> lava::Result<()> {
    agrees(|net, update| {
        let lif = TernaryLif::shape([NEURONS]).du(0.2).dv(0.1);
        let lif = lif.vth_hi(1.0).vth_lo(-0.5).update(update);
        population!(net, TernaryLif: lif, a_in, Numbers(s_out), [u, v], bias_mant = 0.02, 0.4)
    })
}

#[test]
fn adaptive_neurons() -> lava::Result<()> {
    agrees(|net, update| {
        let lif = AtrLif::shape([NEURONS]).update(update);
        population!(net, AtrLif: lif, a_in, Spikes(s_out), [i, v, theta, r], bias_mant = 1.5, 4.0)
    })
}

#[test]
fn integrate_and_fire_neurons_with_delta_synapses() -> lava::Result<()> {
    agrees(|net, update| {
        let neurons = IafPscDelta::shape([NEURONS])
            .tau_m(5.0)
            .t_ref(1.0)
            .update(update);
        population!(net, IafPscDelta: neurons, a_in, Spikes(s_out), [v_m], i_e = 500.0, 9.0)
    })
}

#[test]
fn neurons_in_continuous_time() -> lava::Result<()> {
    agrees(|net, update| {
        let lif = ContinuousLif::shape([NEURONS]).tau_mem(3.0).update(update);
        let rule = FiringRule::new().timing(SpikeTiming::WithinStep);
        population!(net, ContinuousLif: lif.rule(rule), a_in, Spikes(s_out), [v], v_threshold = 0.9, 25.0)
    })?;
    agrees(|net, update| {
        let lif = ContinuousLif::shape([NEURONS])
            .has_current(true)
            .update(update);
        let lif = lif
            .method(Discretization::DecayEuler)
            .tau_syn(1.0)
            .tau_mem(2.0);
        let rule = FiringRule::new().timing(SpikeTiming::ResetNextStep);
        population!(net, ContinuousLif: lif.rule(rule), a_in, Spikes(s_out), [i, v], v_leak = 0.3, 40.0)
    })?;
    agrees(|net, update| {
        let lif = ContinuousLif::shape([NEURONS])
            .has_current(true)
            .update(update);
        let lif = lif
            .method(Discretization::ForwardEuler)
            .tau_syn(1.0)
            .tau_mem(2.0);
        let rule = FiringRule::new().timing(SpikeTiming::BeforeStep);
        population!(net, ContinuousLif: lif.rule(rule), a_in, Spikes(s_out), [i, v], v_leak = 0.3, 40.0)
    })?;
    agrees(|net, update| {
        let lif = ContinuousLif::shape([NEURONS])
            .leaks(false)
            .has_current(true)
            .update(update);
        let lif = lif.method(Discretization::ForwardEuler).tau_syn(1.0);
        population!(net, ContinuousLif: lif, a_in, Spikes(s_out), [i, v], v_threshold = 0.9, 4.0)
    })
}

#[test]
fn a_voltage_without_a_leak_is_the_integral_of_the_current() -> lava::Result<()> {
    for method in [
        Discretization::ForwardEuler,
        Discretization::DecayEuler,
        Discretization::Exact,
    ] {
        let net = Network::<Loihi1SimCfg>::new();
        let lif: ContinuousLif<f64> = net.add(
            ContinuousLif::shape([1])
                .leaks(false)
                .has_current(true)
                .method(method)
                .tau_syn(5.0)
                .r(2.0)
                .i(3.0)
                .v_threshold(1e3),
        )?;
        net.set_dt(0.01 * ms)?;
        net.run(RunSteps(10_000))?;
        let v = lif.v.get()?[0];
        assert!((v - 2.0 * 3.0 * 5.0).abs() < 0.1, "{method:?}: {v}");
    }
    Ok(())
}

#[test]
fn resonators() -> lava::Result<()> {
    agrees(|net, update| {
        let rf = Rf::shape([NEURONS])
            .period(19.3)
            .alpha(0.1)
            .vth(0.3)
            .update(update);
        population!(net, Rf: rf, a_real_in, Spikes(s_out), [real, imag], imag = 0.5, 1.0)
    })?;
    agrees(|net, update| {
        let rf = RfIz::shape([NEURONS])
            .period(19.3)
            .alpha(0.1)
            .vth(0.4)
            .update(update);
        population!(net, RfIz: rf, a_imag_in, Spikes(s_out), [real, imag], imag = 0.5, 0.5)
    })
}

#[test]
fn fixed_point_is_refused_by_name() -> lava::Result<()> {
    let net = loihi();
    let _: Lif<i32> = net.add(Lif::shape([2]).update(Update::EventDriven))?;
    let error = net
        .run(RunSteps(1))
        .expect_err("each step rounds")
        .to_string();
    assert!(error.contains("`Update::EventDriven` is for neurons that are integrated exactly"));
    Ok(())
}
