//! The neurons of the field at the edges of their parameters and input: finite numbers, or an error
//! that names the parameter or the port.

use lava::prelude::*;
use lava::proc::{
    AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Izhikevich, Real, Source,
    TernaryLif,
};

use crate::support::{fails, loihi, steps_of};

/// The error of building a network of one process.
macro_rules! refused {
    ($process:ty, $builder:expr) => {{
        let net = loihi();
        let _: $process = net.add($builder)?;
        net.compile().unwrap_err().to_string()
    }};
}

#[test]
fn extreme_time_constants_give_finite_voltages() -> lava::Result<()> {
    fn check<T: Real>(tau_m: f64, tau: f64, dt: f64) -> lava::Result<()> {
        let net = loihi();
        let [tau_m, tau] = [tau_m, tau].map(T::of);
        let exp = IafPscExp::shape([1]).tau_m(tau_m).tau_syn_ex(tau);
        let exp: IafPscExp<T> = net.add(exp.i_ex(T::of(100.0)).i_e(T::of(10.0)).dt(dt))?;
        let alpha = IafPscAlpha::shape([1]).tau_m(tau_m).tau_syn_ex(tau);
        let alpha = alpha.i_ex(T::of(50.0)).di_ex(T::of(5.0)).i_e(T::of(10.0));
        // The growth per pA of input, e/tau, is to be finite.
        let alpha: Option<IafPscAlpha<T>> = match (tau.double() * T::max_value().double()) > 3.0 {
            true => Some(net.add(alpha.dt(dt))?),
            false => None,
        };
        let delta = IafPscDelta::shape([1]).tau_m(tau_m).i_e(T::of(10.0)).dt(dt);
        let delta: IafPscDelta<T> = net.add(delta)?;
        let cond = IafCondExp::shape([1])
            .tau_syn_ex(tau)
            .g_ex(T::of(5.0))
            .dt(dt);
        let cond: IafCondExp<T> = net.add(cond)?;
        net.run(RunSteps(3))?;
        let alpha = alpha.map(|neuron| neuron.v_m.get()).transpose()?;
        let others = [exp.v_m.get()?[0], delta.v_m.get()?[0], cond.v_m.get()?[0]];
        for v in others.into_iter().chain(alpha.map(|v| v[0])) {
            let v = v.double();
            assert!(
                (-71.0..0.0).contains(&v),
                "{v} mV, {tau_m:?}, {tau:?} and {dt} ms"
            );
        }
        Ok(())
    }
    let times = [
        5e-324, 1e-310, 1e-45, 1e-30, 1e-4, 1e-3, 1.0, 2.0, 1e4, 1e30, 1e38, 1e300,
    ];
    for tau_m in times {
        for tau in times {
            for dt in [0.1, 1.0] {
                check::<f64>(tau_m, tau, dt)?;
                if (1e-45..=1e38).contains(&tau_m) && (1e-45..=1e38).contains(&tau) {
                    check::<f32>(tau_m, tau, dt)?;
                }
            }
        }
    }
    Ok(())
}

#[test]
fn a_fast_membrane_follows_its_current() -> lava::Result<()> {
    let net = loihi();
    let neuron: IafPscExp<f64> = net.add(IafPscExp::shape([1]).tau_m(1e-4).i_ex(100.0))?;
    net.run(RunSteps(1))?;
    let v = neuron.v_m.get()?[0];
    // 100 pA, decayed for a step, times 1e-4 ms / 250 pF.
    let expected = -70.0 + 100.0 * (-0.05_f64).exp() * 1e-4 / 250.0;
    assert!((v - expected).abs() < 1e-8, "{v}");
    Ok(())
}

#[test]
fn a_parameter_without_a_finite_step_is_named() -> lava::Result<()> {
    let error = refused!(IafPscExp<f64>, IafPscExp::shape([1]).c_m(5e-324));
    assert!(
        error.contains("`c_m` of 5e-324") && error.contains("IafPscExp_0"),
        "{error}"
    );
    let error = refused!(IafPscExp, IafPscExp::shape([2]).c_m([250.0, 1e-40]));
    assert!(
        error.contains("neuron 1") && error.contains("`c_m`"),
        "{error}"
    );
    let error = refused!(IafPscAlpha, IafPscAlpha::shape([1]).tau_syn_in(1e-40));
    assert!(error.contains("`tau_syn_in` of"), "{error}");
    let error = refused!(IafPscDelta, IafPscDelta::shape([1]).c_m(1e-20).i_e(1e30));
    assert!(error.contains("`i_e` of 1"), "{error}");
    let error = refused!(IafCondExp, IafCondExp::shape([1]).c_m(1e-45));
    assert!(error.contains("`c_m`"), "{error}");
    let error = refused!(IafCondExp, IafCondExp::shape([1]).g_l(1e-40).i_e(1e10));
    assert!(error.contains("`g_l`"), "{error}");
    let error = refused!(AeifCondExp, AeifCondExp::shape([1]).delta_t(1e-45));
    assert!(error.contains("`delta_t`"), "{error}");
    let error = refused!(AeifCondExp<f64>, AeifCondExp::shape([1]).tau_w(0.05));
    assert!(
        error.contains("`tau_w`") && error.contains("0.1 ms"),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_current_that_is_set_has_a_finite_effect_or_is_refused() -> lava::Result<()> {
    let net = loihi();
    let neuron: IafPscDelta = net.add(IafPscDelta::shape([2]).c_m(1e-20))?;
    net.run(RunSteps(1))?;
    let error = neuron.i_e.set([1.0, 1e30]).unwrap_err().to_string();
    assert!(
        error.contains("`i_e`") && error.contains("neuron 1"),
        "{error}"
    );
    Ok(())
}

#[test]
fn izhikevichs_recovery_that_diverges_ends_the_run() -> lava::Result<()> {
    let net = loihi();
    let neuron: Izhikevich<f64> = net.add(Izhikevich::shape([3]).a([0.02, 0.02, 1e308]))?;
    let error = net.run(RunSteps(100)).unwrap_err().to_string();
    assert!(
        error.contains("Izhikevich_0") && error.contains("neuron 2"),
        "{error}"
    );
    assert!(
        error.contains("`a` = 1e308") && error.contains("step"),
        "{error}"
    );
    drop(neuron);
    Ok(())
}

#[test]
fn conductances_beyond_the_bound_of_stability_end_the_run() -> lava::Result<()> {
    let net = loihi();
    let neuron: AeifCondExp = net.add(AeifCondExp::shape([300]).name("cells"))?;
    let mut g_in = vec![0.0; 300];
    g_in[299] = 1e4;
    net.run(RunSteps(5))?;
    neuron.g_in.set(g_in)?;
    let error = net.run(RunSteps(1)).unwrap_err().to_string();
    assert!(
        error.contains("`cells`") && error.contains("step 6"),
        "{error}"
    );
    assert!(
        error.contains("neuron 299") && error.contains("10000.0 nS"),
        "{error}"
    );
    Ok(())
}

/// The spikes of a neuron under constant excitation and inhibition of the given strength.
macro_rules! under {
    ($process:ident { $($parameter:ident = $value:expr),* }: $exc:expr, $inh:expr) => {{
        let net = network! { Loihi1SimCfg;
            exc:    Source<f64>   = Source::data([[$exc]]);
            inh:    Source<f64>   = Source::data([[$inh]]);
            neuron: $process<f64> = $process::shape([1])$(.$parameter($value))*;
            exc.s_out -> neuron.exc_in;
            inh.s_out -> neuron.inh_in;
        }?;
        let spikes = net.probe(&net.neuron.s_out)?;
        net.run(RunSteps(2000)).map(|()| steps_of(&spikes.events(), 0).len())
    }};
}

#[test]
fn inhibition_is_negative_in_every_neuron() -> lava::Result<()> {
    let free = [
        under!(IafPscExp {}: 100.0, 0.0)?,
        under!(IafPscAlpha {}: 15.0, 0.0)?,
        under!(IafCondExp {}: 10.0, 0.0)?,
        under!(AeifCondExp {}: 40.0, 0.0)?,
    ];
    let inhibited = [
        under!(IafPscExp {}: 100.0, -60.0)?,
        under!(IafPscAlpha {}: 15.0, -5.0)?,
        under!(IafCondExp {}: 10.0, -10.0)?,
        under!(AeifCondExp {}: 40.0, -40.0)?,
    ];
    for (free, inhibited) in free.iter().zip(&inhibited) {
        assert!(
            *free > 10 && inhibited < free,
            "{free} and {inhibited} spikes"
        );
    }
    // A conductance has no sign.
    assert_eq!(under!(IafCondExp {}: 10.0, 10.0)?, inhibited[2]);
    assert_eq!(under!(AeifCondExp {}: 40.0, 40.0)?, inhibited[3]);
    Ok(())
}

#[test]
fn input_of_the_wrong_sign_is_an_error_that_names_the_port() -> lava::Result<()> {
    let wrong = [
        (under!(IafPscExp {}: 1.0, 2.0), "`inh_in`"),
        (under!(IafPscAlpha {}: 1.0, 2.0), "`inh_in`"),
        (under!(IafCondExp {}: -1.0, 2.0), "`exc_in`"),
        (under!(AeifCondExp {}: -1.0, 2.0), "`exc_in`"),
    ];
    for (result, port) in wrong {
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains(port) && error.contains("`neuron`"),
            "{error}"
        );
        assert!(error.contains("step 1"), "{error}");
    }
    Ok(())
}

#[test]
fn a_reset_at_or_above_the_threshold_is_refused() -> lava::Result<()> {
    let exp = IafPscExp::shape([1]).v_reset(-50.0).v_th(-55.0).i_e(500.0);
    let error = refused!(IafPscExp, exp);
    assert!(
        error.contains("`v_reset` is -50.0 mV and `v_th` -55.0 mV"),
        "{error}"
    );
    let error = refused!(IafPscDelta, IafPscDelta::shape([2]).v_reset([-70.0, -55.0]));
    assert!(error.contains("neuron 1"), "{error}");
    let error = refused!(IafCondExp, IafCondExp::shape([1]).v_th(-80.0));
    assert!(error.contains("`v_th` -80.0"), "{error}");
    let error = refused!(AeifCondExp, AeifCondExp::shape([1]).v_reset(30.0));
    assert!(error.contains("`v_peak` 20.0"), "{error}");
    let error = refused!(
        AeifCondExp,
        AeifCondExp::shape([1]).v_reset(-50.0).delta_t(0.0)
    );
    assert!(error.contains("`v_th` -50.4"), "{error}");
    Ok(())
}

#[test]
fn without_an_upstroke_an_adaptive_neuron_is_a_leaky_one() -> lava::Result<()> {
    let net = loihi();
    let adaptive = AeifCondExp::shape([1])
        .delta_t(0.0)
        .a(0.0)
        .b(0.0)
        .v_peak(100.0);
    let adaptive: AeifCondExp<f64> = net.add(adaptive.v_m(-60.0).v_reset(-60.0).i_e(800.0))?;
    let leaky = IafCondExp::shape([1])
        .c_m(281.0)
        .g_l(30.0)
        .e_l(-70.6)
        .t_ref(0.0);
    let leaky = leaky.v_m(-60.0).v_reset(-60.0).v_th(-50.4).i_e(800.0);
    let leaky: IafCondExp<f64> = net.add(leaky)?;
    let [adaptive, leaky] = [&adaptive.s_out, &leaky.s_out].map(|s_out| net.probe(s_out));
    net.run(RunSteps(1000))?;
    let expected = leaky?.events();
    assert!(expected.len() > 5, "{expected:?}");
    assert_eq!(adaptive?.events(), expected);
    Ok(())
}

#[test]
fn adaptation_without_an_upstroke_lengthens_the_intervals() -> lava::Result<()> {
    let net = loihi();
    let neuron: AeifCondExp = net.add(AeifCondExp::shape([1]).delta_t(0.0).i_e(1000.0))?;
    let spikes = net.probe(&neuron.s_out)?;
    net.run(RunSteps(3000))?;
    let steps = steps_of(&spikes.events(), 0);
    let intervals: Vec<u64> = steps.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        intervals.len() > 4 && intervals[0] < intervals[3],
        "{intervals:?}"
    );
    Ok(())
}

#[test]
fn two_sets_in_either_order_reach_a_valid_pair() -> lava::Result<()> {
    for v_th_first in [true, false] {
        let net = loihi();
        let neuron: IafPscExp = net.add(IafPscExp::shape([1]).name("cell"))?;
        net.run(RunSteps(1))?;
        if v_th_first {
            neuron.v_th.set(-75.0)?;
            neuron.v_reset.set(-80.0)?;
        } else {
            neuron.v_reset.set(-50.0)?;
            neuron.v_th.set(-45.0)?;
        }
        net.run(RunSteps(1))?;
    }
    Ok(())
}

#[test]
fn a_pair_that_is_not_valid_keeps_a_run_from_starting() -> lava::Result<()> {
    let net = loihi();
    let neuron: AeifCondExp = net.add(AeifCondExp::shape([2]).name("cell"))?;
    net.run(RunSteps(3))?;
    neuron.v_reset.set([-70.0, 25.0])?;
    fails(
        net.run(RunSteps(1)),
        &["`cell`", "`v_reset` is 25.0", "`v_peak`", "neuron 1"],
    );
    assert_eq!(net.time_step(), 3);
    neuron.v_peak.set(30.0)?;
    net.run(RunSteps(1))?;
    let net = loihi();
    let ternary: TernaryLif = net.add(TernaryLif::shape([1]))?;
    net.run(RunSteps(1))?;
    ternary.vth_lo.set(20.0)?;
    fails(net.run(RunSteps(1)), &["`vth_lo`"]);
    ternary.vth_hi.set(30.0)?;
    net.run(RunSteps(1))
}
