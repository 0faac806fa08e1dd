//! Neurons of computational neuroscience, in mV, ms, pA and nS.

use lava::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::{
    AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Izhikevich, Source,
};

use crate::sheet::{Sheet, numbers, pulses};

pub(crate) const PICTURES: crate::Family = &[
    ("iaf_psc_delta", iaf_psc_delta),
    ("iaf_psc_exp", iaf_psc_exp),
    ("iaf_psc_alpha", iaf_psc_alpha),
    ("iaf_cond_exp", iaf_cond_exp),
    ("aeif_cond_exp", aeif_cond_exp),
    ("izhikevich", izhikevich),
];

/// Steps of half a millisecond with an excitatory input.
const EXCITED: [usize; 9] = [10, 40, 44, 48, 52, 56, 120, 126, 132];
/// The same with an inhibitory one.
const INHIBITED: [usize; 2] = [90, 94];

fn iaf_psc_delta() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source      = Source::data(pulses(160, 5.0, &EXCITED));
        iaf:   IafPscDelta = IafPscDelta::shape([1]);
        input.s_out -> iaf.a_in;
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .bars("a_in (mV)", &net.input.s_out)?
        .lines("v_m (mV)", &[("", &net.iaf.v_m)])?
        .marked(&net.iaf.s_out)?
        .level("v_th", -55.0)
        .run(160)
}

/// The synaptic variables, in the unit of `$quantity`, and the voltage of a neuron with excitatory and inhibitory
/// input.
macro_rules! synapses {
    ($Neuron:ident = $neuron:expr, $excitation:expr, $inhibition:expr, $quantity:literal: $ex:ident, $in:ident) => {{
        let net = network! { Loihi1SimCfg;
            excite:  Source  = Source::data(pulses(160, $excitation, &EXCITED));
            inhibit: Source  = Source::data(pulses(160, $inhibition, &INHIBITED));
            iaf:     $Neuron = $neuron.tau_syn_in(5.0);
            excite.s_out  -> iaf.exc_in;
            inhibit.s_out -> iaf.inh_in;
        }?;
        let variables = [
            (stringify!($ex), &net.iaf.$ex),
            (stringify!($in), &net.iaf.$in),
        ];
        Sheet::of(&net)
            .dt(0.5)?
            .lines($quantity, &variables)?
            .lines("v_m (mV)", &[("", &net.iaf.v_m)])?
            .marked(&net.iaf.s_out)?
            .level("v_th", -55.0)
            .run(160)
    }};
}

fn iaf_psc_exp() -> Result<Figure> {
    synapses!(IafPscExp = IafPscExp::shape([1]), 900.0, -900.0, "current (pA)": i_ex, i_in)
}

fn iaf_psc_alpha() -> Result<Figure> {
    synapses!(IafPscAlpha = IafPscAlpha::shape([1]), 400.0, -400.0, "current (pA)": i_ex, i_in)
}

fn iaf_cond_exp() -> Result<Figure> {
    let neuron = || IafCondExp::shape([1]).tau_syn_ex(2.0);
    synapses!(IafCondExp = neuron(), 15.0, 15.0, "g (nS)": g_ex, g_in)
}

/// A current that begins after a tenth of `steps`.
fn current(steps: usize, strength: f32) -> ndarray::Array2<f32> {
    numbers(steps, |step| if step > steps / 10 { strength } else { 0.0 })
}

fn aeif_cond_exp() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source      = Source::data(current(400, 800.0));
        aeif:  AeifCondExp = AeifCondExp::shape([1]);
        input.s_out -> aeif.current_in;
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .lines("current (pA)", &[("", &net.input.s_out)])?
        .lines("v_m (mV)", &[("", &net.aeif.v_m)])?
        .marked(&net.aeif.s_out)?
        .lines("w (pA)", &[("", &net.aeif.w)])?
        .run(400)
}

fn izhikevich() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:  Source     = Source::data(current(200, 10.0));
        neuron: Izhikevich = Izhikevich::shape([1]);
        input.s_out -> neuron.a_in;
    }?;
    Sheet::of(&net)
        .dt(1.0)?
        .lines("a_in", &[("", &net.input.s_out)])?
        .lines("v (mV)", &[("", &net.neuron.v)])?
        .marked(&net.neuron.s_out)?
        .lines("u", &[("", &net.neuron.u)])?
        .run(200)
}
