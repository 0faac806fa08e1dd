//! Sigma-delta networks and state-space units, against recorded numbers and closed forms.

use lava::network::{AnyTag, Overrides};
use lava::prelude::*;
use lava::proc::SigmaDeltaCorrected;
use lava::proc::{ActivationMode, Delta, S4d, Sigma, SigmaDelta, SigmaS4dDelta, Source};

use crate::support::{column, flat, loihi, run};

#[test]
fn delta_in_fixed_point_is_lavas() -> lava::Result<()> {
    let inputs = [0, 3, 3, 10, 10, -20, -20, 1];
    let delta = Delta::shape([1]).vth(4).spike_exp(1).state_exp(2);
    let (sent, residue) = run!(inputs, Delta<i32>: delta, a_in, s_out, residue);
    assert_eq!(flat(sent.data()), [0, 0, 0, 20, 0, -60, 0, 42]);
    assert_eq!(flat(residue.data()), [0, 24, 24, 0, 0, 0, 0, 0]);
    let delta = Delta::shape([1]).vth(4).cum_error(true);
    let (sent, error) = run!(inputs, Delta<i32>: delta, a_in, s_out, error);
    assert_eq!(flat(sent.data()), [0, 0, 3, 7, 0, -30, 0, 21]);
    assert_eq!(flat(error.data()), [0, 3, 0, 0, 0, 0, 0, 0]);
    Ok(())
}

/// The neuron of the next test.
fn sigma_delta<C>(net: &Network<C>) -> lava::Result<SigmaDelta<i32>>
where
    C: RunConfig<Protocol = Loihi, Tag = AnyTag, Resource = Cpu>,
{
    let source = net.add(Source::data(column(&[0, 15, 15, 50, 50, -100, -100, 5])))?;
    let neuron: SigmaDelta<i32> = net.add(SigmaDelta::shape([1]).vth(3).bias(2).state_exp(3))?;
    source.s_out.connect(&neuron.a_in)?;
    Ok(neuron)
}

#[test]
fn sigma_delta_in_fixed_point_is_lavas() -> lava::Result<()> {
    let net = loihi();
    let neuron = sigma_delta(&net)?;
    let sent = net.probe(&neuron.s_out)?;
    let (sigma, act) = (net.probe(&neuron.sigma)?, net.probe(&neuron.act)?);
    net.run(RunSteps(8))?;
    assert_eq!(flat(sent.data()), [0, 3, 0, 8, 6, -13, -6, 0]);
    assert_eq!(flat(sigma.data()), [0, 15, 30, 80, 130, 30, -70, -65]);
    assert_eq!(flat(act.data()), [16, 31, 46, 96, 146, 46, 0, 0]);
    Ok(())
}

/// Prefers the model that corrects what is rounded off.
struct Corrected;

impl RunConfig for Corrected {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;
    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<SigmaDelta<i32>, SigmaDeltaCorrected>();
    }
}

#[test]
fn a_configuration_can_correct_what_messages_round_off() -> lava::Result<()> {
    let net = Network::<Corrected>::new();
    let neuron = sigma_delta(&net)?;
    let sent = net.probe(&neuron.s_out)?;
    let act = net.probe(&neuron.act)?;
    net.run(RunSteps(8))?;
    // The activations are 16, 31, 46, 96, 146, 46, 0 and 0; a change of 24 is sent.
    assert_eq!(flat(sent.data()), [0, 3, 0, 9, 6, -13, -5, 0]);
    let known = flat(sent.data()).into_iter().scan(0, |known, sent| {
        *known += 8 * sent;
        Some(*known)
    });
    assert_eq!(flat(act.data()), known.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn a_sigma_follows_to_within_the_threshold() -> lava::Result<()> {
    let wave = |step: usize| (step as f64 * 0.1).sin() + 0.3 * (step as f64 * 0.37).cos();
    let inputs: Vec<f64> = (0..400).map(wave).collect();
    for vth in [0.01, 0.1, 0.5] {
        let net = network! { Loihi1SimCfg;
            input: Source<f64> = Source::data(column(&inputs));
            delta: Delta<f64>  = Delta::shape([1]).vth(vth);
            sigma: Sigma<f64>  = Sigma::shape([1]);
            input.s_out -> delta.a_in;
            delta.s_out -> sigma.a_in;
        }?;
        let output = net.probe(&net.sigma.s_out)?;
        net.run(RunSteps(400))?;
        for (output, input) in output.data().iter().zip(&inputs) {
            assert!((output - input).abs() < vth, "{output}, not {input}");
        }
    }
    Ok(())
}

#[test]
fn without_an_activation_function_negative_numbers_pass() -> lava::Result<()> {
    let unit = || SigmaDelta::<f32>::shape([1]).vth(0.0).bias(-0.5);
    let inputs = [1.0, -2.0, 0.25];
    let linear = unit().act_mode(ActivationMode::Unit);
    let (_, act) = run!(inputs, SigmaDelta: linear, a_in, s_out, act);
    assert_eq!(flat(act.data()), [0.5, -1.5, -1.25]);
    let (_, act) = run!(inputs, SigmaDelta: unit(), a_in, s_out, act);
    assert_eq!(flat(act.data()), [0.5, 0.0, 0.0]);
    Ok(())
}

#[test]
fn exponents_scale_a_floating_point_threshold_alone() -> lava::Result<()> {
    let delta = || Delta::<f64>::shape([1]).vth(1.0);
    let inputs = [3.0, 4.0, 8.0];
    let scaled = delta().spike_exp(1).state_exp(1);
    let (sent, _) = run!(inputs, Delta<f64>: scaled, a_in, s_out, act);
    assert_eq!(flat(sent.data()), [0.0, 4.0, 4.0]);
    let (sent, _) = run!(inputs, Delta<f64>: delta(), a_in, s_out, act);
    assert_eq!(flat(sent.data()), [3.0, 1.0, 4.0]);
    Ok(())
}

#[test]
fn a_state_space_unit_is_a_sum_of_decaying_turns() -> lava::Result<()> {
    // The response to an impulse: 2·Re(c·b·aⁿ).
    let (a, b, c) = ((0.9_f64, 0.4_f64), (0.7_f64, -0.2), (-0.3_f64, 0.5_f64));
    let mut impulse = vec![0.0; 50];
    impulse[0] = 1.0;
    let unit = S4d::shape([1]).a(a.0).b(b.0).c(c.0);
    let unit = unit.a_im(a.1).b_im(b.1).c_im(c.1);
    let (sent, _) = run!(impulse, S4d<f64>: unit, a_in, s_out, s4_state);
    let (gain, phase) = (a.0.hypot(a.1), a.1.atan2(a.0));
    let (re, im) = (b.0 * c.0 - b.1 * c.1, b.0 * c.1 + b.1 * c.0);
    for (n, sent) in sent.data().iter().enumerate() {
        let (n, turn) = (n as i32, phase * n as f64);
        let expected = 2.0 * gain.powi(n) * (re * turn.cos() - im * turn.sin());
        assert!((sent - expected).abs() < 1e-12, "{sent}, not {expected}");
    }
    Ok(())
}

#[test]
fn a_sigma_delta_unit_sends_what_its_state_space_model_does() -> lava::Result<()> {
    let changes = [1.0, 0.5, -2.0, 0.0, 0.25, 0.0, 0.0, 3.0];
    let mut total = 0.0;
    let sums = changes.map(|change| {
        total += change;
        total
    });
    let linear = S4d::shape([1]).a(0.6).b(1.1).c(-0.4);
    let (plain, _) = run!(sums, S4d<f64>: linear, a_in, s_out, s4_state);
    let unit = SigmaS4dDelta::shape([1]).vth(0.0).a(0.6).b(1.1).c(-0.4);
    let (sent, _) = run!(changes, SigmaS4dDelta<f64>: unit, a_in, s_out, act);
    let mut known = 0.0;
    for (sent, plain) in sent.data().iter().zip(&plain.data()) {
        known += sent;
        assert!((known - plain).abs() < 1e-12);
    }
    Ok(())
}

#[test]
fn fixed_point_sums_wrap_around() -> lava::Result<()> {
    let (sums, _) = run!([i32::MAX, 1], Sigma<i32>: Sigma::shape([1]), a_in, s_out, sigma);
    assert_eq!(flat(sums.data()), [i32::MAX, i32::MIN]);
    Ok(())
}
