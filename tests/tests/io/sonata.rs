//! SONATA's circuits, as NEST computes them, and as files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lava::io::{Arrays, Tensor};
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{IafCondExp, IafPscAlpha, Sparse};
use lava::sonata::{
    AttributeValue, CircuitRecording, EdgePopulation, FrameFile, InitialVoltage, NodePopulation,
    NodeSet, Simulation, SonataCircuit, SonataError, SonataOptions, SpikeFile,
};
use lava_tests::folders;

use crate::{fixture, shared};

/// A folder that is removed at the end of a test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        let name = format!("lava-sonata-{}-{name}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).expect("a folder can be made");
        folder
    }

    /// A copy of the circuit of the fixtures.
    pub(crate) fn of_mixed(name: &str) -> Folder {
        let folder = Folder::new(name);
        folders::copy(&fixture("sonata/mixed"), &folder.0);
        folder
    }

    /// Replaces a text in a file of the folder.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.0.join(file);
        let text = std::fs::read_to_string(&path).expect("it is a text");
        assert!(text.contains(from), "{file}: {text}");
        std::fs::write(path, text.replacen(from, to, 1)).expect("it can be written");
    }

    pub(crate) fn open(&self) -> Result<SonataCircuit, SonataError> {
        SonataCircuit::open(self.0.join("simulation_config.json"))
    }

    /// The error, or the problems, of the circuit.
    pub(crate) fn problem(&self) -> String {
        match self.open() {
            Ok(circuit) => circuit.check(&SonataOptions::new()).problems.join("\n"),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the simulation of a circuit, and returns what was recorded.
fn simulate(circuit: &SonataCircuit, options: &SonataOptions) -> lava::Result<CircuitRecording> {
    let net = Network::<Loihi1SimCfg>::new();
    let built = circuit.build::<f64>(&net, options)?;
    let recording = built.record(&net)?;
    net.run(RunSteps(built.steps.expect("there is a simulation")))?;
    net.stop()?;
    Ok(recording)
}

/// Spikes as pairs of a step and an id.
fn steps(spikes: &SpikeFile, population: &str, dt: f64) -> Vec<(i64, u64)> {
    let spikes = spikes.populations[population].iter();
    let mut steps: Vec<_> = spikes
        .map(|(time, id)| ((time / dt).round() as i64, *id))
        .collect();
    steps.sort_unstable();
    steps
}

/// A recording of NEST, made by `tests/fixtures/make_sonata.py`: spikes, and voltages by the id of the node.
fn nest(name: &str) -> lava::Result<(Vec<(i64, u64)>, BTreeMap<u64, Vec<f64>>)> {
    let arrays = Arrays::read(fixture(&format!("sonata/{name}.npz")))?;
    let numbers = |name: &str| arrays.get(name).and_then(Tensor::to_i64).expect("integers");
    let mut step = 0;
    let steps = numbers("steps").into_iter().map(|after| {
        step += after;
        step
    });
    let spikes = steps
        .zip(numbers("ids"))
        .map(|(step, id)| (step, id as u64))
        .collect();
    let voltages = arrays.iter().filter_map(|(name, array)| {
        let id = name.strip_prefix('v')?.parse().ok()?;
        Some((id, array.to_f64()?))
    });
    Ok((spikes, voltages.collect()))
}

/// Adds a report of the voltage of all neurons, every `step` ms from `step` on, at which NEST begins.
fn with_voltages(mut circuit: SonataCircuit, step: f64) -> SonataCircuit {
    let simulation = circuit.simulation.as_mut().expect("there is a simulation");
    let mut report = simulation
        .reports
        .values()
        .next()
        .expect("there is a report")
        .clone();
    report.nodes = None;
    report.variable = "V_m".to_owned();
    report.start = Some(step);
    report.stop = Some(simulation.stop);
    report.step = Some(step);
    simulation.reports = BTreeMap::from([("all".to_owned(), report)]);
    circuit
}

/// Compares the voltages of a report, which has single precision, with those of NEST.
#[track_caller]
fn compare_voltages(
    recording: &CircuitRecording,
    population: &str,
    expected: &BTreeMap<u64, Vec<f64>>,
) {
    let reports = recording.reports();
    let frames = &reports["all"].populations[population];
    assert!(frames.data.nrows() > 10 && !expected.is_empty());
    for (id, voltages) in expected {
        let column = frames
            .ids
            .iter()
            .position(|other| other == id)
            .expect("the node is there");
        for (frame, voltage) in frames.data.column(column).iter().zip(voltages) {
            let error = (f64::from(*frame) - voltage).abs();
            assert!(error < 1e-5, "node {id}: {frame} mV, not {voltage}");
        }
    }
}

#[test]
fn a_circuit_of_three_models_has_the_spikes_and_voltages_of_nest() -> lava::Result<()> {
    let circuit = SonataCircuit::open(fixture("sonata/mixed/simulation_config.json"))?;
    let circuit = with_voltages(circuit, 1.0);
    let report = circuit.check(&SonataOptions::new());
    assert!(report.fits(), "{report}");
    let recording = simulate(&circuit, &SonataOptions::new())?;
    let (spikes, voltages) = nest("mixed")?;
    assert!(spikes.len() > 100);
    assert_eq!(steps(&recording.spikes(), "cells", 0.1), spikes);
    compare_voltages(&recording, "cells", &voltages);
    Ok(())
}

#[test]
fn the_example_of_the_format_has_the_spikes_and_voltages_of_nest() -> lava::Result<()> {
    let Some(path) = shared("sonata/300_pointneurons/config.json") else {
        return Ok(());
    };
    let circuit = with_voltages(SonataCircuit::open(&path)?, 10.0);
    for (voltage, name) in [
        (InitialVoltage::Simulation, "300_pointneurons"),
        (InitialVoltage::Model, "300_pointneurons_at_rest"),
    ] {
        let recording = simulate(&circuit, &SonataOptions::new().voltage(voltage))?;
        let (spikes, voltages) = nest(name)?;
        assert!(spikes.len() > 18_000);
        assert!(
            steps(&recording.spikes(), "internal", 0.01) == spikes,
            "{name}"
        );
        compare_voltages(&recording, "internal", &voltages);
    }
    Ok(())
}

#[test]
fn files_of_any_start_lead_to_the_circuit() -> lava::Result<()> {
    let folder = Folder::of_mixed("start");
    let whole = folder.open()?;
    let names =
        "{\"network\": \"circuit_config.json\", \"simulation\": \"simulation_config.json\"}";
    std::fs::write(folder.0.join("config.json"), names)?;
    assert_eq!(SonataCircuit::open(folder.0.join("config.json"))?, whole);
    let bare = SonataCircuit::open(folder.0.join("circuit_config.json"))?;
    assert_eq!((&bare.nodes, &bare.edges), (&whole.nodes, &whole.edges));
    assert!(bare.simulation.is_none());
    Ok(())
}

#[test]
fn attributes_are_those_of_the_group_before_those_of_the_type() -> lava::Result<()> {
    let circuit = SonataCircuit::open(fixture("sonata/mixed/simulation_config.json"))?;
    let cells = circuit.population("cells")?;
    assert_eq!((cells.len(), cells.ids[6]), (12, 30));
    let value = |node, name| cells.attributes.value(node, name);
    assert_eq!(
        value(1, "layer"),
        Some(AttributeValue::from("L5")),
        "by the library"
    );
    assert_eq!(
        value(8, "layer"),
        Some(AttributeValue::from("L6")),
        "as a text"
    );
    assert_eq!(value(9, "x"), Some(AttributeValue::Number(103.0)));
    assert_eq!(
        value(0, "pop_name"),
        Some(AttributeValue::from("layer 4 \"spiny\""))
    );
    assert_eq!(value(6, "pop_name"), None, "NULL");
    assert_eq!(
        circuit.population("input")?.attributes.value(0, "pop_name"),
        Some(AttributeValue::from("lgn"))
    );
    let error = circuit.population("other").unwrap_err().to_string();
    assert!(error.contains("`cells`, `input`"), "{error}");
    Ok(())
}

#[test]
fn node_sets_are_resolved_by_attributes_ids_and_unions() -> lava::Result<()> {
    let mut circuit = SonataCircuit::open(fixture("sonata/mixed/simulation_config.json"))?;
    let nodes = |circuit: &SonataCircuit, name: &str| {
        circuit.node_set(name).map(|set| set["cells"].clone())
    };
    assert_eq!(nodes(&circuit, "alpha")?, [0, 1, 2, 3]);
    assert_eq!(nodes(&circuit, "deep")?, [1, 3, 5, 6, 7, 8, 9, 11]);
    assert_eq!(nodes(&circuit, "by_id")?, [0, 11]);
    assert_eq!(nodes(&circuit, "spiny")?, [0, 2]);
    assert_eq!(nodes(&circuit, "some")?, [0, 2, 11]);
    let everything = circuit.node_set("everything")?;
    assert_eq!(everything["cells"], [0, 1, 2, 3, 5, 6, 7, 8, 9, 11]);
    assert_eq!(everything["input"], [0, 1, 2, 3, 4]);
    let circle = |name: &str| NodeSet::Compound(vec![name.to_owned(), "by_id".to_owned()]);
    circuit.node_sets.sets.insert("a".to_owned(), circle("b"));
    circuit.node_sets.sets.insert("b".to_owned(), circle("a"));
    assert_eq!(nodes(&circuit, "a")?, [0, 11], "a circle adds nothing");
    circuit
        .node_sets
        .sets
        .insert("b".to_owned(), circle("nowhere"));
    let error = circuit.node_set("a").unwrap_err().to_string();
    assert!(
        error.contains("`nowhere`") && error.contains("`spiny`"),
        "{error}"
    );
    Ok(())
}

#[test]
fn reports_and_spikes_are_written_as_the_simulation_says() -> lava::Result<()> {
    let circuit = SonataCircuit::open(fixture("sonata/mixed/simulation_config.json"))?;
    let recording = simulate(&circuit, &SonataOptions::new())?;
    let folder = Folder::new("output");
    recording.write(&circuit, &folder.0)?;
    let spikes = SpikeFile::read(folder.0.join("out_spikes.h5"))?;
    assert_eq!(spikes, recording.spikes());
    let file = FrameFile::read(folder.0.join("voltage.h5"))?;
    let frames = &file.populations["cells"];
    assert_eq!((frames.start, frames.stop, frames.step), (5.0, 150.0, 0.5));
    assert_eq!(
        (&frames.ids[..], frames.unit.as_str()),
        (&[10, 14, 40][..], "mV")
    );
    assert_eq!(frames.data.dim(), (290, 3));
    // The first frame is that of 5 ms, which NEST has as its fifth of 1 ms.
    let (_, voltages) = nest("mixed")?;
    for (column, id) in frames.ids.iter().enumerate() {
        let error = f64::from(frames.data[[0, column]]) - voltages[id][4];
        assert!(error.abs() < 1e-5, "node {id}: {error:e}");
    }
    let file = FrameFile::read(folder.0.join("currents.h5"))?;
    let frames = &file.populations["cells"];
    assert_eq!(
        (frames.start, frames.stop, frames.data.dim()),
        (0.0, 20.0, (200, 4))
    );
    assert!(
        frames.data.row(0).iter().all(|current| *current == 0.0),
        "the begin"
    );
    assert!(frames.data.iter().any(|current| *current > 10.0));
    Ok(())
}

#[test]
fn what_is_written_is_read_back_equal_and_runs_equal() -> lava::Result<()> {
    let mut circuit = SonataCircuit::open(fixture("sonata/mixed/simulation_config.json"))?;
    let folder = Folder::new("again");
    let simulation = circuit.simulation.as_mut().expect("there is a simulation");
    simulation.output = folder.0.join("results");
    circuit.write(&folder.0)?;
    let again = SonataCircuit::open(folder.0.join("config.json"))?;
    assert_eq!(again, circuit);
    let options = SonataOptions::new();
    assert_eq!(
        simulate(&again, &options)?.spikes(),
        simulate(&circuit, &options)?.spikes()
    );
    Ok(())
}

#[test]
fn a_network_of_ones_own_is_written_and_runs_equal() -> lava::Result<()> {
    let synapses = Synapses::<f64>::from_list(
        3,
        3,
        &[
            Synapse {
                source: 0,
                target: 1,
                weight: 900.0,
                delay: 15,
            },
            Synapse {
                source: 1,
                target: 2,
                weight: 700.0,
                delay: 3,
            },
            Synapse {
                source: 2,
                target: 0,
                weight: -300.0,
                delay: 1,
            },
        ],
    )?;
    let net = Network::<Loihi1SimCfg>::new();
    let neurons: IafPscAlpha<f64> = net.add(
        IafPscAlpha::shape([3])
            .i_e([500.0, 0.0, 300.0])
            .tau_syn_in(4.0),
    )?;
    let mut circuit = SonataCircuit::new();
    circuit
        .nodes
        .push(NodePopulation::of_neurons("cells", &neurons)?);
    circuit.edges.push(EdgePopulation::of_synapses(
        "all", "cells", "cells", &synapses, 0.1,
    ));
    circuit.simulation = Some(Simulation::new(300.0, 0.1));
    let folder = Folder::new("own");
    circuit.write(&folder.0)?;
    let read = SonataCircuit::open(folder.0.join("config.json"))?;
    assert_eq!((&read.nodes, &read.edges), (&circuit.nodes, &circuit.edges));
    let report = read.check(&SonataOptions::new());
    assert!(report.to_string().contains("Sparse × 2"), "{report}");

    let split = |sign: f64| {
        let list: Vec<Synapse> = synapses
            .iter()
            .filter(|synapse| synapse.weight * sign > 0.0)
            .collect();
        Synapses::<f64>::from_list(3, 3, &list)
    };
    for (sign, port) in [(1.0, &neurons.exc_in), (-1.0, &neurons.inh_in)] {
        let sparse: Sparse<f64> = net.add(Sparse::synapses(split(sign)?))?;
        neurons.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(port)?;
    }
    let probe = net.probe(&neurons.s_out)?;
    net.run(RunSteps(3000))?;
    let expected: Vec<(i64, u64)> = probe
        .events()
        .iter()
        .map(|(step, n)| (*step as i64, *n as u64))
        .collect();
    assert!(expected.len() > 20);
    let spikes = simulate(&read, &SonataOptions::new())?.spikes();
    assert_eq!(steps(&spikes, "cells", 0.1), expected);
    Ok(())
}

#[test]
fn conductances_are_built_and_said_to_be_approximate() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let neurons: IafCondExp =
        net.add(IafCondExp::shape([2]).i_e([400.0, 0.0]).g_l([16.0, 17.0]))?;
    let mut circuit = SonataCircuit::new();
    circuit
        .nodes
        .push(NodePopulation::of_neurons("cells", &neurons)?);
    let adaptive =
        NodePopulation::neurons("adaptive", 2, "nest:aeif_cond_exp", [("I_e", vec![700.0])]);
    circuit.nodes.push(adaptive);
    circuit.simulation = Some(Simulation::new(100.0, 0.1));
    let report = circuit.check(&SonataOptions::new());
    assert!(
        report.rows.iter().all(|row| !row.why.is_empty()),
        "{report}"
    );
    let net = Network::<Loihi1SimCfg>::new();
    let built = circuit.build::<f32>(&net, &SonataOptions::new())?;
    let recording = built.record(&net)?;
    net.run(RunSteps(1000))?;
    let spikes = recording.spikes();
    assert!(spikes.populations["cells"].len() > 2 && spikes.populations["adaptive"].len() > 2);
    assert!(spikes.populations["cells"].iter().all(|(_, id)| *id == 0));
    Ok(())
}
