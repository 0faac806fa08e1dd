//! The neurons of the field and their input, against closed forms and finely integrated
//! references.

use lava::prelude::*;
use lava::proc::{AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Izhikevich};
use lava::proc::{Real, Source};
use ndarray::Array2;

use crate::support::{loihi, once, steps_of};

#[test]
fn a_current_moves_the_voltage_as_its_closed_form_says() -> lava::Result<()> {
    const STEPS: usize = 600;
    let (tau_m, c_m) = (10.0, 250.0);
    for (excitatory, tau, weight) in [
        (true, 2.0, 800.0),
        (false, 7.0, -500.0),
        (true, 10.0, 300.0),
    ] {
        let net = loihi();
        let source: Source<f64> = net.add(Source::data(once(weight, STEPS)))?;
        let neuron: IafPscExp<f64> = net.add(match excitatory {
            true => IafPscExp::shape([1]).tau_syn_ex(tau),
            false => IafPscExp::shape([1]).tau_syn_in(tau),
        })?;
        match excitatory {
            true => source.s_out.connect(&neuron.exc_in)?,
            false => source.s_out.connect(&neuron.inh_in)?,
        }
        let v = net.probe(&neuron.v_m)?;
        net.run(RunSteps(STEPS as u64))?;
        for (step, v) in v.data().iter().enumerate() {
            // The input arrives at the end of the first step.
            let t = step as f64 * 0.1;
            let response = match tau == tau_m {
                true => t * (-t / tau_m).exp() / c_m,
                false => {
                    let factor = tau * tau_m / (tau_m - tau) / c_m;
                    factor * ((-t / tau_m).exp() - (-t / tau).exp())
                }
            };
            let error = v - (-70.0 + weight * response);
            assert!(
                error.abs() < 1e-10,
                "{error:e} mV, {t} ms after an input with {tau} ms"
            );
        }
    }
    Ok(())
}

/// The voltage at `t` above rest after an alpha-shaped current that is highest, 1, at `tau`: its equation integrated
/// by Simpson's rule.
fn after_alpha(t: f64, tau: f64, tau_m: f64, c_m: f64) -> f64 {
    const PARTS: usize = 4000;
    let inner = |s: f64| s / tau * (1.0 - s / tau).exp() * (-(t - s) / tau_m).exp() / c_m;
    let h = t / PARTS as f64;
    let weights = |n| {
        if n == 0 || n == PARTS {
            1.0
        } else {
            2.0 + 2.0 * f64::from(n as u8 & 1)
        }
    };
    (0..=PARTS)
        .map(|n| weights(n) * inner(n as f64 * h))
        .sum::<f64>()
        * h
        / 3.0
}

#[test]
fn an_alpha_shaped_current_moves_the_voltage_as_its_equation_says() -> lava::Result<()> {
    const STEPS: usize = 300;
    for (excitatory, tau, tau_m, weight) in [
        (true, 2.0, 10.0, 300.0),
        (false, 7.0, 10.0, -200.0),
        (true, 10.0, 10.0, 100.0),
        (false, 10.0, 10.0 + 1e-9, -100.0),
        (true, 15.0, 1.0, 100.0),
    ] {
        let net = loihi();
        let source: Source<f64> = net.add(Source::data(once(weight, STEPS)))?;
        let neuron = IafPscAlpha::shape([1]).tau_m(tau_m);
        let neuron: IafPscAlpha<f64> = net.add(match excitatory {
            true => neuron.tau_syn_ex(tau),
            false => neuron.tau_syn_in(tau),
        })?;
        let (port, current) = match excitatory {
            true => (&neuron.exc_in, &neuron.i_ex),
            false => (&neuron.inh_in, &neuron.i_in),
        };
        source.s_out.connect(port)?;
        let (v, current) = (net.probe(&neuron.v_m)?, net.probe(current)?);
        net.run(RunSteps(STEPS as u64))?;
        for (step, (v, current)) in v.data().iter().zip(&current.data()).enumerate() {
            // The input arrives at the end of the first step.
            let t = step as f64 * 0.1;
            let alpha = weight * t / tau * (1.0 - t / tau).exp();
            assert!((current - alpha).abs() < 1e-10, "{current} pA after {t} ms");
            let error = v - (-70.0 + weight * after_alpha(t, tau, tau_m, 250.0));
            assert!(
                error.abs() < 1e-9,
                "{error:e} mV, {t} ms after an input with {tau} ms"
            );
        }
    }
    Ok(())
}

#[test]
fn single_precision_stays_within_a_hundredth_of_a_millivolt() -> lava::Result<()> {
    fn voltage<T: Real>() -> lava::Result<Vec<f64>> {
        let net = loihi();
        let neuron: IafPscExp<T> = net.add(IafPscExp::shape([1]).i_e(T::of(370.0)))?;
        let v = net.probe(&neuron.v_m)?;
        net.run(RunSteps(2000))?;
        Ok(v.data().iter().map(|v| v.double()).collect())
    }
    let (single, double) = (voltage::<f32>()?, voltage::<f64>()?);
    for (single, double) in single.iter().zip(double) {
        assert!((single - double).abs() < 0.01, "{single} mV, not {double}");
    }
    Ok(())
}

#[test]
fn intervals_under_constant_current_are_the_closed_form() -> lava::Result<()> {
    let currents = [380.0, 400.0, 500.0, 750.0, 1500.0];
    let (tau_m, c_m, threshold, dt, refractory) = (10.0, 250.0, 15.0, 0.1, 20);
    let net = loihi();
    let exp: IafPscExp<f64> = net.add(IafPscExp::shape([5]).i_e(currents))?;
    let delta: IafPscDelta<f64> = net.add(IafPscDelta::shape([5]).i_e(currents))?;
    let alpha: IafPscAlpha<f64> = net.add(IafPscAlpha::shape([5]).i_e(currents))?;
    let spikes = [&exp.s_out, &delta.s_out, &alpha.s_out].map(|port| net.probe(port));
    net.run(RunSteps(3000))?;
    for (neuron, current) in (0..).zip(currents) {
        let drive: f64 = current * tau_m / c_m;
        let climb = (tau_m * (drive / (drive - threshold)).ln() / dt).ceil() as u64;
        let expected = (0..).map(|spike| climb + spike * (climb + refractory));
        let expected: Vec<u64> = expected.take_while(|step| *step <= 3000).collect();
        for spikes in &spikes {
            let spikes = spikes.as_ref().expect("a port of the network");
            assert_eq!(
                steps_of(&spikes.events(), neuron),
                expected,
                "at {current} pA"
            );
        }
    }
    Ok(())
}

#[test]
fn the_refractory_period_is_exact_in_steps() -> lava::Result<()> {
    let periods = [0.0, 0.1, 0.24, 0.26, 2.0];
    let net = loihi();
    let source: Source = net.add(Source::data(Array2::from_elem((1, 5), 100.0)))?;
    let neurons: IafPscDelta = net.add(IafPscDelta::shape([5]).t_ref(periods.map(|t| t as f32)))?;
    source.s_out.connect(&neurons.a_in)?;
    let spikes = net.probe(&neurons.s_out)?;
    let v = net.probe(&neurons.v_m)?;
    net.run(RunSteps(50))?;
    assert!(
        v.data().iter().all(|v| *v == -70.0),
        "all fire whenever they may"
    );
    for (neuron, interval) in (0..).zip([1, 2, 3, 4, 21]) {
        let expected: Vec<u64> = (1..=50).step_by(interval).collect();
        assert_eq!(steps_of(&spikes.events(), neuron), expected);
    }
    Ok(())
}

#[test]
fn currents_evolve_while_the_voltage_is_held() -> lava::Result<()> {
    let net = loihi();
    let source: Source<f64> = net.add(Source::data(once(1000.0, 100)))?;
    let neuron: IafPscExp<f64> = net.add(IafPscExp::shape([1]).v_m(-50.0))?;
    source.s_out.connect(&neuron.exc_in)?;
    net.run(RunSteps(1))?;
    assert_eq!(neuron.i_ex.get()?[0], 1000.0, "after the decay");
    assert_eq!(
        (neuron.v_m.get()?[0], neuron.refractory.get()?[0]),
        (-70.0, 20)
    );
    net.run(RunSteps(20))?;
    assert!((neuron.i_ex.get()?[0] - 1000.0 * (-1.0_f64).exp()).abs() < 1e-9);
    assert_eq!(
        (neuron.v_m.get()?[0], neuron.refractory.get()?[0]),
        (-70.0, 0)
    );
    net.run(RunSteps(1))?;
    assert!(neuron.v_m.get()?[0] > -70.0);
    Ok(())
}

/// The voltage of a conductance-based neuron under `g_ex` and `g_in`, after `time` ms, by the
/// classical Runge–Kutta method with a step of 1 µs.
fn conductance_reference(time: f64, g_ex: f64, g_in: f64) -> f64 {
    let change = |v: f64, t: f64| {
        let (g_ex, g_in) = (g_ex * (-t / 5.0).exp(), g_in * (-t / 10.0).exp());
        (-10.0 * (v + 60.0) - g_ex * v - g_in * (v + 80.0)) / 200.0
    };
    let dt = 1e-3;
    (0..(time / dt).round() as u32).fold(-60.0, |v, step| {
        let t = f64::from(step) * dt;
        let first = change(v, t);
        let second = change(v + dt / 2.0 * first, t + dt / 2.0);
        let third = change(v + dt / 2.0 * second, t + dt / 2.0);
        let fourth = change(v + dt * third, t + dt);
        v + dt / 6.0 * (first + 2.0 * (second + third) + fourth)
    })
}

/// The neuron of COBA, Brette et al. (2007), with these conductances at the start.
fn coba(dt: f64, steps: u64, g_ex: f64, g_in: f64) -> lava::Result<f64> {
    let net = loihi();
    let neuron: IafCondExp<f64> = net.add(
        IafCondExp::shape([1])
            .v_m(-60.0)
            .g_ex(g_ex)
            .g_in(g_in)
            .c_m(200.0)
            .g_l(10.0)
            .e_l(-60.0)
            .e_in(-80.0)
            .tau_syn_ex(5.0)
            .tau_syn_in(10.0)
            .v_th(1000.0)
            .dt(dt),
    )?;
    net.run(RunSteps(steps))?;
    Ok(neuron.v_m.get()?[0])
}

#[test]
fn a_conductance_moves_the_voltage_as_a_fine_integration_says() -> lava::Result<()> {
    for (g_ex, g_in, bound) in [(6.0, 0.0, 1e-4), (0.0, 67.0, 2e-4), (60.0, 200.0, 2e-3)] {
        for time in [1.0, 5.0, 20.0] {
            let v = coba(0.1, (time * 10.0) as u64, g_ex, g_in)?;
            let error = v - conductance_reference(time, g_ex, g_in);
            assert!(
                error.abs() < bound,
                "{error:e} mV at {time} ms with {g_ex}, {g_in} nS"
            );
        }
    }
    Ok(())
}

#[test]
fn the_error_of_conductances_is_of_second_order() -> lava::Result<()> {
    let exact = conductance_reference(8.0, 60.0, 200.0);
    let error = |dt: f64| coba(dt, (8.0 / dt) as u64, 60.0, 200.0).map(|v| (v - exact).abs());
    let ratio = error(0.5)? / error(0.25)?;
    assert!(
        (3.5..4.5).contains(&ratio),
        "half the step, {ratio} times less error"
    );
    Ok(())
}

#[test]
fn izhikevichs_regular_spiking_is_that_of_his_program() -> lava::Result<()> {
    // The paper's program, in its order: the reset comes at the beginning of the next step.
    let (mut v, mut u) = (-65.0_f64, -13.0);
    let mut expected = Vec::new();
    for step in 1..=1000 {
        if v >= 30.0 {
            (v, u) = (-65.0, u + 8.0);
        }
        v += 0.5 * (0.04 * v.powi(2) + 5.0 * v + 140.0 - u + 10.0);
        v += 0.5 * (0.04 * v.powi(2) + 5.0 * v + 140.0 - u + 10.0);
        u += 0.02 * (0.2 * v - u);
        if v >= 30.0 {
            expected.push(step);
        }
    }
    assert_eq!(expected[..6], [4, 31, 79, 141, 195, 243]);
    let net = loihi();
    let source: Source<f64> = net.add(Source::data([[4.0]]))?;
    let neuron: Izhikevich<f64> = net.add(Izhikevich::shape([1]).i_e(6.0))?;
    source.s_out.connect(&neuron.a_in)?;
    let spikes = net.probe(&neuron.s_out)?;
    net.run(RunSteps(1000))?;
    assert_eq!(steps_of(&spikes.events(), 0), expected);
    Ok(())
}

/// Spike times in ms of an adaptive exponential neuron with the defaults, by Euler's method with
/// a step of 0.1 µs.
fn adaptive_reference(a: f64, b: f64, v_reset: f64, current: f64, time: f64) -> Vec<f64> {
    let (dt, mut v, mut w) = (1e-4, -70.6, 0.0);
    let mut times = Vec::new();
    for step in 1..=(time / dt) as u64 {
        let runaway = 60.0 * ((v + 50.4_f64) / 2.0).exp();
        let dv = (-30.0 * (v + 70.6) + runaway - w + current) / 281.0;
        w += dt * (a * (v + 70.6) - w) / 144.0;
        v += dt * dv;
        if v >= 20.0 {
            (v, w) = (v_reset, w + b);
            times.push(step as f64 * dt);
        }
    }
    times
}

#[test]
fn adaptive_neurons_spike_when_a_fine_integration_does() -> lava::Result<()> {
    // Tonic, adapting, and bursting.
    let cases = [
        (0.0, 0.0, -70.6, 800.0),
        (4.0, 80.5, -70.6, 1000.0),
        (4.0, 80.5, -47.4, 800.0),
    ];
    for (a, b, v_reset, current) in cases {
        let expected = adaptive_reference(a, b, v_reset, current, 400.0);
        let net = loihi();
        let neuron = AeifCondExp::shape([1]).a(a).b(b).v_reset(v_reset);
        let neuron: AeifCondExp<f64> = net.add(neuron.i_e(current).dt(0.02))?;
        let spikes = net.probe(&neuron.s_out)?;
        net.run(RunSteps(20_000))?;
        let steps = steps_of(&spikes.events(), 0);
        assert_eq!(
            steps.len(),
            expected.len(),
            "at {current} pA, reset to {v_reset} mV"
        );
        assert!(steps.len() > 8);
        for (spike, (step, expected)) in steps.iter().zip(&expected).enumerate() {
            let error = *step as f64 * 0.02 - expected;
            assert!(
                error.abs() < 0.04 * (spike + 1) as f64,
                "{error} ms at {expected} ms"
            );
        }
    }
    Ok(())
}

#[test]
fn an_adaptive_neuron_in_single_precision_survives_any_threshold() -> lava::Result<()> {
    let net = loihi();
    let neuron = AeifCondExp::shape([2])
        .delta_t([0.01, 2.0])
        .i_e([2000.0, 1e7]);
    let neuron: AeifCondExp = net.add(neuron)?;
    let spikes = net.probe(&neuron.s_out)?;
    net.run(RunSteps(1000))?;
    assert!(spikes.counts().iter().all(|count| *count > 5));
    assert!(
        neuron
            .v_m
            .get()?
            .iter()
            .chain(&neuron.w.get()?)
            .all(|x| x.is_finite())
    );
    Ok(())
}

#[test]
fn parameters_can_differ_and_be_set_between_runs() -> lava::Result<()> {
    let net = loihi();
    let neurons: IafPscExp = net.add(IafPscExp::shape([300]).i_e(0.0))?;
    let spikes = net.probe(&neurons.s_out)?;
    net.run(RunSteps(200))?;
    assert_eq!(spikes.events().len(), 0);
    let mut currents = vec![0.0; 300];
    currents[299] = 1000.0;
    neurons.i_e.set(currents)?;
    net.run(RunSteps(200))?;
    assert!(
        spikes
            .counts()
            .iter()
            .enumerate()
            .all(|(n, count)| (*count > 0) == (n == 299))
    );
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused() -> lava::Result<()> {
    let net = loihi();
    let refused = |neuron: lava::Result<IafPscExp>| neuron.unwrap_err().to_string();
    let error = refused(net.add(IafPscExp::shape([1]).tau_m(0.0)));
    assert!(error.contains(".tau_m`"), "{error}");
    let error = refused(net.add(IafPscExp::shape([1]).t_ref(-1.0)));
    assert!(error.contains("0.0 ≤ value < inf"), "{error}");
    for dt in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let net = loihi();
        let _: IafCondExp = net.add(IafCondExp::shape([1]).dt(dt))?;
        let error = net.run(RunSteps(1)).unwrap_err();
        assert!(error.to_string().contains("time step"), "{error}");
    }
    Ok(())
}

/// An input of `weight` in every `interval`th step.
fn every(interval: usize, weight: f64) -> Array2<f64> {
    let mut rows = Array2::zeros((interval, 1));
    rows[[interval - 1, 0]] = weight;
    rows
}

/// The spikes of a neuron in 1000 steps, under regular input to two of its ports.
macro_rules! spikes_under_input {
    ($process:ident { $neuron:expr }: $first:ident <- $weight:expr, $second:ident <- $other:expr) => {{
        let net = network! { Loihi1SimCfg;
            first:  Source<f64>   = Source::data(every(7, $weight));
            second: Source<f64>   = Source::data(every(13, $other));
            neuron: $process<f64> = $neuron;
            first.s_out -> neuron.$first;
            second.s_out -> neuron.$second;
        }?;
        let spikes = net.probe(&net.neuron.s_out)?;
        net.run(RunSteps(1000))?;
        steps_of(&spikes.events(), 0)
    }};
}

#[test]
fn spikes_are_where_nest_has_them() -> lava::Result<()> {
    // Recorded with NEST 3.10, resolution 0.1 ms, delay 0.1 ms, inputs sent a step before.
    let exp = IafPscExp::shape([1]).tau_syn_in(5.0).i_e(100.0);
    assert_eq!(
        spikes_under_input!(IafPscExp { exp }: exc_in <- 300.0, inh_in <- -100.0),
        [101, 225, 351, 478, 605, 732, 858, 985]
    );
    let alpha = IafPscAlpha::shape([1]).tau_syn_in(5.0).i_e(100.0);
    assert_eq!(
        spikes_under_input!(IafPscAlpha { alpha }: exc_in <- 100.0, inh_in <- -20.0),
        [107, 204, 306, 409, 512, 615, 718, 821, 924]
    );
    let delta = IafPscDelta::shape([1]);
    assert_eq!(
        spikes_under_input!(IafPscDelta { delta }: a_in <- 1.5, a_in <- -0.5),
        [168, 350, 532, 714, 896]
    );
    let cond = IafCondExp::shape([1]);
    assert_eq!(
        spikes_under_input!(IafCondExp { cond }: exc_in <- 45.0, inh_in <- 10.0),
        [220, 415, 598, 780, 962]
    );
    let adaptive = AeifCondExp::shape([1]).i_e(700.0);
    let spikes = spikes_under_input!(AeifCondExp { adaptive }: exc_in <- 60.0, inh_in <- 10.0);
    let expected = [90, 197, 321, 464, 633, 834];
    assert_eq!(spikes.len(), expected.len());
    for (late, (spike, expected)) in (1..).zip(spikes.iter().zip(expected)) {
        // NEST follows the runaway in steps as short as it takes.
        assert!(
            (expected..=expected + 2 * late).contains(spike),
            "{spike}, not {expected}"
        );
    }
    Ok(())
}
