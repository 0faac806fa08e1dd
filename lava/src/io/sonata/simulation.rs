//! The configuration of a simulation: run, input, output, reports.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::super::limits::ReadLimits;
use super::config::{Config, Configs};
use super::error::SonataError;
use super::node_sets::NodeSet;
use super::spikes::SpikeFile;

/// A simulation of a circuit. Times are in ms, voltages in mV.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Simulation {
    /// The time of the begin.
    pub start: f64,
    /// The time of the end.
    pub stop: f64,
    /// The time step.
    pub dt: f64,
    /// The voltage of all neurons at the begin, `conditions/v_init`.
    pub v_init: Option<f64>,
    /// The spikes that are put in, by the names of the inputs.
    pub inputs: BTreeMap<String, SpikeInput>,
    /// The folder of what is written.
    pub output: PathBuf,
    /// The name of the file of spikes.
    pub spikes_file: String,
    /// The values to record, by the names of the reports.
    pub reports: BTreeMap<String, ReportOf>,
    /// Inputs and reports that are no spikes and no values of neurons, and the reason why they are left out.
    pub left_out: Vec<String>,
}

/// Spikes that are put in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpikeInput {
    /// The nodes whose spikes they are; all that the file has spikes of, without one.
    pub nodes: Option<NodesOf>,
    /// The spikes.
    pub spikes: SpikeFile,
}

/// Nodes that an entry names.
#[derive(Clone, Debug, PartialEq)]
pub enum NodesOf {
    /// A node set or a population.
    Name(String),
    /// A node set that the entry itself describes.
    Set(NodeSet),
}

/// Values to record. Times are in ms.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReportOf {
    /// The nodes; all neurons, without one.
    pub nodes: Option<NodesOf>,
    /// The variable, `V_m` for instance.
    pub variable: String,
    /// The time of the first value; without one that of the run.
    pub start: Option<f64>,
    /// The time after the last value; without one that of the run.
    pub stop: Option<f64>,
    /// The time from value to value; without one that of the run.
    pub step: Option<f64>,
    /// The name of the file.
    pub file_name: String,
}

impl Simulation {
    /// A run of `stop` ms in steps of `dt` ms, without input.
    pub fn new(stop: f64, dt: f64) -> Simulation {
        Simulation {
            start: 0.0,
            stop,
            dt,
            v_init: None,
            inputs: BTreeMap::new(),
            output: PathBuf::from("output"),
            spikes_file: "spikes.h5".to_owned(),
            reports: BTreeMap::new(),
            left_out: Vec::new(),
        }
    }

    /// Reads the simulation; `None` if the configuration describes none.
    pub(super) fn read(
        configs: &Configs,
        limits: &ReadLimits,
    ) -> Result<Option<Simulation>, SonataError> {
        let Some((config, run)) = configs.section("run") else {
            return Ok(None);
        };
        let time = |key: &str| config.number(&format!("run/{key}"), run.get(key));
        let positive = |key: &str| {
            let number = time(key)?.filter(|number| *number > 0.0);
            number.ok_or_else(|| config.error(&format!("run/{key}"), "give a time in ms, above 0"))
        };
        let mut simulation = Simulation::new(positive("tstop")?, positive("dt")?);
        simulation.start = time("tstart")?.unwrap_or(0.0);
        if let Some((config, conditions)) = configs.section("conditions") {
            simulation.v_init = config.number("conditions/v_init", conditions.get("v_init"))?;
        }
        if let Some((config, output)) = configs.section("output") {
            simulation.output = match output.get("output_dir") {
                Some(folder) => config.file("output/output_dir", folder)?,
                None => config.file("output", &Json::from("output"))?,
            };
            if let Some(name) = output.get("spikes_file").filter(|name| !name.is_null()) {
                simulation.spikes_file = file_name(config, "output/spikes_file", name)?;
            }
        }
        simulation.read_inputs(configs, limits)?;
        simulation.read_reports(configs)?;
        Ok(Some(simulation))
    }

    fn read_inputs(&mut self, configs: &Configs, limits: &ReadLimits) -> Result<(), SonataError> {
        let Some((config, inputs)) = configs.section("inputs") else {
            return Ok(());
        };
        for (name, input) in inputs.as_object().into_iter().flatten() {
            let key = format!("inputs/{name}");
            if input.get("enabled") == Some(&Json::Bool(false)) {
                continue;
            }
            let [kind, module] =
                ["input_type", "module"].map(|key| input.get(key).and_then(Json::as_str));
            let is_read = matches!(
                module,
                None | Some("h5" | "sonata" | "csv" | "synapse_replay")
            );
            if kind != Some("spikes") || !is_read {
                let [kind, module] = [kind, module].map(Option::unwrap_or_default);
                let what = format!("input `{name}` of type `{kind}`, module `{module}`");
                self.left_out
                    .push(format!("{what}: spikes from files are read"));
                continue;
            }
            let file = ["input_file", "spike_file"]
                .iter()
                .find_map(|key| input.get(key));
            let file = file.ok_or_else(|| config.error(&key, "there is no `input_file`"))?;
            let path = config.file(&format!("{key}/input_file"), file)?;
            let entry = ["node_set", "source"].iter().find_map(|key| input.get(key));
            let input = SpikeInput {
                nodes: nodes(config, &key, entry)?,
                spikes: SpikeFile::read_with(path, limits)?,
            };
            self.inputs.insert(name.clone(), input);
        }
        Ok(())
    }

    fn read_reports(&mut self, configs: &Configs) -> Result<(), SonataError> {
        let Some((config, reports)) = configs.section("reports") else {
            return Ok(());
        };
        for (name, report) in reports.as_object().into_iter().flatten() {
            let key = format!("reports/{name}");
            if report.get("enabled") == Some(&Json::Bool(false)) {
                continue;
            }
            let module = report.get("module").and_then(Json::as_str);
            if !matches!(module, None | Some("membrane_report" | "multimeter_report")) {
                let module = module.unwrap_or_default();
                self.left_out.push(format!(
                    "report `{name}` of module `{module}`: values of neurons are recorded"
                ));
                continue;
            }
            let number = |name: &str| config.number(&format!("{key}/{name}"), report.get(name));
            let variable = report.get("variable_name");
            let variable =
                variable.ok_or_else(|| config.error(&key, "there is no `variable_name`"))?;
            let file = match report.get("file_name").filter(|name| !name.is_null()) {
                Some(file) => file_name(config, &format!("{key}/file_name"), file)?,
                None => file_name(config, &key, &Json::from(format!("{name}.h5")))?,
            };
            let report = ReportOf {
                nodes: nodes(config, &key, report.get("cells"))?,
                variable: config.text(&format!("{key}/variable_name"), variable)?,
                start: number("start_time")?,
                stop: number("end_time")?,
                step: number("dt")?.filter(|step| *step > 0.0),
                file_name: file,
            };
            self.reports.insert(name.clone(), report);
        }
        Ok(())
    }
}

/// The name of a file that is written: it lies in the output folder, and nowhere else.
fn file_name(config: &Config, key: &str, entry: &Json) -> Result<String, SonataError> {
    let name = config.text(key, entry)?;
    let is_plain = !name.contains(['/', '\\']) && !matches!(name.as_str(), "" | "." | "..");
    match is_plain {
        true => Ok(name),
        false => Err(config.error(
            key,
            format!("`{name}` is no plain name of a file in the output folder"),
        )),
    }
}

/// The nodes that an entry names.
fn nodes(config: &Config, key: &str, entry: Option<&Json>) -> Result<Option<NodesOf>, SonataError> {
    Ok(match entry {
        None | Some(Json::Null) => None,
        Some(Json::String(_)) => match config.text(key, entry.unwrap_or(&Json::Null))?.as_str() {
            "all" => None,
            name => Some(NodesOf::Name(name.to_owned())),
        },
        Some(set) => Some(NodesOf::Set(NodeSet::of_json(key, set)?)),
    })
}
