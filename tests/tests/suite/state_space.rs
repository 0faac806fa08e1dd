//! Layers of state-space units.

use lava::prelude::*;
use lava::proc::{Dense, SigmaS4dDelta, SigmaS4dDeltaLayer, Sink, Source};
use ndarray::{Array1, Array2, array};

use crate::support::{fails, loihi};

#[test]
fn a_layer_is_its_units_between_synapses() -> lava::Result<()> {
    let input = Array2::from_shape_fn((15, 2), |(t, i)| ((t * 5 + i * 3) % 7) as f64 - 3.0);
    let number = |i: usize, by: f64| ((i * 5 % 7) as f64 - 3.0) * by;
    let [a, b, c] = [0.2, 0.4, 0.3].map(|by| Array1::from_shape_fn(6, |i| number(i, by)));
    let weights = Array2::from_shape_fn((6, 2), |(unit, input)| f64::from(unit / 3 == input));
    let layer = SigmaS4dDeltaLayer::shape([2])
        .vth(0.5)
        .a(&a)
        .b(&b)
        .c(&c)
        .d_states(3);
    let units = SigmaS4dDelta::shape([6]).vth(0.5).a(&a).b(&b).c(&c);
    let net = network! { Loihi1SimCfg;
        input:  Source<f64>             = Source::data(input);
        layer:  SigmaS4dDeltaLayer<f64> = layer;
        spread: Dense<f64, f64>         = Dense::weights(&weights);
        units:  SigmaS4dDelta<f64>      = units;
        sum:    Dense<f64, f64>         = Dense::weights(weights.reversed_axes());
        one:    Sink<f64>               = Sink::shape([2]).steps(15);
        other:  Sink<f64>               = Sink::shape([2]).steps(15);
        input.s_out  -> [layer.s_in, spread.s_in];
        spread.a_out -> units.a_in;
        units.s_out  -> sum.s_in;
        layer.a_out  -> one.a_in;
        sum.a_out    -> other.a_in;
    }?;
    net.run(RunSteps(15))?;
    let sent = net.one.data.get()?;
    assert_eq!(sent, net.other.data.get()?);
    assert!(sent.iter().filter(|change| **change != 0.0).count() > 10);
    assert_eq!(net.layer.s4_state.get()?, net.units.s4_state.get()?);
    Ok(())
}

#[test]
fn the_vars_of_a_layer_are_those_of_its_units() -> lava::Result<()> {
    let net = loihi();
    let layer = SigmaS4dDeltaLayer::shape([2])
        .vth(0.5)
        .a(0.5)
        .b(1.0)
        .c(1.0)
        .d_states(2);
    let layer: SigmaS4dDeltaLayer = net.add(layer.s4_state(8.0).name("layer"))?;
    net.run(RunSteps(1))?;
    assert_eq!(layer.s4_state.get()?, array![4.0, 4.0, 4.0, 4.0].into_dyn());
    layer.a.set([0.0, 0.25, 0.5, 0.75])?;
    net.run(RunSteps(1))?;
    let units = net.var::<f32>("layer.units.s4_state")?;
    assert_eq!(units.get()?, array![0.0, 1.0, 2.0, 3.0].into_dyn());
    Ok(())
}

#[test]
fn a_layer_has_one_axis() {
    let net = loihi();
    let layer = SigmaS4dDeltaLayer::<f32>::shape([2, 2])
        .vth(0.5)
        .a(0.5)
        .b(1.0)
        .c(1.0);
    fails(net.add(layer).map(drop), &["one axis, not 2"]);
}
