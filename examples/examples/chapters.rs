//! The programs and pictures of the book that are in no other example.
//!
//! ```text
//! cargo run --release -p lava-examples --example chapters [FOLDER/chapters.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::Path;

use anyhow::{Context, Result};
use lava::network::HasChosenModel;
use lava::plot::{Figure, curves};
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{AeifCondExp, Dense, IafPscExp, Izhikevich, Lif, LookupTable, Sink};
use lava::units::ms;
use lava_examples::picture_path;
use ndarray::{Array2, Array3, array};

// ANCHOR: first_hour_uses
use lava::monitor::ProbeOptions;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Source, Sparse};
// ANCHOR_END: first_hour_uses

fn main() -> Result<()> {
    let folder = picture_path("chapters.svg")?;
    let folder = folder.parent().unwrap_or(Path::new("."));
    println!("the first hour");
    first_hour(folder)?;
    println!("\ntime");
    delays()?;
    loops()?;
    println!("\nsynapses");
    rules()?;
    println!("\nneurons");
    voltages(folder)?;
    rates(folder)?;
    println!("\nequations");
    noise(folder)?;
    println!("\ntables");
    a_table()?;
    println!("\nbatches");
    a_batch()?;
    println!("\ntesting");
    a_model_alone()?;
    println!("\npictures in {}", folder.display());
    Ok(())
}

// ANCHOR: own_neuron
neuron! {
    /// A neuron that tires: each spike raises its threshold, which then decays.
    pub Tiring {
        dv/dt = (e_l - v + r*i)/tau : mV = -65;
        dtheta/dt = -theta/tau_theta : mV = 0;
        input a_in: pA { i += a_in; }
        di/dt = -i/(5 ms) : pA;
        param e_l: mV = -65;
        param r: GOhm = 0.1;
        param tau: ms = 20 where tau > 0;
        param tau_theta: ms = 100 where tau_theta > 0;
        spike when v > -50 mV + theta { v = e_l; theta += 2 mV; }
    }
}
// ANCHOR_END: own_neuron

/// A ring of such neurons, a picture, and a recording in a file.
fn first_hour(folder: &Path) -> Result<()> {
    // ANCHOR: own_synapses
    // Neuron i excites the next three of the ring, the further the weaker and the later.
    const NEURONS: usize = 60;
    let ring = (0..NEURONS).flat_map(|source| {
        (1..=3).map(move |distance| Synapse {
            source,
            target: (source + distance) % NEURONS,
            weight: 900.0 / distance as f64, // pA
            delay: 2 * distance,             // steps
        })
    });
    let ring: Vec<Synapse> = ring.collect();
    let synapses: Synapses<f32> = Synapses::from_list(NEURONS, NEURONS, &ring)?;
    // ANCHOR_END: own_synapses

    // ANCHOR: ring
    let kick = Array2::from_shape_fn((4000, NEURONS), |(step, neuron)| {
        if step < 20 && neuron < 3 { 150.0 } else { 0.0 }
    });
    let net = network! { Loihi1SimCfg;
        kick:    Source = Source::data(kick);
        neurons: Tiring = Tiring::shape([NEURONS]);
        ring:    Sparse = Sparse::synapses(synapses);

        kick.s_out    -> neurons.a_in;
        neurons.s_out -> ring.s_in;
        ring.a_out    -> neurons.a_in;
    }?;
    net.set_dt(0.5 * ms)?;
    // ANCHOR_END: ring

    // ANCHOR: recording
    let file = folder.join("ring-spikes.npy");
    let recording = net.probe_with(&net.neurons.s_out, &ProbeOptions::new().to_file(&file))?;
    let spikes = net.probe(&net.neurons.s_out)?;
    net.run(RunFor(400.0 * ms))?;
    recording.flush()?; // the file is complete, for `numpy.load`
    spikes
        .raster()
        .title("A wave goes round")
        .inline()
        .save(folder.join("ring.svg"))?;
    // ANCHOR_END: recording
    println!("  {} spikes", spikes.events().len());
    assert!(spikes.events().len() > NEURONS, "the wave goes round");
    assert!(std::fs::metadata(&file)?.len() > 100);
    net.stop()?;
    Ok(())
}

/// The steps in which a spike of step 1 arrives: at once, through synapses, and later.
fn delays() -> Result<()> {
    // ANCHOR: delays
    let slow = Projection::new(1, 1)
        .rule(Rule::OneToOne)
        .delays(Distribution::Constant(3.0));
    let net = network! { Loihi1SimCfg;
        source: Source<Spike> = Source::data([[true], [false], [false], [false], [false], [false]]);
        dense:  Dense         = Dense::weights([[1.0]]);
        sparse: Sparse        = Sparse::projection(slow);
        direct:   Sink<Spike> = Sink::shape([1]).steps(6);
        delayed:  Sink<Spike> = Sink::shape([1]).steps(6);
        weighted: Sink        = Sink::shape([1]).steps(6);
        later:    Sink        = Sink::shape([1]).steps(6);

        source.s_out            -> [direct.a_in, dense.s_in, sparse.s_in];
        source.s_out.delayed(2) -> delayed.a_in;
        dense.a_out             -> weighted.a_in; // one step: that of `Dense`
        sparse.a_out            -> later.a_in;    // three: those of the synapse
    }?;
    net.run(RunSteps(6))?;
    let spikes = |sink: &Sink<Spike>| {
        sink.data
            .get()
            .map(|data| data.iter().position(|spike| *spike))
    };
    let sums = |sink: &Sink| {
        sink.data
            .get()
            .map(|data| data.iter().position(|sum| *sum != 0.0))
    };
    assert_eq!(spikes(&net.direct)?, Some(0)); // rows are counted from 0, steps from 1
    assert_eq!(spikes(&net.delayed)?, Some(2));
    assert_eq!(sums(&net.weighted)?, Some(1));
    assert_eq!(sums(&net.later)?, Some(3));
    // ANCHOR_END: delays
    println!("  a spike of step 1 arrives in steps 1, 3, 2 and 4");
    net.stop()?;
    Ok(())
}

/// A loop without a delay is an error, with its path.
fn loops() -> Result<()> {
    // ANCHOR: loop
    let net = Network::<Loihi1SimCfg>::new();
    let one: Lif = net.add(Lif::shape([1]).name("one"))?;
    let other: Lif = net.add(Lif::shape([1]).name("other"))?;
    one.s_out.cast::<f32>().connect(&other.a_in)?;
    other.s_out.cast::<f32>().connect(&one.a_in)?;
    let error = net.run(RunSteps(1)).expect_err("no connection has a delay");
    assert_eq!(error.code(), Some("E1208"));
    println!("  {error}");
    // ANCHOR_END: loop
    Ok(())
}

/// The synapses that rules make.
fn rules() -> Result<()> {
    // ANCHOR: rules
    let between = |rule| {
        Projection::new(800, 1000)
            .rule(rule)
            .weights(Distribution::Normal { mean: 0.5, sd: 0.1 })
    };
    for rule in [
        Rule::FixedProbability(0.1), // each pair, independently
        Rule::FixedInDegree(80),     // 80 sources of each target
        Rule::FixedOutDegree(100),   // 100 targets of each source
        Rule::FixedTotal(80_000),    // as many in all
        Rule::AllToAll,
    ] {
        let synapses = between(rule).draw::<f32>(1)?;
        println!(
            "  {rule:?}: {} synapses, {} bytes",
            synapses.len(),
            synapses.bytes()
        );
    }
    // ANCHOR_END: rules
    let fixed = between(Rule::FixedInDegree(80)).draw::<f32>(1)?;
    assert_eq!(fixed.len(), 80_000);
    Ok(())
}

/// The voltages of neurons of the library under a current that begins at 50 ms.
fn voltages(folder: &Path) -> Result<()> {
    // ANCHOR: voltages
    let current = |strength: f32| {
        Array2::from_shape_fn(
            (3000, 1),
            |(step, _)| if step < 500 { 0.0 } else { strength },
        )
    };
    let net = network! { Loihi1SimCfg;
        to_iaf:  Source      = Source::data(current(400.0));
        to_aeif: Source      = Source::data(current(700.0));
        to_izh:  Source      = Source::data(current(10.0));
        iaf:     IafPscExp   = IafPscExp::shape([1]);
        aeif:    AeifCondExp = AeifCondExp::shape([1]);
        izh:     Izhikevich  = Izhikevich::shape([1]);
        to_iaf.s_out  -> iaf.current_in;
        to_aeif.s_out -> aeif.current_in;
        to_izh.s_out  -> izh.a_in;
    }?;
    net.set_dt(0.1 * ms)?;
    let iaf = (net.probe(&net.iaf.v_m)?, net.probe(&net.iaf.s_out)?);
    let aeif = (net.probe(&net.aeif.v_m)?, net.probe(&net.aeif.s_out)?);
    let izh = (net.probe(&net.izh.v)?, net.probe(&net.izh.s_out)?);
    net.run(RunFor(300.0 * ms))?;
    let trace =
        |name: &str, (voltage, spikes): &(lava::monitor::Probe<f32>, lava::monitor::SpikeProbe)| {
            voltage
                .traces()
                .names(["voltage"])
                .spikes(&spikes.trains())
                .title(name)
                .y_label("voltage (mV)")
        };
    Figure::new()
        .plot(trace("IafPscExp", &iaf))
        .plot(trace("AeifCondExp", &aeif))
        .plot(trace("Izhikevich", &izh))
        .size(800, 640)
        .inline()
        .save(folder.join("neurons.svg"))?;
    // ANCHOR_END: voltages
    for (name, (_, spikes)) in [
        ("IafPscExp", &iaf),
        ("AeifCondExp", &aeif),
        ("Izhikevich", &izh),
    ] {
        println!("  {name}: {} spikes", spikes.events().len());
        assert!(spikes.events().len() > 2);
    }
    net.stop()?;
    Ok(())
}

/// The firing rate of a neuron over a current.
fn rates(folder: &Path) -> Result<()> {
    // ANCHOR: rates
    let currents: Vec<f32> = (0..40).map(|n| 25.0 * n as f32).collect();
    let rates = |t_ref: f32| -> Result<Vec<f64>> {
        // One population, a neuron for each current.
        let build = IafPscExp::shape([currents.len()])
            .i_e(currents.clone())
            .t_ref(t_ref);
        rates_of(build, |neurons: &IafPscExp| neurons.s_out.clone())
    };
    let x: Vec<f64> = currents.iter().map(|current| f64::from(*current)).collect();
    curves("current (pA)", "rate (spikes/s)")
        .curve("refractory for 2 ms", &x, &rates(2.0)?)
        .curve("refractory for 10 ms", &x, &rates(10.0)?)
        .title("IafPscExp")
        .inline()
        .save(folder.join("rates.svg"))?;
    // ANCHOR_END: rates
    assert!(rates(2.0)?[39] > rates(10.0)?[39]);
    Ok(())
}

/// The rates of a population in a second.
fn rates_of<B: Build>(build: B, s_out: impl Fn(&B::Process) -> OutPort<Spike>) -> Result<Vec<f64>>
where
    B::Process: HasChosenModel<B::Choice, Loihi1SimCfg>,
{
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.1 * ms)?;
    let neurons = net.add(build)?;
    let spikes = net.probe(&s_out(&neurons))?;
    net.run(RunFor(1000.0 * ms))?;
    net.stop()?;
    Ok(spikes.trains().rates())
}

// ANCHOR: noise
neuron! {
    /// A membrane under noise: an Ornstein–Uhlenbeck process, with a threshold.
    pub Noisy {
        dv/dt = (e_l - v)/tau + sigma*sqrt(2/tau)*xi : mV = -65;
        param e_l: mV = -65;
        param tau: ms = 10 where tau > 0;
        param sigma: mV = 6;
        spike when v > -55 mV { v = e_l; }
        refractory t_ref: ms = 5 for v;
    }
}
// ANCHOR_END: noise

/// Two of them, and the intervals of many.
fn noise(folder: &Path) -> Result<()> {
    // ANCHOR: noise_run
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.1 * ms)?;
    net.set_seed(5)?;
    let neurons: Noisy = net.add(Noisy::shape([100]))?;
    let (voltage, spikes) = (
        net.probe(&neurons.v.select(0..2))?,
        net.probe(&neurons.s_out)?,
    );
    net.run(RunFor(500.0 * ms))?;
    Figure::new()
        .plot(voltage.traces().y_label("voltage (mV)"))
        .row([
            spikes.interval_histogram().into(),
            spikes.rate_histogram().into(),
        ])
        .inline()
        .save(folder.join("noise.svg"))?;
    // ANCHOR_END: noise_run
    println!("  {:.1} spikes/s", spikes.trains().mean_rate());
    assert!(spikes.trains().mean_rate() > 1.0);
    net.stop()?;
    Ok(())
}

// ANCHOR: table
neuron! {
    /// A neuron whose sodium activates as a measurement says, under a current that was recorded.
    pub Measured {
        dv/dt = (g_l*(e_l - v) + g_na*m_inf(v)*(e_na - v) + recorded(t))/c_m : mV = -70;
        table m_inf(v: mV): 1 = [(-80, 0), (-55, 0.1), (-40, 0.6), (0, 1)];
        table recorded(t: ms): pA;
        param c_m: pF = 250;
        param g_l: nS = 12.5;
        param g_na: nS = 8;
        param e_l: mV = -70;
        const e_na: mV = 50;
        spike when v > -30 mV { v = e_l; }
    }
}
// ANCHOR_END: table

/// The neuron under a ramp.
fn a_table() -> Result<()> {
    // ANCHOR: table_run
    let recorded = LookupTable::from_points([(0.0, 0.0), (80.0, 400.0), (100.0, 0.0)])?; // ms, pA
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.1 * ms)?;
    let neuron: Measured = net.add(Measured::shape([1]).recorded(recorded))?;
    let spikes = net.probe(&neuron.s_out)?;
    net.run(RunFor(200.0 * ms))?;
    // ANCHOR_END: table_run
    let events = spikes.events();
    let (step, _) = events.first().context("the current makes it fire")?;
    println!("  it fires in step {step}");
    net.stop()?;
    Ok(())
}

/// Many samples through one network at once.
fn a_batch() -> Result<()> {
    let one_sample = Array2::from_elem((50, 20), false);
    let samples = Array3::from_shape_fn((32, 50, 20), |(sample, step, input)| {
        (step + input) % 32 <= sample
    });
    // ANCHOR: batch
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(one_sample); // [steps, inputs]
        dense: Dense         = Dense::weights(Array2::from_elem((10, 20), 0.02));
        lif:   Lif           = Lif::shape([10]).du(1.0).dv(0.1).vth(1.0);
        input.s_out -> dense.s_in;
        dense.a_out -> lif.a_in;
    }?;
    net.set_batch(32)?;
    net.input.data.set(&samples)?; // [samples, steps, inputs]
    let spikes = net.probe(&net.lif.s_out)?;
    net.run(RunSteps(50))?;
    assert_eq!(net.lif.v.get()?.shape(), [32, 10]); // [samples, neurons]
    assert_eq!(spikes.data().shape(), [50, 32, 10]); // [steps, samples, neurons]
    // ANCHOR_END: batch
    println!("  {} spikes of 32 samples", spikes.events().len());
    assert!(!spikes.events().is_empty());
    net.stop()?;
    Ok(())
}

/// A model between a source and a sink, compared with numbers that were computed by hand.
fn a_model_alone() -> Result<()> {
    // ANCHOR: test
    let net = network! { Loihi1SimCfg;
        input:  Source = Source::data([[0.6], [0.6], [0.0], [0.6]]);
        neuron: Lif    = Lif::shape([1]).du(1.0).dv(0.5).vth(0.7);
        input.s_out -> neuron.a_in;
    }?;
    let (voltage, spikes) = (net.probe(&net.neuron.v)?, net.probe(&net.neuron.s_out)?);
    net.run(RunSteps(4))?;
    // 0.6; 0.3 + 0.6 = 0.9 fires and is reset; 0; 0.6
    let expected = array![[0.6], [0.0], [0.0], [0.6]].into_dyn();
    assert!(
        (voltage.data() - expected)
            .iter()
            .all(|error: &f32| error.abs() < 1e-6)
    );
    assert_eq!(spikes.events(), [(2, 0)]); // step 2, neuron 0
    // ANCHOR_END: test

    // ANCHOR: test_workers
    // The same bits on any number of workers and shards.
    let run = |workers: usize| -> Result<Vec<(u64, usize)>> {
        let net = network! { Loihi1SimCfg;
            drive:    Lif    = Lif::shape([200]).bias_mant(0.3).vth(1.0);
            synapses: Sparse = Sparse::projection(Projection::new(200, 100).rule(Rule::FixedInDegree(20)).seed(1));
            neurons:  Lif    = Lif::shape([100]).du(0.2).dv(0.1).vth(7.0);
            drive.s_out    -> synapses.s_in;
            synapses.a_out -> neurons.a_in;
        }?;
        net.set_workers(workers)?;
        net.set_shards(workers)?;
        let spikes = net.probe(&net.neurons.s_out)?;
        net.run(RunSteps(100))?;
        net.stop()?;
        Ok(spikes.events())
    };
    assert_eq!(run(1)?, run(2)?);
    // ANCHOR_END: test_workers
    println!("  one spike, in step 2; the same spikes on one worker and on two");
    net.stop()?;
    Ok(())
}
