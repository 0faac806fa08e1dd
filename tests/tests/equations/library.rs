//! Neurons of the library as equations: the same numbers as the hand-written ones, but for rounding.

#[path = "../../../lava/benches/equations/neurons.rs"]
mod neurons;

use lava::prelude::*;
use lava::proc::{
    AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Izhikevich, Source,
};
use ndarray::Array2;
use neurons::{Adaptive, Alpha, Conductances, Currents, Delta, Simple};

const NEURONS: usize = 300;
const STEPS: usize = 400;

/// Input of a few steps and neurons.
fn input(weight: f64, every: usize) -> Array2<f64> {
    Array2::from_shape_fn((STEPS, NEURONS), |(step, neuron)| {
        if (7 * step + 3 * neuron) % every == 0 {
            weight
        } else {
            0.0
        }
    })
}

/// Values that differ from neuron to neuron.
fn spread(from: f64, to: f64) -> Vec<f64> {
    let part = |n: usize| (n * 37 % NEURONS) as f64 / NEURONS as f64;
    (0..NEURONS).map(|n| from + (to - from) * part(n)).collect()
}

/// Runs a hand-written neuron and its equations on the same input, and compares voltages and spikes.
macro_rules! compare {
    ($hand:expr => $hand_v:ident, $equations:expr => $v:ident, [$($port:ident: $input:expr),*], $tolerance:expr) => {
        compare!($hand => $hand_v, $equations => $v, [$($port: $input),*], $tolerance, STEPS as u64)
    };
    ($hand:expr => $hand_v:ident, $equations:expr => $v:ident, [$($port:ident: $input:expr),*], $tolerance:expr, $steps:expr) => {{
        let net = Network::<Loihi1SimCfg>::new();
        let (hand, equations) = (net.add($hand)?, net.add($equations)?);
        $(
            let source: Source<f64> = net.add(Source::data($input))?;
            source.s_out.connect(&hand.$port)?;
            source.s_out.connect(&equations.$port)?;
        )*
        let voltages = (net.probe(&hand.$hand_v)?, net.probe(&equations.$v)?);
        let spikes = (net.probe(&hand.s_out)?, net.probe(&equations.s_out)?);
        net.run(RunSteps($steps))?;
        for (by_hand, found) in voltages.0.data().iter().zip(&voltages.1.data()) {
            let error = (found - by_hand).abs() / by_hand.abs().max(1.0);
            assert!(error <= $tolerance, "{found} instead of {by_hand}");
        }
        assert_eq!(spikes.0.events(), spikes.1.events());
        assert!(spikes.0.events().len() > 100, "{} spikes", spikes.0.events().len());
        net.stop()
    }};
}

#[test]
fn delta_synapses() -> lava::Result<()> {
    compare!(
        IafPscDelta::<f64>::shape([NEURONS]).tau_m(spread(5.0, 20.0)).i_e(spread(0.0, 800.0)) => v_m,
        Delta::<f64>::shape([NEURONS]).tau_m(spread(5.0, 20.0)).i_e(spread(0.0, 800.0)) => v,
        [a_in: input(3.0, 41), current_in: input(100.0, 13)], 1e-12
    )
}

#[test]
fn exponential_currents() -> lava::Result<()> {
    compare!(
        IafPscExp::<f64>::shape([NEURONS]).tau_m(spread(1.5, 20.0)).i_e(spread(0.0, 800.0)) => v_m,
        Currents::<f64>::shape([NEURONS]).tau_m(spread(1.5, 20.0)).i_e(spread(0.0, 800.0)) => v,
        [exc_in: input(300.0, 41), inh_in: input(-200.0, 67), current_in: input(100.0, 13)], 1e-11
    )
}

#[test]
fn alpha_shaped_currents() -> lava::Result<()> {
    compare!(
        IafPscAlpha::<f64>::shape([NEURONS]).tau_m(spread(1.5, 20.0)).i_e(spread(0.0, 800.0)) => v_m,
        Alpha::<f64>::shape([NEURONS]).tau_m(spread(1.5, 20.0)).i_e(spread(0.0, 800.0)) => v,
        [exc_in: input(100.0, 41), inh_in: input(-60.0, 67), current_in: input(100.0, 13)], 1e-11
    )
}

#[test]
fn exponential_conductances() -> lava::Result<()> {
    compare!(
        IafCondExp::<f64>::shape([NEURONS]).c_m(spread(100.0, 400.0)).i_e(spread(0.0, 600.0)) => v_m,
        Conductances::<f64>::shape([NEURONS]).c_m(spread(100.0, 400.0)).i_e(spread(0.0, 600.0)) => v,
        [exc_in: input(20.0, 41), inh_in: input(-20.0, 67), current_in: input(100.0, 13)], 1e-11
    )
}

#[test]
fn adaptation() -> lava::Result<()> {
    compare!(
        AeifCondExp::<f64>::shape([NEURONS]).c_m(spread(150.0, 400.0)).i_e(spread(300.0, 1500.0)).t_ref(1.0) => v_m,
        Adaptive::<f64>::shape([NEURONS]).c_m(spread(150.0, 400.0)).i_e(spread(300.0, 1500.0)).t_ref(1.0) => v,
        [exc_in: input(20.0, 41), inh_in: input(-20.0, 67), current_in: input(100.0, 13)], 1e-9
    )
}

// In steps of 1 ms the equations are chaotic: after some spikes even rounding errors are visible.
#[test]
fn izhikevich() -> lava::Result<()> {
    compare!(
        Izhikevich::<f64>::shape([NEURONS]).a(spread(0.02, 0.1)).i_e(spread(0.0, 20.0)) => v,
        Simple::<f64>::shape([NEURONS]).a(spread(0.02, 0.1)).i_e(spread(0.0, 20.0)) => v,
        [a_in: input(3.0, 13)], 1e-6,
        100
    )
}

#[test]
fn a_current_without_input_has_the_same_bits() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let neurons = || {
        Currents::<f64>::shape([NEURONS])
            .i_e(400.0)
            .v(spread(-70.0, -55.0))
    };
    let [free, fed] = [net.add(neurons())?, net.add(neurons())?];
    let excitation: Source<f64> = net.add(Source::data(input(300.0, 11)))?;
    let nothing: Source<f64> = net.add(Source::data(Array2::zeros((1, NEURONS))))?;
    excitation.s_out.connect(&free.exc_in)?;
    excitation.s_out.connect(&fed.exc_in)?;
    nothing.s_out.connect(&fed.inh_in)?;
    let voltages = [net.probe(&free.v)?, net.probe(&fed.v)?];
    net.run(RunSteps(STEPS as u64 / 2))?;
    // Inhibition that no input has brought.
    for process in [&free, &fed] {
        process.i_in.set(spread(-500.0, 0.0))?;
    }
    net.run(RunSteps(STEPS as u64 / 2))?;
    assert_eq!(voltages[0].data(), voltages[1].data());
    assert!(free.i_in.get()?.iter().any(|current| *current < -1e-9));
    net.stop()
}
