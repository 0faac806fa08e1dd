//! Neurons that resonate, and state-space units.

use lava::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::{Rf, RfIz, RfZero, S4d, SigmaS4dDelta, SigmaS4dDeltaLayer, Sink, Source};

use crate::sheet::{Sheet, numbers, pulses};

pub(crate) const PICTURES: crate::Family = &[
    ("rf", rf),
    ("rf_iz", rf_iz),
    ("rf_zero", rf_zero),
    ("s4d", s4d),
    ("sigma_s4d_delta", sigma_s4d_delta),
    ("sigma_s4d_delta_layer", sigma_s4d_delta_layer),
];

fn rf() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(pulses(120, 3.0, &[5]));
        rf:    Rf     = Rf::shape([1]).period(20.0).alpha(0.02);
        input.s_out -> rf.a_real_in;
    }?;
    Sheet::of(&net)
        .bars("a_real_in", &net.input.s_out)?
        .lines("state", &[("real", &net.rf.real), ("imag", &net.rf.imag)])?
        .marked(&net.rf.s_out)?
        .run(120)
}

fn rf_iz() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(pulses(120, 0.7, &[5, 25, 45, 65, 70, 75]));
        rf:    RfIz   = RfIz::shape([1]).period(20.0).alpha(0.02);
        input.s_out -> rf.a_real_in;
    }?;
    Sheet::of(&net)
        .bars("a_real_in", &net.input.s_out)?
        .lines("state", &[("real", &net.rf.real), ("imag", &net.rf.imag)])?
        .level("vth", 1.0)
        .marked(&net.rf.s_out)?
        .run(120)
}

fn rf_zero() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(pulses(80, 5000, &[1]));
        rf:    RfZero      = RfZero::shape([1]).freqs(60.0).decay_tau(0.05).uth(10);
        input.s_out -> rf.u_in;
    }?;
    Sheet::of(&net)
        .lines("state", &[("u", &net.rf.u), ("v", &net.rf.v)])?
        .bars("s_out", &net.rf.s_out)?
        .run(80)
}

fn s4d() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(pulses(80, 1.0, &[5, 40]));
        s4d:   S4d    = S4d::shape([1]).a(0.92).b(1.0).c(1.0).a_im(0.3);
        input.s_out -> s4d.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .lines(
            "state",
            &[
                ("real", &net.s4d.s4_state),
                ("imaginary", &net.s4d.s4_state_im),
            ],
        )?
        .lines("s_out", &[("", &net.s4d.s_out)])?
        .run(80)
}

/// Changes of an input that rises for 30 steps, and falls at once in step 50.
fn changes() -> ndarray::Array2<f32> {
    numbers(80, |step| match step {
        10..40 => 0.1,
        50 => -3.0,
        _ => 0.0,
    })
}

fn sigma_s4d_delta() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source        = Source::data(changes());
        unit:  SigmaS4dDelta = SigmaS4dDelta::shape([1]).vth(0.3).a(0.9).b(0.1).c(1.0);
        input.s_out -> unit.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .lines(
            "state",
            &[("sigma", &net.unit.sigma), ("s4_state", &net.unit.s4_state)],
        )?
        .bars("s_out", &net.unit.s_out)?
        .run(80)
}

fn sigma_s4d_delta_layer() -> Result<Figure> {
    let layer = SigmaS4dDeltaLayer::shape([1])
        .vth(0.1)
        .a([0.9, 0.5])
        .b([0.1, 0.5])
        .c(0.5)
        .d_states(2);
    let net = network! { Loihi1SimCfg;
        input: Source             = Source::data(changes());
        layer: SigmaS4dDeltaLayer = layer;
        sink:  Sink               = Sink::shape([1]).steps(80);
        input.s_out -> layer.s_in;
        layer.a_out -> sink.a_in;
    }?;
    Sheet::of(&net)
        .bars("s_in", &net.input.s_out)?
        .lines("s4_state", &[("", &net.layer.s4_state)])?
        .kept("a_out", &net.sink)?
        .run(80)
}
