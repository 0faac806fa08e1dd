//! Leaky integrate-and-fire neurons, in steps and in continuous time.

use lava::Result;
use lava::dnf::{Field, FieldKernel, bump};
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::{
    AtrLif, ContinuousLif, LeakyIntegrator, LearningLif, Lif, LifRefractory, LifReset, Source,
    StepFunction, TernaryLif,
};
use ndarray::Axis;

use crate::sheet::{Sheet, numbers, pulses, wave};

pub(crate) const PICTURES: crate::Family = &[
    ("lif", lif),
    ("learning_lif", learning_lif),
    ("lif_reset", lif_reset),
    ("lif_refractory", lif_refractory),
    ("ternary_lif", ternary_lif),
    ("atr_lif", atr_lif),
    ("continuous_lif", continuous_lif),
    ("leaky_integrator", leaky_integrator),
    ("step_function", step_function),
    ("field", field),
];

const PULSES: [usize; 9] = [5, 20, 25, 30, 35, 60, 63, 66, 69];

fn lif() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(pulses(100, 0.3, &PULSES));
        lif:   Lif    = Lif::shape([1]).du(0.3).dv(0.05).vth(1.5);
        input.s_out -> lif.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .lines("u", &[("", &net.lif.u)])?
        .lines("v", &[("", &net.lif.v)])?
        .marked(&net.lif.s_out)?
        .level("vth", 1.5)
        .run(100)
}

fn learning_lif() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        reward: Source      = Source::data(numbers(100, |step| if step > 60 { 1.0 } else { 0.0 }));
        lif:    LearningLif = LearningLif::shape([1]).bias_mant(0.15).dv(0.03).vth(1.5).y1_tau(15.0);
        reward.s_out -> lif.a_third_factor_in;
    }?;
    Sheet::of(&net)
        .lines("v", &[("", &net.lif.v)])?
        .marked(&net.lif.s_out_bap)?
        .lines("trace y1", &[("", &net.lif.s_out_y1)])?
        .lines("factor y2", &[("", &net.lif.s_out_y2)])?
        .run(100)
}

fn lif_reset() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source   = Source::data(numbers(100, |step| 0.03 + 0.02 * wave(step, 40.0)));
        lif:   LifReset = LifReset::shape([1]).du(1.0).vth(10.0).reset_interval(25);
        input.s_out -> lif.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .lines("v", &[("", &net.lif.v)])?
        .run(100)
}

fn lif_refractory() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        lif: LifRefractory = LifRefractory::shape([1]).bias_mant(0.2).dv(0.05).vth(1.5).refractory_period(15);
    }?;
    Sheet::of(&net)
        .lines("v", &[("", &net.lif.v)])?
        .marked(&net.lif.s_out)?
        .level("vth", 1.5)
        .run(100)
}

fn ternary_lif() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source     = Source::data(numbers(100, |step| 0.25 * wave(step, 50.0)));
        lif:   TernaryLif = TernaryLif::shape([1]).du(1.0).vth_hi(1.0).vth_lo(-1.0);
        input.s_out -> lif.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .lines("v", &[("", &net.lif.v)])?
        .level("vth_hi", 1.0)
        .level("vth_lo", -1.0)
        .bars("s_out", &net.lif.s_out)?
        .run(100)
}

fn atr_lif() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(numbers(100, |step| if step > 10 { 2.4 } else { 0.0 }));
        lif:   AtrLif = AtrLif::shape([1]).delta_theta(0.05).theta_step(1.5);
        input.s_out -> lif.a_in;
    }?;
    Sheet::of(&net)
        .lines("current i", &[("", &net.lif.i)])?
        .lines(
            "voltage",
            &[
                ("v", &net.lif.v),
                ("theta", &net.lif.theta),
                ("r", &net.lif.r),
            ],
        )?
        .marked(&net.lif.s_out)?
        .run(100)
}

fn continuous_lif() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source        = Source::data(pulses(120, 1.0, &PULSES));
        lif:   ContinuousLif = ContinuousLif::shape([1]).has_current(true).w_in(6.0);
        input.s_out -> lif.a_in;
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .bars("a_in", &net.input.s_out)?
        .lines("current i", &[("", &net.lif.i)])?
        .lines("voltage v", &[("", &net.lif.v)])?
        .marked(&net.lif.s_out)?
        .level("v_threshold", 1.0)
        .run(120)
}

fn leaky_integrator() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:      Source          = Source::data(pulses(120, 1.0, &PULSES));
        integrator: LeakyIntegrator = LeakyIntegrator::shape([1]).w_in(3.0);
        input.s_out -> integrator.a_in;
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .bars("a_in", &net.input.s_out)?
        .lines("v_out", &[("", &net.integrator.v_out)])?
        .run(120)
}

fn step_function() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source       = Source::data(numbers(100, |step| wave(step, 40.0)));
        step:  StepFunction = StepFunction::shape([1]).threshold(0.5);
        input.s_out -> step.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .level("threshold", 0.5)
        .marked(&net.step.s_out)?
        .run(100)
}

fn field() -> Result<Figure> {
    let (strong, weak) = (
        bump(&[40], &[10.0], 2.0, 0.6),
        bump(&[40], &[30.0], 2.0, 0.5),
    );
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data((strong + weak).insert_axis(Axis(0)));
        field: Field  = Field::shape([40]).kernel(FieldKernel::selective(0.4, [3.0], -0.25));
        input.s_out -> field.a_in;
    }?;
    Sheet::of(&net)
        .colours("a_in", &net.input.s_out)?
        .spikes("s_out", &net.field.s_out)?
        .run(150)
}
