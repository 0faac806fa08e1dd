//! Events: resets, refractoriness, jumps, several ports, chance.

use lava::prelude::*;
use lava::proc::Source;
use lava::units::ms;

fn steps(events: &[(u64, usize)]) -> Vec<u64> {
    events.iter().map(|(step, _)| *step).collect()
}

neuron! {
    /// A counter, which is reset by subtraction.
    Ramp {
        /// Height.
        dx/dt = slope : 1;
        /// Slope.
        param slope: 1/ms = 1.0;
        /// A marker that only events change.
        var count: 1 = 0.0;
        spike when x >= 1 { x -= 1; count += 1; }
        /// Every third.
        spike third when count >= 3 { count = 0; }
        param dt: ms = 0.4;
    }
}

#[test]
fn a_reset_by_subtraction_keeps_the_rest() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let ramp: Ramp<f64> = net.add(Ramp::shape([1]))?;
    let (spikes, thirds) = (net.probe(&ramp.s_out)?, net.probe(&ramp.third)?);
    net.run(RunSteps(20))?;
    // 0.4, 0.8, 1.2 − 1, 0.6, 1.0 − 1, 0.4, 0.8, 1.2 …: the rest is kept.
    assert_eq!(steps(&spikes.events()), [3, 5, 8, 10, 13, 15, 18, 20]);
    assert_eq!(
        steps(&thirds.events()),
        [8, 15],
        "the second event sees what the first has set"
    );
    assert!((ramp.x.get()?[[0]]).abs() < 1e-12);
    net.stop()
}

#[test]
fn the_declared_time_step_is_a_default() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let ramp: Ramp = net.add(Ramp::shape([1]).dt(0.25 * ms))?;
    net.run(RunSteps(3))?;
    assert_eq!(ramp.x.get()?[[0]], 0.75);
    net.stop()
}

neuron! {
    /// A held variable and one that is free.
    Held {
        dv/dt = 1 mV/ms : mV;
        dw/dt = v/(1 ms) : mV;
        input a_in: mV { v += a_in; }
        input b_in: mV { w = b_in; }
        spike when v >= 2 mV { v = 0; }
        refractory t_ref: ms = 3.0 for v;
        param dt: ms = 1.0;
        integrate by euler;
    }
}

#[test]
fn a_held_variable_waits_and_a_free_one_does_not() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let input = net.add(Source::data([[0.0], [0.0], [0.5], [0.0], [0.0], [0.0_f64]]))?;
    let neuron: Held<f64> = net.add(Held::shape([1]))?;
    input.s_out.connect(&neuron.a_in)?;
    let (v, w) = (net.probe(&neuron.v)?, net.probe(&neuron.w)?);
    let spikes = net.probe(&neuron.s_out)?;
    net.run(RunSteps(7))?;
    let column = |data: ArrayD<f64>| data.iter().copied().collect::<Vec<f64>>();
    // The jump of step 3 is in the refractory period, which lasts three steps.
    assert_eq!(column(v.data()), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(column(w.data()), [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0]);
    assert_eq!(steps(&spikes.events()), [2, 7]);
    net.stop()
}

#[test]
fn an_input_that_sets_a_variable_does_so_when_it_arrives() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let input = net.add(Source::data([[0.0], [0.0], [9.0], [0.0_f64]]))?;
    let neuron: Held<f64> = net.add(Held::shape([1]))?;
    input.s_out.connect(&neuron.b_in)?;
    let w = net.probe(&neuron.w)?;
    net.run(RunSteps(4))?;
    assert_eq!(
        w.data().iter().copied().collect::<Vec<f64>>(),
        [0.0, 1.0, 9.0, 9.0]
    );
    net.stop()
}

neuron! {
    /// Chance alone.
    Chance {
        var x: 1 = 0.0;
        param rho: Hz = 200.0;
        spike with rate rho { x += 1; }
    }
}

#[test]
fn escape_noise_has_its_rate_and_no_memory() -> lava::Result<()> {
    let counts = |workers, shards: usize| -> lava::Result<Vec<f32>> {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        net.set_shards(shards)?;
        net.set_seed(7)?;
        let neuron: Chance = net.add(Chance::shape([1000]))?;
        net.run(RunSteps(1000))?;
        let counts = neuron.x.get()?.iter().copied().collect();
        net.stop()?;
        Ok(counts)
    };
    let one = counts(1, 1)?;
    let mean = one.iter().sum::<f32>() / 1000.0;
    let variance = one.iter().map(|count| (count - mean).powi(2)).sum::<f32>() / 999.0;
    // 1,000 steps of 0.1 ms at 200 Hz: 1000·(1 − exp(−0.02)) = 19.80 ± 0.14, with variance 19.41.
    assert!((mean - 19.80).abs() < 0.45, "{mean}");
    assert!((variance - 19.41).abs() < 3.0, "{variance}");
    assert_eq!(one, counts(2, 3)?, "on any number of workers");
    Ok(())
}

neuron! {
    /// A neuron that is driven by a function of time and by a graded input, in volts.
    Driven {
        dv/dt = (2*amplitude*cos(2*t/(1 ms)) + i)/(1 ms) : V;
        const amplitude: V = 1.0;
        input i: mV;
        output v_out: mV = v;
        integrate by rk4;
        param dt: ms = 0.01;
    }
}

#[test]
fn time_inputs_and_outputs_have_units() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let input = net.add(Source::data([[500.0_f64]]))?;
    let neuron: Driven<f64> = net.add(Driven::shape([1]))?;
    input.s_out.connect(&neuron.i)?;
    let out = net.probe(&neuron.v_out)?;
    net.run(RunSteps(100))?;
    // v = sin(2t) + ∫ 0.5 V/ms dt over one step or over all: the source repeats its last row or ends.
    let v = neuron.v.get()?[[0]];
    let rest = v - 2.0_f64.sin();
    assert!(
        (rest - 0.005).abs() < 1e-9 || (rest - 0.5).abs() < 1e-9,
        "{rest}"
    );
    assert!((out.data()[[99, 0]] - 1000.0 * v).abs() < 1e-9);
    net.stop()
}

neuron! {
    /// Sends what `Driven` and `Follower` receive.
    Leader {
        dx/dt = 0.1/ms : 1;
        output v_out: V = x*1 V;
        output slope: mV/ms = 1 V/s;
    }
}

neuron! {
    /// Follows in the units that it receives.
    Follower {
        dv/dt = rate : mV;
        input rate: V/s;
        input level: V { w = level; }
        var w: mV = 0;
    }
}

#[test]
fn ports_with_one_unit_and_ports_without_a_unit_can_be_connected() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        leader:   Leader   = Leader::shape([2]);
        follower: Follower = Follower::shape([2]);
        sink:     lava::proc::Sink<f32> = lava::proc::Sink::shape([2]).steps(1);
        leader.slope -> follower.rate;
        leader.v_out -> [follower.level, sink.a_in];
    }?;
    net.run(RunSteps(10))?;
    // V/s is mV/ms.
    assert!((net.follower.v.get()?[[0]] - 1.0).abs() < 1e-5);
    assert!((net.follower.w.get()?[[1]] - 100.0).abs() < 1e-3);
    net.stop()
}

#[test]
fn a_step_that_diverges_names_variable_and_neuron() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let neuron = lava_examples::neurons::Izhikevich::shape([3]).a([0.02, 1e30, 0.02]);
    let _: lava_examples::neurons::Izhikevich = net.add(neuron)?;
    let error = net.run(RunSteps(100)).expect_err("it diverges").to_string();
    assert!(error.contains("`u` of neuron 1"), "{error}");
    net.stop()
}

#[test]
fn a_coefficient_that_is_no_number_is_named() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let neuron = lava_examples::neurons::LifExp::shape([2]).c_m([250.0, 1e-42]);
    let _: lava_examples::neurons::LifExp = net.add(neuron)?;
    let error = net
        .run(RunSteps(1))
        .expect_err("no finite number")
        .to_string();
    assert!(
        error.contains("neuron 1") && error.contains("`c_m` ="),
        "{error}"
    );
    net.stop()
}
