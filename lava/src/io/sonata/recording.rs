//! Recordings of circuits: spikes, and the values of reports.

use std::collections::BTreeMap;
use std::path::Path;

use lava_core::files::make_folder;
use ndarray::Array2;

use super::build::{BuiltCircuit, CircuitNumber};
use super::circuit::SonataCircuit;
use super::error::SonataError;
use super::files;
use super::frames::{FrameFile, Frames};
use super::models::Neurons;
use super::node_sets::NodeSelection;
use super::spikes::SpikeFile;
use crate::monitor::{Probe, ProbeOptions, SpikeProbe};
use crate::network::{Loihi1SimCfg, Network};

/// A report that is recorded. Times are in steps.
#[derive(Clone, Debug)]
pub(super) struct PlannedReport {
    name: String,
    variable: String,
    nodes: NodeSelection,
    first: u64,
    end: u64,
    every: u64,
    file_name: String,
    /// The time of the begin, in ms.
    start: f64,
}

/// The reports of a circuit's simulation.
pub(super) fn planned_reports(
    circuit: &SonataCircuit,
    dt: f64,
) -> Result<Vec<PlannedReport>, SonataError> {
    let Some(simulation) = &circuit.simulation else {
        return Ok(Vec::new());
    };
    let steps = |time: f64| ((time - simulation.start) / dt).round().max(0.0) as u64;
    let mut planned = Vec::new();
    for (name, report) in &simulation.reports {
        let nodes = match &report.nodes {
            Some(nodes) => circuit.nodes_of(nodes)?,
            None => {
                let all = circuit.nodes.iter();
                all.map(|is| (is.name.clone(), (0..is.len()).collect()))
                    .collect()
            }
        };
        let every = report
            .step
            .map_or(1, |step| (step / dt).round().max(1.0) as u64);
        let first = steps(report.start.unwrap_or(simulation.start));
        planned.push(PlannedReport {
            name: name.clone(),
            variable: report.variable.clone(),
            nodes,
            first,
            end: steps(report.stop.unwrap_or(simulation.stop)),
            every,
            file_name: report.file_name.clone(),
            start: simulation.start,
        });
    }
    Ok(planned)
}

/// A recording of a circuit: the spikes of all neurons, and the values of the simulation's reports. It goes on as
/// long as the network runs.
#[derive(Debug)]
pub struct CircuitRecording<T: CircuitNumber = f64> {
    dt: f64,
    start: f64,
    spikes: Vec<RecordedSpikes>,
    reports: Vec<RecordedReport<T>>,
}

#[derive(Debug)]
struct RecordedSpikes {
    population: String,
    /// The id of each neuron.
    ids: Vec<u64>,
    probe: SpikeProbe,
}

#[derive(Debug)]
struct RecordedReport<T: CircuitNumber> {
    planned: PlannedReport,
    columns: Vec<RecordedColumns<T>>,
}

/// Values of neurons of a part.
#[derive(Debug)]
struct RecordedColumns<T: CircuitNumber> {
    population: String,
    ids: Vec<u64>,
    /// The values at the begin.
    initial: Vec<f64>,
    probe: Probe<T>,
}

impl<T: CircuitNumber> BuiltCircuit<T> {
    /// Records the spikes of all neurons, and what the simulation's reports ask for.
    ///
    /// # Errors
    /// [`SonataError::NoSuch`] if the neurons of a report have no such variable, [`SonataError::Network`] if the
    /// network cannot be probed.
    pub fn record(&self, net: &Network<Loihi1SimCfg>) -> Result<CircuitRecording<T>, SonataError> {
        let mut spikes = Vec::new();
        for (name, population) in &self.populations {
            for part in &population.parts {
                if matches!(part.neurons, Neurons::Sources(_)) {
                    continue;
                }
                spikes.push(RecordedSpikes {
                    population: name.clone(),
                    ids: part
                        .nodes
                        .iter()
                        .map(|node| population.ids[*node])
                        .collect(),
                    probe: net.probe(part.neurons.spikes())?,
                });
            }
        }
        let mut reports = Vec::new();
        for planned in &self.reports {
            reports.push(self.report(net, planned)?);
        }
        Ok(CircuitRecording {
            dt: self.dt,
            start: self.start,
            spikes,
            reports,
        })
    }

    fn report(
        &self,
        net: &Network<Loihi1SimCfg>,
        planned: &PlannedReport,
    ) -> Result<RecordedReport<T>, SonataError> {
        let mut columns = Vec::new();
        for (name, nodes) in &planned.nodes {
            let population = &self.populations[name];
            let mut places: BTreeMap<usize, Vec<(usize, u64)>> = BTreeMap::new();
            for node in nodes {
                let (part, place) = population.places[*node];
                places
                    .entry(part)
                    .or_default()
                    .push((place, population.ids[*node]));
            }
            for (part, places) in places {
                let neurons = &population.parts[part].neurons;
                if matches!(neurons, Neurons::Sources(_)) {
                    continue;
                }
                let var = neurons.var(variable(&planned.variable)).ok_or_else(|| {
                    let names = ["V_m", "I_syn_ex", "I_syn_in", "g_ex", "g_in", "w"];
                    SonataError::no_such("variable to record", &planned.variable, names.into_iter())
                })?;
                let (places, ids): (Vec<usize>, Vec<u64>) = places.into_iter().unzip();
                let values = var.get()?;
                let values: Vec<f64> = values.iter().map(|value| value.double()).collect();
                let options = ProbeOptions::new().every(divisor(planned.every, planned.first));
                columns.push(RecordedColumns {
                    population: name.clone(),
                    ids,
                    initial: places.iter().map(|place| values[*place]).collect(),
                    probe: net.probe_with(&var.select(places), &options)?,
                });
            }
        }
        Ok(RecordedReport {
            planned: planned.clone(),
            columns,
        })
    }
}

impl<T: CircuitNumber> CircuitRecording<T> {
    /// The spikes so far, their times in ms.
    pub fn spikes(&self) -> SpikeFile {
        let mut file = SpikeFile::new();
        for recorded in &self.spikes {
            let spikes = file
                .populations
                .entry(recorded.population.clone())
                .or_default();
            let events = recorded.probe.events();
            spikes.extend(
                events
                    .into_iter()
                    .map(|(step, neuron)| (time(self.start, step, self.dt), recorded.ids[neuron])),
            );
        }
        for spikes in file.populations.values_mut() {
            spikes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
        file
    }

    /// The values of the reports so far, by their names.
    pub fn reports(&self) -> BTreeMap<String, FrameFile> {
        let reports = self.reports.iter();
        reports
            .map(|report| (report.planned.name.clone(), report.frames(self.dt)))
            .collect()
    }

    /// Writes the spikes and the reports to a folder, which is made if it is not there, under the names that the
    /// simulation gives: those of `circuit`.
    ///
    /// # Errors
    /// [`SonataError`] if a file cannot be written.
    pub fn write(
        &self,
        circuit: &SonataCircuit,
        folder: impl AsRef<Path>,
    ) -> Result<(), SonataError> {
        let folder = folder.as_ref();
        make_folder(folder).map_err(files::refused(folder))?;
        let name = circuit
            .simulation
            .as_ref()
            .map(|is| is.spikes_file.as_str());
        self.spikes()
            .write(folder.join(name.unwrap_or("spikes.h5")))?;
        for report in &self.reports {
            let path = folder.join(&report.planned.file_name);
            report.frames(self.dt).write(path)?;
        }
        Ok(())
    }
}

impl<T: CircuitNumber> RecordedReport<T> {
    fn frames(&self, dt: f64) -> FrameFile {
        let planned = &self.planned;
        let counts = |step: u64| {
            (planned.first..planned.end).contains(&step)
                && (step - planned.first).is_multiple_of(planned.every)
        };
        let mut of_populations: BTreeMap<&str, Vec<(u64, Vec<f32>)>> = BTreeMap::new();
        for columns in &self.columns {
            let list = of_populations.entry(&columns.population).or_default();
            let (steps, data) = (columns.probe.time_steps(), columns.probe.data());
            let width = columns.ids.len();
            let values: Vec<f64> = data.iter().map(|value| value.double()).collect();
            for (column, id) in columns.ids.iter().enumerate() {
                let begin = counts(0).then_some(columns.initial[column]);
                let rows = (0..steps.len()).filter(|row| counts(steps[*row]));
                let later = rows.map(|row| values[row * width + column]);
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "the format has values of single precision"
                )]
                let values = begin.into_iter().chain(later).map(|value| value as f32);
                list.push((*id, values.collect()));
            }
        }
        let mut file = FrameFile::new();
        for (name, mut list) in of_populations {
            list.sort_by_key(|(id, _)| *id);
            let frames = list
                .iter()
                .map(|(_, values)| values.len())
                .min()
                .unwrap_or(0);
            let data = Array2::from_shape_fn((frames, list.len()), |(frame, column)| {
                list[column].1[frame]
            });
            let first = time(planned.start, planned.first, dt);
            let stop = time(
                planned.start,
                planned.first + frames as u64 * planned.every,
                dt,
            );
            let times = [first, stop, planned.every as f64 * dt];
            let ids = list.into_iter().map(|(id, _)| id).collect();
            file.populations.insert(
                name.to_owned(),
                Frames::new(times, unit(&planned.variable), ids, data),
            );
        }
        file
    }
}

/// The time of a step in ms, rounded to picoseconds so that step 15 of 0.1 ms is at 1.5 ms.
fn time(start: f64, step: u64, dt: f64) -> f64 {
    start + (step as f64 * dt * 1e9).round() / 1e9
}

/// The name in NEST of a variable.
fn variable(name: &str) -> &str {
    match name {
        "v" | "V" => "V_m",
        name => name,
    }
}

fn unit(variable: &str) -> &'static str {
    match variable {
        "g_ex" | "g_in" => "nS",
        "I_syn_ex" | "I_syn_in" | "w" => "pA",
        _ => "mV",
    }
}

/// The largest number of steps that divides both.
fn divisor(every: u64, first: u64) -> u64 {
    match first {
        0 => every,
        _ => divisor(first, every % first),
    }
}
