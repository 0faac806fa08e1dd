//! The event-driven update of neurons that are declared by their equations.

use lava::model::Update;
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{PoissonSpikes, Sparse};
use lava::units::ms;

use crate::event_driven::{EventTrace, updates_agree};
use crate::support::loihi;

neuron! {
    /// Leaky neurons with a synaptic current, an adaptive threshold and a refractory period.
    pub Quiet {
        dv/dt = (-70.0 mV - v)/tau_m + (i + drive)/(250.0 pF) : mV = -70.0;
        di/dt = -i/(2.0 ms) : pA;
        dtheta/dt = (-55.0 mV - theta)/(20.0 ms) : mV = -55.0;
        input a_in: pA { i += a_in; }
        input drive: pA;
        param tau_m: ms = 10.0 where tau_m > 0;
        spike when v >= theta { v = -70.0 mV; theta += 2.0 mV; }
        refractory t_ref: ms = 1.0 for v;
        update event_driven;
    }
}

neuron! {
    /// An oscillator with adaptation, in other units, which counts its spikes.
    pub Swinging {
        dx/dt = -x/(20.0 ms) - y/(3.0 ms) : 1;
        dy/dt = x/(3.0 ms) - y/(20.0 ms) : 1;
        var count: 1;
        input a_in: 1 { x += a_in; }
        spike when rises(x > 1.0) || y < -1.5 { count += 1.0; }
        update event_driven;
    }
}

const NEURONS: usize = 300;

fn trace(
    is_quiet: bool,
    update: Update,
    workers: usize,
    is_probed: bool,
) -> lava::Result<EventTrace> {
    let net = loihi();
    net.set_workers(workers)?;
    net.set_dt(0.1 * ms)?;
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([20]).rate(200.0).seed(5))?;
    let synapses = (0..160).map(|number| Synapse {
        source: number % 20,
        target: number * 7 % NEURONS,
        weight: if number % 5 == 0 { -0.5 } else { 1.0 } * if is_quiet { 900.0 } else { 1.2 },
        delay: 1 + number % 4,
    });
    let synapses = Synapses::from_list(20, NEURONS, &synapses.collect::<Vec<_>>())?;
    let sparse: Sparse<f64> = net.add(Sparse::synapses(synapses))?;
    input.s_out.connect(&sparse.s_in)?;
    let (s_out, states, parameter) = match is_quiet {
        true => {
            let tau_m: Vec<f64> = (0..NEURONS).map(|n| 5.0 + (n % 7) as f64).collect();
            let tau_m = ndarray::Array1::from(tau_m);
            let quiet: Quiet<f64> = net.add(Quiet::shape([NEURONS]).tau_m(tau_m).update(update))?;
            let states = vec![quiet.v.clone(), quiet.i.clone(), quiet.theta.clone()];
            sparse.a_out.connect(&quiet.a_in)?;
            (quiet.s_out.clone(), states, (quiet.t_ref.clone(), 3.0))
        }
        false => {
            let swinging: Swinging<f64> = net.add(Swinging::shape([NEURONS]).update(update))?;
            let states = vec![
                swinging.x.clone(),
                swinging.y.clone(),
                swinging.count.clone(),
            ];
            sparse.a_out.connect(&swinging.a_in)?;
            (
                swinging.s_out.clone(),
                states,
                (swinging.count.clone(), 0.0),
            )
        }
    };
    let spikes = net.probe(&s_out)?;
    let _probe = is_probed.then(|| net.probe(&states[0])).transpose()?;
    let mut read = Vec::new();
    let mut run = |steps| -> lava::Result<()> {
        net.run(RunSteps(steps))?;
        for state in &states {
            read.extend(state.get()?);
        }
        Ok(())
    };
    run(150)?;
    input.rate.set(0.0)?;
    run(300)?;
    parameter.0.set(parameter.1)?;
    input.rate.set(200.0)?;
    run(150)?;
    let events = spikes.events();
    net.stop()?;
    Ok((events, read))
}

#[track_caller]
fn agrees(is_quiet: bool) -> lava::Result<()> {
    updates_agree(|update, workers, is_probed| trace(is_quiet, update, workers, is_probed))
}

#[test]
fn an_adaptive_threshold() -> lava::Result<()> {
    agrees(true)
}

#[test]
fn an_oscillator_with_two_conditions() -> lava::Result<()> {
    agrees(false)
}
