//! Functions that are given by points.

use lava::prelude::*;
use lava::proc::{LookupTable, Source};
use lava::units::ms;

neuron! {
    /// A voltage that follows a current over time, and a gate that follows the voltage.
    pub Recorded {
        dv/dt = (e_l - v)/(10 ms) + current(t)/c_m : mV = -70;
        dm/dt = (open(v) - m)/time(v) : 1;
        var count: 1 = 0;
        /// The current that was recorded.
        table current(t: ms): nA;
        /// The share of open gates.
        table open(v: mV): 1 = [(-80, 0), (-60 mV, 0.25), (0.02 V, 1)];
        table time(v: V): us = [(-0.08, 4000), (20 mV, 1 ms)];
        param e_l: mV = -70;
        param c_m: pF = 250 where c_m > 0;
        output m_out: 1 = open(v);
        spike when open(v) > 0.3 { v = e_l; count += open(-60 mV); }
        integrate by euler;
    }
}

fn linear(points: &[(f64, f64)], x: f64) -> f64 {
    let (first, last) = (points[0], points[points.len() - 1]);
    if x <= first.0 {
        return first.1;
    }
    let pairs = points.windows(2).find(|pair| x < pair[1].0);
    pairs.map_or(last.1, |pair| {
        let part = (x - pair[0].0) / (pair[1].0 - pair[0].0);
        pair[0].1 + part * (pair[1].1 - pair[0].1)
    })
}

#[test]
fn a_table_is_looked_up_in_its_units() -> lava::Result<()> {
    let points = [(0.0, 0.0), (5.0, 1.0), (30.0, 0.5), (60.0, 0.0)];
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.5 * ms)?;
    let table = LookupTable::from_points(points)?;
    let neuron: Recorded<f64> = net.add(Recorded::shape([3]).current(table))?;
    let (v, m) = (net.probe(&neuron.v)?, net.probe(&neuron.m)?);
    let sent = net.probe(&neuron.m_out)?;
    net.run(RunSteps(200))?;

    let open = [(-80.0, 0.0), (-60.0, 0.25), (20.0, 1.0)];
    let time = [(-80.0, 4.0), (20.0, 1.0)];
    let (mut voltage, mut gate, mut spikes) = (-70.0, 0.0, 0);
    for step in 0..200 {
        let current = 1000.0 * linear(&points, 0.5 * step as f64);
        let dv = (-70.0 - voltage) / 10.0 + current / 250.0;
        let dm = (linear(&open, voltage) - gate) / linear(&time, voltage);
        (voltage, gate) = (voltage + 0.5 * dv, gate + 0.5 * dm);
        if linear(&open, voltage) > 0.3 {
            (voltage, spikes) = (-70.0, spikes + 1);
        }
        for neuron in 0..3 {
            let found = [v.data()[[step, neuron]], m.data()[[step, neuron]]];
            assert!((found[0] - voltage).abs() < 1e-9, "step {step}: {found:?}");
            assert!((found[1] - gate).abs() < 1e-12, "step {step}: {found:?}");
            let sent = sent.data()[[step, neuron]];
            assert!((sent - linear(&open, voltage)).abs() < 1e-12);
        }
    }
    assert!(spikes > 2);
    assert_eq!(neuron.count.get()?[0], 0.25 * f64::from(spikes));
    net.stop()
}

neuron! {
    /// Rates that follow from parameters and inputs.
    pub Dendrite {
        dv/dt = (gain(a) - v)/(tau(b)*ms) + squashed(i)/ms : 1;
        input i: 1;
        param a: 1 = 0.5;
        param b: 1 = 2;
        table gain(a: 1): 1 = [(0, 0), (1, 10)];
        table tau(b: 1): 1 = [(0, 1), (1, 10), (3, 30)];
        table squashed(i: 1): 1 = [(-1, -1), (1, 1)];
        update event_driven;
    }
}

#[test]
fn coefficients_and_inputs_are_looked_up() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(1.0 * ms)?;
    let a = [0.1, 0.5, 7.0];
    let neuron: Dendrite<f64> = net.add(Dendrite::shape([3]).a(a.to_vec()))?;
    let data = lava::ndarray::Array2::from_shape_fn((4, 3), |(step, _)| [0.5, 0.0, 9.0, 0.0][step]);
    let source = net.add(Source::data(data))?;
    source.s_out.connect(&neuron.i)?;
    let decay = (-1.0f64 / 20.0).exp();
    let advanced = |mut v: f64, gain: f64| {
        for input in [0.5, 0.0, 1.0, 0.0] {
            v = v * decay + (1.0 - decay) * (gain + 20.0 * input);
        }
        v
    };
    net.run(RunSteps(4))?;
    let first = neuron.v.get()?;
    neuron.a.set(0.9)?;
    net.run(RunSteps(4))?;
    let second = neuron.v.get()?;
    for (index, gain) in [1.0, 5.0, 10.0].into_iter().enumerate() {
        let v = advanced(0.0, gain);
        assert!((first[index] - v).abs() < 1e-12, "{first} {v}");
        let v = advanced(v, 9.0);
        assert!((second[index] - v).abs() < 1e-12, "{second} {v}");
    }
    net.stop()
}
