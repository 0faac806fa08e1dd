//! Gap junctions, against a direct integration and the exact solution.

use lava::prelude::*;
use lava::proc::GapJunctions;
use lava::proc::synapse::{Distribution, Projection, Rule, Synapse, Synapses};
use lava::units::ms;
use ndarray::Array1;

neuron! {
    /// Passive cells that send their voltage.
    Coupled {
        dv/dt = -v/(10 ms) + i_gap/(100 pF) : mV;
        input i_gap: pA;
        output v_out: mV = v;
    }
}

const TAU: f64 = 10.0;
const CAPACITANCE: f64 = 100.0;

fn network(
    start: &[f64],
    junctions: &[(usize, usize, f64)],
    dt: f64,
) -> lava::Result<(Network<Loihi1SimCfg>, Coupled<f64>, GapJunctions<f64>)> {
    let junctions = junctions.iter().map(|&(source, target, weight)| Synapse {
        source,
        target,
        weight,
        delay: 1,
    });
    let count = start.len();
    let list = Synapses::from_list(count, count, &junctions.collect::<Vec<_>>())?;
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(dt * ms)?;
    let cells = Coupled::shape([count]).v(Array1::from(start.to_vec()));
    let cells: Coupled<f64> = net.add(cells)?;
    let gaps: GapJunctions<f64> = net.add(GapJunctions::synapses(list))?;
    cells.v_out.connect((&gaps.v_pre, &gaps.v_post))?;
    gaps.i_out.connect(&cells.i_gap)?;
    Ok((net, cells, gaps))
}

const JUNCTIONS: [(usize, usize, f64); 5] = [
    (0, 1, 4.0),
    (1, 0, 4.0),
    (1, 2, 6.0),
    (2, 1, 2.5),
    (0, 2, 1.0),
];
const START: [f64; 3] = [10.0, -3.0, 25.0];

#[test]
fn the_current_of_a_step_is_that_of_the_voltages_before() -> lava::Result<()> {
    let (net, cells, gaps) = network(&START, &JUNCTIONS, 0.1)?;
    let (mut v, mut current) = (START, [0.0; 3]);
    let (kept, resistance) = ((-0.1 / TAU).exp(), TAU / CAPACITANCE);
    let mut conductance = 1.0;
    for step in 0..400 {
        if step == 200 {
            let half = gaps.weights.get()?.mapv(|g| g / 2.0);
            gaps.weights.set(half)?;
            conductance = 0.5;
        }
        net.run(RunSteps(1))?;
        for (v, current) in v.iter_mut().zip(current) {
            *v = kept * *v + (1.0 - kept) * resistance * current;
        }
        for (found, v) in cells.v.get()?.iter().zip(v) {
            assert!((found - v).abs() < 1e-12, "step {step}: {found} {v}");
        }
        current = [0.0; 3];
        for (source, target, g) in JUNCTIONS {
            current[target] += conductance * g * (v[source] - v[target]);
        }
    }
    net.stop()
}

/// Two cells: their difference decays with 1/tau + 2·g/c.
#[test]
fn it_is_of_first_order() -> lava::Result<()> {
    let error = |dt: f64| -> lava::Result<f64> {
        let (net, cells, _) = network(&[10.0, 0.0], &[(0, 1, 8.0), (1, 0, 8.0)], dt)?;
        net.run(RunSteps((10.0 / dt).round() as u64))?;
        let v = cells.v.get()?;
        net.stop()?;
        let exact = 10.0 * (-10.0 * (1.0 / TAU + 16.0 / CAPACITANCE)).exp();
        Ok(((v[0] - v[1]) - exact).abs())
    };
    let ratio = error(0.1)? / error(0.05)?;
    assert!((1.9..2.1).contains(&ratio), "{ratio}");
    Ok(())
}

#[test]
fn the_bits_are_those_of_any_number_of_workers() -> lava::Result<()> {
    let voltages = |workers: usize| -> lava::Result<Vec<u64>> {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        let start = Array1::from_iter((0..700).map(|n| f64::from(n % 17)));
        let cells: Coupled<f64> = net.add(Coupled::shape([700]).v(start))?;
        let gaps = Projection::new(700, 700)
            .rule(Rule::FixedInDegree(9))
            .weights(Distribution::Constant(1.5));
        let gaps: GapJunctions<f64> = net.add(GapJunctions::projection(gaps))?;
        cells.v_out.connect((&gaps.v_pre, &gaps.v_post))?;
        gaps.i_out.connect(&cells.i_gap)?;
        net.run(RunSteps(60))?;
        let v = cells.v.get()?.iter().map(|v| v.to_bits()).collect();
        net.stop()?;
        Ok(v)
    };
    let expected = voltages(1)?;
    for workers in [2, 3, 8] {
        assert!(voltages(workers)? == expected, "{workers} workers");
    }
    Ok(())
}

#[test]
fn a_longer_delay_is_refused() -> lava::Result<()> {
    let slow = Synapse {
        source: 0,
        target: 1,
        weight: 1.0,
        delay: 3,
    };
    let net = Network::<Loihi1SimCfg>::new();
    let list = Synapses::from_list(2, 2, &[slow])?;
    let _: GapJunctions = net.add(GapJunctions::synapses(list))?;
    let error = net.run(RunSteps(1)).expect_err("a delay").to_string();
    assert!(error.contains("give a delay of one step"), "{error}");
    Ok(())
}
