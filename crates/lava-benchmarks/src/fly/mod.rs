//! The brain of the fly.

mod connectome;
mod neuron;

use anyhow::{Result, ensure};
use lava::model::Update;
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{PoissonSpikes, Sparse};

use crate::builder::Builder;
use crate::options::Options;
use crate::simulation::Simulation;
use connectome::Connectome;
pub use neuron::FlyNeuron;
use neuron::V_REST;

/// The weight of a synapse, in mV.
const WEIGHT: f64 = 0.275;
/// The weight of a spike of the input, in synapses.
const INPUT: f64 = 250.0;
/// Transmission delay, in ms.
const DELAY: f64 = 1.8;
/// Time step, in ms.
const DT: f64 = 0.1;
/// The potential, in mV, by which a neuron that is awake differs from its rest.
const AWAKE: f32 = 1e-3;

/// The brain of an adult fly: 138,639 neurons and about 15 million connections, at rest but for 21 sensory
/// neurons that taste sugar.
///
/// Neurons are [`FlyNeuron`]s, with a refractory period of 2.2 ms and a weight of 0.275 mV for each synapse
/// of a connection; delay 1.8 ms. Each driven neuron, `--driven`, has Poisson input of its own, `--rate`,
/// 200 Hz, of which every spike raises its potential by 250 weights, beyond the threshold, and no refractory
/// period.
///
/// # Connections
///
/// `--connectivity FILE` reads those of FlyWire, version 783, which the authors publish as
/// `Connectivity_783.parquet`; versions up to 587 were tables with commas, to which others are converted by
/// `pandas.read_parquet("Connectivity_783.parquet").to_csv("connectivity.csv", index=False)`. Columns
/// that are read: `Presynaptic_ID`, `Presynaptic_Index`, `Postsynaptic_Index`,
/// `Excitatory x Connectivity`.
///
/// Without a file they are drawn at random, with the published statistics: 109 connections of a neuron, of
/// which both degrees vary by more than an order of magnitude and are correlated (0.76); 3.6 synapses of a
/// connection, 5 or more in 18 % of them. Circuits are modelled as modules of 462 neurons, scattered over
/// the brain, within which half of all connections stay; sensory neurons send to their module only. 30 %
/// of neurons inhibit. The size of modules and the 192 connections of a sensory neuron are chosen for the
/// published activity: about 17,000 spikes a second of 400 to 500 neurons, and 1.9 million deliveries.
/// `scale` changes the number of modules. The update is event-driven, unless `--clock-driven` asks for one
/// of all neurons in each step.
///
/// Source: Shiu et al. (2024), *A Drosophila computational brain model reveals sensorimotor processing*,
/// Nature 634, 210–219, parameters as in the authors' `model.py` (philshiu/Drosophila_brain_model); number
/// of connections and degrees: Dorkenwald et al. (2024), *Neuronal wiring diagram of an adult brain*, Nature
/// 634, 124–138, and Lin et al. (2024), *Network statistics of the whole-brain connectome of Drosophila*,
/// Nature 634, 153–165; driven neurons, their rate, and the activity: the benchmark of four simulators
/// eonsystemspbc/fly-brain (2026), 16,400 to 17,200 spikes in the first second of 373 to 412 neurons, 430 to
/// 440 neurons after ten seconds.
///
/// # Errors
/// If the network cannot be built, or the file cannot be read.
pub fn fly(options: &Options) -> Result<Simulation> {
    ensure!(
        !options.procedural,
        "the connections of `fly` are listed; --procedural is for rules"
    );
    let mut builder = Builder::new(options)?;
    let brain = match &options.connectivity {
        Some(path) => Connectome::read(path)?,
        None => Connectome::surrogate(options.scaled(connectome::NEURONS))?,
    };
    let available = brain.sensory.len();
    ensure!(
        options.driven <= available,
        "--driven is {}; there are {available}",
        options.driven
    );
    let driven = &brain.sensory[..options.driven];

    let mut t_ref = vec![2.2; brain.neurons];
    driven.iter().for_each(|neuron| t_ref[*neuron] = 0.0);
    let update = match options.clock_driven {
        true => Update::ClockDriven,
        false => Update::EventDriven,
    };
    let neurons = FlyNeuron::shape([brain.neurons])
        .t_ref(t_ref)
        .dt(DT)
        .update(update)
        .name("brain");
    let neurons: FlyNeuron = builder.net.add(neurons)?;
    let number = builder.population("brain", &neurons.s_out)?;

    let mut degrees = vec![0; brain.neurons];
    let list = brain.connections.iter().map(|connection| {
        degrees[connection.source as usize] += 1;
        Synapse {
            source: connection.source as usize,
            target: connection.target as usize,
            weight: WEIGHT * f64::from(connection.synapses),
            delay: (DELAY / DT).round() as usize,
        }
    });
    let list: Vec<Synapse> = list.collect();
    let synapses = Synapses::from_list(brain.neurons, brain.neurons, &list)?;
    drop(list);
    builder.count(number, synapses.len(), synapses.bytes());
    builder.degrees(number, degrees);
    let sparse: Sparse = builder.net.add(Sparse::synapses(synapses))?;
    neurons.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&neurons.g_in)?;

    if !driven.is_empty() {
        drive(&mut builder, driven, options.rate, &neurons)?;
    }
    let mut simulation = builder.finish(DT)?;
    simulation.awake = Some(Box::new(move || {
        let (v, g) = (neurons.v.get()?, neurons.g.get()?);
        let state = v.iter().zip(&g);
        let awake = state.filter(|(v, g)| (**v - V_REST).abs() > AWAKE || g.abs() > AWAKE);
        Ok(awake.count() as f64 / v.len() as f64)
    }));
    Ok(simulation)
}

/// Gives some neurons Poisson input, of which every spike makes them fire.
fn drive(builder: &mut Builder, driven: &[usize], rate: f64, neurons: &FlyNeuron) -> Result<()> {
    let input = PoissonSpikes::shape([driven.len()])
        .rate(rate)
        .seed(builder.seed());
    let input: PoissonSpikes = builder.net.add(input.dt(DT))?;
    let list = driven.iter().enumerate().map(|(source, target)| Synapse {
        source,
        target: *target,
        weight: INPUT * WEIGHT,
        delay: 1,
    });
    let list: Vec<Synapse> = list.collect();
    let synapses = Synapses::from_list(driven.len(), neurons.v.shape()[0], &list)?;
    let sparse: Sparse = builder.net.add(Sparse::synapses(synapses))?;
    input.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&neurons.v_in)?;
    Ok(())
}
