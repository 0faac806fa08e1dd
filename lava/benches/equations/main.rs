//! A step of neurons and synapses that are declared by their equations, against the hand-written ones.

#![allow(missing_docs, clippy::print_stdout)]

mod neurons;
mod plasticity;
#[path = "../support/mod.rs"]
mod support;

use lava::network::HasChosenModel;
use lava::prelude::*;
use lava::proc::{AeifCondExp, IafCondExp, IafPscDelta, IafPscExp, Izhikevich, Source};
use neurons::{Adaptive, Conductances, Currents, Delta, Simple};
use support::{compare, head, row};

/// State that stays in the cache.
const NEURONS: usize = 16_384;
const STEPS: u64 = 50;

/// A network of `build`, whose inputs `connect` connects to sources that it makes.
fn network<B: Build>(
    build: B,
    connect: impl Fn(&B::Process, &dyn Fn() -> lava::Result<Source<f32>>) -> lava::Result<()>,
    amplitude: f32,
) -> lava::Result<impl FnMut()>
where
    B::Process: HasChosenModel<B::Choice, Loihi1SimCfg>,
{
    let net = Network::<Loihi1SimCfg>::new();
    net.set_workers(1)?;
    let process = net.add(build)?;
    let source = || {
        let row: Vec<f32> = (0..NEURONS)
            .map(|n| amplitude * (n % 7) as f32 / 7.0)
            .collect();
        let data = lava::ndarray::Array2::from_shape_vec((1, NEURONS), row).expect("a row");
        net.add(Source::data(data))
    };
    connect(&process, &source)?;
    Ok(move || net.run(RunSteps(STEPS)).expect("the network runs"))
}

/// Prints the row of a neuron: hand-written, as equations, and their ratio.
macro_rules! measure {
    ($name:literal, $hand:expr, $equations:expr, [$($input:ident),*], $amplitude:expr) => {{
        let mut hand = network($hand, |_process, _source| {
            $(_source()?.s_out.connect(&_process.$input)?;)*
            Ok(())
        }, $amplitude)?;
        let mut equations = network($equations, |_process, _source| {
            $(_source()?.s_out.connect(&_process.$input)?;)*
            Ok(())
        }, $amplitude)?;
        let times = compare(STEPS * NEURONS as u64, &mut [&mut hand, &mut equations]);
        row($name, &[
            ("by hand", format!("{:.2} ns", times[0])),
            ("as equations", format!("{:.2} ns", times[1])),
            ("ratio", format!("{:.2}", times[1] / times[0])),
        ]);
    }};
}

fn main() -> lava::Result<()> {
    head(
        "A step of a neuron, as equations and by hand, in f32",
        "goal: at most 1.1 times the hand-written one",
    );
    let v: Vec<f32> = (0..NEURONS)
        .map(|n| -70.0 + 14.0 * (n % 97) as f32 / 97.0)
        .collect();
    measure!(
        "IafPscDelta",
        IafPscDelta::shape([NEURONS]).v_m(v.clone()).i_e(300.0),
        Delta::shape([NEURONS]).v(v.clone()).i_e(300.0),
        [],
        1.0
    );
    measure!(
        "IafPscDelta, input",
        IafPscDelta::shape([NEURONS]).v_m(v.clone()).i_e(300.0),
        Delta::shape([NEURONS]).v(v.clone()).i_e(300.0),
        [a_in],
        0.1
    );
    measure!(
        "IafPscExp",
        IafPscExp::shape([NEURONS]).v_m(v.clone()).i_e(300.0),
        Currents::shape([NEURONS]).v(v.clone()).i_e(300.0),
        [],
        1.0
    );
    measure!(
        "IafPscExp, input",
        IafPscExp::shape([NEURONS]).v_m(v.clone()).i_e(300.0),
        Currents::shape([NEURONS]).v(v.clone()).i_e(300.0),
        [exc_in],
        10.0
    );
    measure!(
        "IafCondExp",
        IafCondExp::shape([NEURONS]).v_m(v.clone()).i_e(200.0),
        Conductances::shape([NEURONS]).v(v.clone()).i_e(200.0),
        [],
        1.0
    );
    measure!(
        "IafCondExp, input",
        IafCondExp::shape([NEURONS]).v_m(v.clone()).i_e(200.0),
        Conductances::shape([NEURONS]).v(v.clone()).i_e(200.0),
        [exc_in],
        0.1
    );
    measure!(
        "AeifCondExp",
        AeifCondExp::shape([NEURONS]).v_m(v.clone()).i_e(700.0),
        Adaptive::shape([NEURONS]).v(v.clone()).i_e(700.0),
        [],
        1.0
    );
    measure!(
        "AeifCondExp, input",
        AeifCondExp::shape([NEURONS]).v_m(v.clone()).i_e(700.0),
        Adaptive::shape([NEURONS]).v(v.clone()).i_e(700.0),
        [exc_in],
        0.1
    );
    measure!(
        "Izhikevich",
        Izhikevich::shape([NEURONS]).v(v.clone()).i_e(10.0),
        Simple::shape([NEURONS]).v(v.clone()).i_e(10.0),
        [],
        1.0
    );
    measure!(
        "Izhikevich, input",
        Izhikevich::shape([NEURONS]).v(v.clone()).i_e(10.0),
        Simple::shape([NEURONS]).v(v.clone()).i_e(10.0),
        [a_in],
        0.1
    );
    plasticity::measure()
}
