//! Sigma-delta neurons, and graded neurons for vectors.

use lava::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::{
    Delta, GradedReluVec, GradedVec, InvSqrt, NormVecDelay, NormalizeNet, ProdNeuron, Sigma,
    SigmaDelta, Source,
};
use ndarray::Array2;

use crate::sheet::{Sheet, numbers, wave};

pub(crate) const PICTURES: crate::Family = &[
    ("delta", delta),
    ("sigma_delta", sigma_delta),
    ("sigma", sigma),
    ("graded_vec", graded_vec),
    ("graded_relu_vec", graded_relu_vec),
    ("prod_neuron", prod_neuron),
    ("inv_sqrt", inv_sqrt),
    ("norm_vec_delay", norm_vec_delay),
    ("normalize_net", normalize_net),
];

/// A value that rises and falls twice, and stays.
fn signal(steps: usize) -> Array2<f32> {
    numbers(steps, |step| wave(step.min(60), 40.0))
}

fn delta() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(signal(80));
        delta: Delta  = Delta::shape([1]).vth(0.25);
        input.s_out -> delta.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .bars("s_out", &net.delta.s_out)?
        .run(80)
}

fn sigma_delta() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:  Source     = Source::data(signal(80));
        delta:  Delta      = Delta::shape([1]).vth(0.1);
        neuron: SigmaDelta = SigmaDelta::shape([1]).vth(0.1);
        input.s_out -> delta.a_in;
        delta.s_out -> neuron.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.delta.s_out)?
        .lines(
            "state",
            &[("sigma", &net.neuron.sigma), ("act", &net.neuron.act)],
        )?
        .bars("s_out", &net.neuron.s_out)?
        .run(80)
}

fn sigma() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(signal(80));
        delta: Delta  = Delta::shape([1]).vth(0.25);
        sigma: Sigma  = Sigma::shape([1]);
        input.s_out -> delta.a_in;
        delta.s_out -> sigma.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.delta.s_out)?
        .lines("s_out", &[("", &net.sigma.s_out)])?
        .run(80)
}

/// Whole numbers around 0.
fn integers(amplitude: f32, period: f32) -> Array2<i32> {
    numbers(60, |step| (amplitude * wave(step, period)).round() as i32)
}

fn graded_vec() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:  Source<i32> = Source::data(integers(20.0, 30.0));
        vector: GradedVec   = GradedVec::shape([1]).vth(12);
        input.s_out -> vector.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .level("vth", 12.0)
        .level("", -12.0)
        .bars("s_out", &net.vector.s_out)?
        .run(60)
}

fn graded_relu_vec() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:  Source<i32>   = Source::data(integers(20.0, 30.0));
        vector: GradedReluVec = GradedReluVec::shape([1]).vth(12);
        input.s_out -> vector.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .level("vth", 12.0)
        .bars("s_out", &net.vector.s_out)?
        .run(60)
}

fn prod_neuron() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        one:     Source<i32> = Source::data(integers(10.0, 60.0));
        other:   Source<i32> = Source::data(integers(10.0, 20.0));
        product: ProdNeuron  = ProdNeuron::shape([1]);
        one.s_out   -> product.a_in1;
        other.s_out -> product.a_in2;
    }?;
    Sheet::of(&net)
        .lines(
            "inputs",
            &[("a_in1", &net.one.s_out), ("a_in2", &net.other.s_out)],
        )?
        .bars("s_out", &net.product.s_out)?
        .run(60)
}

fn inv_sqrt() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source  = Source::data(numbers(60, |step| step as f32 / 10.0));
        root:  InvSqrt = InvSqrt::shape([1]);
        input.s_out -> root.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .lines("s_out", &[("", &net.root.s_out)])?
        .run(60)
}

fn norm_vec_delay() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        one:    Source<i32>  = Source::data(integers(10.0, 60.0));
        other:  Source<i32>  = Source::data(numbers(60, |step| if step > 30 { 3 } else { 1 }));
        vector: NormVecDelay = NormVecDelay::shape([1]);
        one.s_out   -> vector.a_in1;
        other.s_out -> vector.a_in2;
    }?;
    Sheet::of(&net)
        .lines(
            "inputs",
            &[("a_in1", &net.one.s_out), ("a_in2", &net.other.s_out)],
        )?
        .bars("s2_out", &net.vector.s2_out)?
        .bars("s_out", &net.vector.s_out)?
        .run(60)
}

/// A vector of two elements that grows and turns.
fn vector() -> Array2<i32> {
    Array2::from_shape_fn((60, 2), |(step, element)| {
        let length = 20.0 + 10.0 * step as f32;
        let turn = step as f32 / 60.0 * std::f32::consts::PI;
        let part = if element == 0 { turn.cos() } else { turn.sin() };
        (length * part).round() as i32
    })
}

fn normalize_net() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32>  = Source::data(vector());
        norm:  NormalizeNet = NormalizeNet::shape([2]);
        input.s_out -> norm.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .lines("s_out", &[("", &net.norm.s_out)])?
        .level("one", f64::from(1 << 18))
        .run(60)
}
