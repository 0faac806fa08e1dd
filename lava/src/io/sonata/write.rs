//! Circuits as files.

use std::path::Path;

use lava_core::files::{make_folder, write};
use serde_json::{Value as Json, json};

use super::super::hdf5::FileGroup;
use super::attributes::{AttributeValue, ModelParameters};
use super::circuit::SonataCircuit;
use super::error::SonataError;
use super::files;
use super::node_sets::number_to_json;
use super::simulation::{NodesOf, Simulation};

impl SonataCircuit {
    /// Writes the circuit, and its simulation if it has one, to a folder: `config.json` names all other files.
    ///
    /// | file | contents |
    /// |---|---|
    /// | `circuit_config.json`, `simulation_config.json` | the configurations |
    /// | `network/NAME_nodes.h5`, `network/NAME_node_types.csv` | a population of nodes |
    /// | `network/NAME_edges.h5`, `network/NAME_edge_types.csv` | a population of edges |
    /// | `components/neurons`, `components/synapses` | parameters of models |
    /// | `inputs/NAME.h5` | spikes that are put in |
    /// | `node_sets.json` | node sets |
    ///
    /// A circuit that is written is read back equal, if the folder of the output lies in the folder.
    ///
    /// # Errors
    /// [`SonataError`] if a name can be none of a file, or a file cannot be written.
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<(), SonataError> {
        let folder = folder.as_ref();
        let network = folder.join("network");
        for inner in ["network", "components/neurons", "components/synapses"] {
            let path = folder.join(inner);
            make_folder(&path).map_err(files::refused(&path))?;
        }
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        for population in &self.nodes {
            let name = checked(&population.name)?;
            write_population(&network, "node", name, population.to_tree())?;
            let table = population.attributes.types().to_text("node_type_id");
            nodes.push(write_table(&network, "node", name, &table)?);
            write_models(&folder.join("components/neurons"), population.models.iter())?;
        }
        for population in &self.edges {
            let name = checked(&population.name)?;
            write_population(&network, "edge", name, population.to_tree())?;
            let table = population.attributes.types().to_text("edge_type_id");
            edges.push(write_table(&network, "edge", name, &table)?);
            write_models(
                &folder.join("components/synapses"),
                population.models.iter(),
            )?;
        }
        let mut circuit = json!({
            "manifest": {"$NETWORK_DIR": "./network", "$COMPONENT_DIR": "./components"},
            "components": {
                "point_neuron_models_dir": "$COMPONENT_DIR/neurons",
                "synaptic_models_dir": "$COMPONENT_DIR/synapses",
            },
            "networks": {"nodes": nodes, "edges": edges},
        });
        if let Some(simulator) = &self.target_simulator {
            circuit["target_simulator"] = json!(simulator);
        }
        write_json(&folder.join("circuit_config.json"), &circuit)?;
        let mut config = json!({"network": "./circuit_config.json"});
        if !self.node_sets.sets.is_empty() {
            write_json(&folder.join("node_sets.json"), &self.node_sets.to_json())?;
            config["node_sets_file"] = json!("./node_sets.json");
        }
        if let Some(simulation) = &self.simulation {
            simulation.write(folder)?;
            config["simulation"] = json!("./simulation_config.json");
        }
        write_json(&folder.join("config.json"), &config)
    }
}

impl Simulation {
    fn write(&self, folder: &Path) -> Result<(), SonataError> {
        let inside = self.output.strip_prefix(folder).unwrap_or(&self.output);
        let mut config = json!({
            "run": {"tstart": self.start, "tstop": self.stop, "dt": self.dt},
            "output": {"output_dir": inside.display().to_string(), "spikes_file": self.spikes_file},
        });
        if let Some(v_init) = self.v_init {
            config["conditions"] = json!({"v_init": v_init});
        }
        for (name, input) in &self.inputs {
            let inputs = folder.join("inputs");
            make_folder(&inputs).map_err(files::refused(&inputs))?;
            input
                .spikes
                .write(inputs.join(format!("{}.h5", checked(name)?)))?;
            let file = format!("./inputs/{name}.h5");
            let mut entry = json!({"input_type": "spikes", "module": "h5", "input_file": file});
            if let Some(nodes) = &input.nodes {
                entry["node_set"] = nodes.to_json();
            }
            config["inputs"][name] = entry;
        }
        for (name, report) in &self.reports {
            let mut entry = json!({
                "module": "membrane_report",
                "variable_name": report.variable,
                "file_name": report.file_name,
            });
            if let Some(nodes) = &report.nodes {
                entry["cells"] = nodes.to_json();
            }
            let times = [
                ("start_time", report.start),
                ("end_time", report.stop),
                ("dt", report.step),
            ];
            for (key, time) in times {
                if let Some(time) = time {
                    entry[key] = json!(time);
                }
            }
            config["reports"][name] = entry;
        }
        write_json(&folder.join("simulation_config.json"), &config)
    }
}

impl NodesOf {
    fn to_json(&self) -> Json {
        match self {
            NodesOf::Name(name) => json!(name),
            NodesOf::Set(set) => set.to_json(),
        }
    }
}

/// A name that becomes one of a file.
fn checked(name: &str) -> Result<&str, SonataError> {
    let is_plain = !name.is_empty() && !name.contains(['/', '\\', '$']) && !name.starts_with('.');
    match is_plain {
        true => Ok(name),
        false => Err(SonataError::Population {
            path: "the circuit".to_owned(),
            population: name.to_owned(),
            problem: "the name can be none of a file: it is empty, begins with `.`, or has `/`, `\\` or `$`".to_owned(),
        }),
    }
}

fn write_population(
    folder: &Path,
    of: &str,
    name: &str,
    tree: FileGroup,
) -> Result<(), SonataError> {
    let (mut root, mut groups) = (FileGroup::default(), FileGroup::default());
    groups.insert_group(name, tree);
    root.insert_group(&format!("{of}s"), groups);
    files::write_tree(&folder.join(format!("{name}_{of}s.h5")), root)
}

/// Writes the table of types, and returns the entry of the configuration.
fn write_table(folder: &Path, of: &str, name: &str, text: &str) -> Result<Json, SonataError> {
    let path = folder.join(format!("{name}_{of}_types.csv"));
    write(&path, text).map_err(files::refused(&path))?;
    let mut entry = json!({});
    entry[format!("{of}s_file")] = json!(format!("$NETWORK_DIR/{name}_{of}s.h5"));
    entry[format!("{of}_types_file")] = json!(format!("$NETWORK_DIR/{name}_{of}_types.csv"));
    Ok(entry)
}

fn write_models<'a>(
    folder: &Path,
    models: impl Iterator<Item = (&'a String, &'a ModelParameters)>,
) -> Result<(), SonataError> {
    for (name, parameters) in models {
        let values = parameters.iter().map(|(name, value)| {
            let value = match value {
                AttributeValue::Number(number) => number_to_json(*number),
                AttributeValue::Text(text) => json!(text),
                AttributeValue::Truth(truth) => json!(truth),
            };
            (name.clone(), value)
        });
        write_json(
            &folder.join(checked(name)?),
            &Json::Object(values.collect()),
        )?;
    }
    Ok(())
}

fn write_json(path: &Path, json: &Json) -> Result<(), SonataError> {
    let text = serde_json::to_string_pretty(json).map_err(|error| SonataError::Json {
        path: files::shown(path),
        problem: error.to_string(),
    })?;
    write(path, text + "\n").map_err(files::refused(path))
}
