//! Circuits: populations of nodes and edges, node sets, and a simulation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::super::hdf5::{FileGroup, Item};
use super::super::limits::ReadLimits;
use super::attributes::{AttributeValue, Attributes, ModelParameters};
use super::config::{Config, Configs};
use super::edges::EdgePopulation;
use super::error::SonataError;
use super::files;
use super::node_sets::{NodeSelection, NodeSets};
use super::nodes::NodePopulation;
use super::simulation::{NodesOf, Simulation};
use super::types::TypeTable;

/// A circuit: populations of neurons, and the synapses between them.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::synapse::{Synapse, Synapses};
/// use lava::sonata::{SonataCircuit, EdgePopulation, NodePopulation, SonataOptions};
///
/// # fn main() -> lava::Result<()> {
/// # let folder = std::env::temp_dir().join(format!("lava-sonata-circuit-{}", std::process::id()));
/// let mut circuit = SonataCircuit::new();
/// circuit.nodes.push(NodePopulation::neurons("cells", 2, "nest:iaf_psc_alpha", [("I_e", vec![400.0, 0.0])]));
/// let synapses = Synapses::<f64>::from_list(2, 2, &[
///     Synapse { source: 0, target: 1, weight: 2000.0, delay: 15 },
/// ])?;
/// circuit.edges.push(EdgePopulation::of_synapses("recurrent", "cells", "cells", &synapses, 0.1));
/// circuit.write(&folder)?;
///
/// let read = SonataCircuit::open(folder.join("config.json"))?;
/// assert_eq!(read, circuit);
/// let net = Network::<Loihi1SimCfg>::new();
/// let built = read.build::<f64>(&net, &SonataOptions::new())?;
/// let recording = built.record(&net)?;
/// net.run(RunFor(100.0 * lava::units::ms))?;
/// let spikes = recording.spikes();
/// assert!(spikes.populations["cells"].iter().any(|(_, id)| *id == 1));
/// # std::fs::remove_dir_all(&folder)?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SonataCircuit {
    /// The populations of nodes.
    pub nodes: Vec<NodePopulation>,
    /// The populations of edges.
    pub edges: Vec<EdgePopulation>,
    /// The node sets.
    pub node_sets: NodeSets,
    /// The simulation, if the configuration describes one.
    pub simulation: Option<Simulation>,
    /// The simulator that the circuit was made for.
    pub target_simulator: Option<String>,
}

impl SonataCircuit {
    /// A circuit without nodes.
    pub fn new() -> SonataCircuit {
        SonataCircuit::default()
    }

    /// Reads a circuit from its configuration, that of a simulation, or one that names both; within the default
    /// limits, which hold for each file.
    ///
    /// # Errors
    /// [`SonataError`] if a file cannot be read, or does not say what the format demands.
    pub fn open(path: impl AsRef<Path>) -> Result<SonataCircuit, SonataError> {
        SonataCircuit::open_with(path, &ReadLimits::new())
    }

    /// Reads a circuit within `limits`.
    ///
    /// # Errors
    /// Those of [`open`](SonataCircuit::open).
    pub fn open_with(
        path: impl AsRef<Path>,
        limits: &ReadLimits,
    ) -> Result<SonataCircuit, SonataError> {
        let configs = Configs::read(path.as_ref(), limits)?;
        let Some((config, networks)) = configs.section("networks") else {
            let problem = "there is neither `networks` nor a file `network` that has it";
            return Err(configs.first().error("networks", problem));
        };
        let mut circuit = SonataCircuit::new();
        for (entry, number) in entries(networks, "nodes") {
            let file = FilesOf::new(config, entry, &format!("networks/nodes/{number}"), "node")?;
            file.read(limits, |name, tree, table| {
                circuit.nodes.push(NodePopulation::read(name, tree, table)?);
                Ok(())
            })?;
        }
        for (entry, number) in entries(networks, "edges") {
            let file = FilesOf::new(config, entry, &format!("networks/edges/{number}"), "edge")?;
            file.read(limits, |name, tree, table| {
                circuit.edges.push(EdgePopulation::read(name, tree, table)?);
                Ok(())
            })?;
        }
        circuit.check_names(config)?;
        circuit.read_models(&configs, limits)?;
        if let Some((config, file)) = configs.section("node_sets_file") {
            let path = config.file("node_sets_file", file)?;
            circuit.node_sets = NodeSets::read(&path, limits)?;
        }
        circuit.simulation = Simulation::read(&configs, limits)?;
        let simulator = config.get("target_simulator").and_then(Json::as_str);
        circuit.target_simulator = simulator.map(str::to_owned);
        Ok(circuit)
    }

    fn check_names(&self, config: &Config) -> Result<(), SonataError> {
        let mut seen = BTreeSet::new();
        let nodes = self
            .nodes
            .iter()
            .map(|population| ("nodes", &population.name));
        let edges = self
            .edges
            .iter()
            .map(|population| ("edges", &population.name));
        for (kind, name) in nodes.chain(edges) {
            if !seen.insert((kind, name)) {
                let problem = format!("there are two populations `{name}`");
                return Err(config.error(&format!("networks/{kind}"), problem));
            }
        }
        Ok(())
    }

    /// Reads the parameters that types name as `dynamics_params`.
    fn read_models(&mut self, configs: &Configs, limits: &ReadLimits) -> Result<(), SonataError> {
        let folder = configs.folder("components", "point_neuron_models_dir")?;
        for population in &mut self.nodes {
            let is_point = |kind: &str| kind.starts_with("point");
            let types = &population.attributes;
            population.models = models(types, folder.as_deref(), is_point, limits)?;
        }
        let folder = configs.folder("components", "synaptic_models_dir")?;
        for population in &mut self.edges {
            population.models =
                models(&population.attributes, folder.as_deref(), |_| true, limits)?;
        }
        Ok(())
    }

    /// The population of nodes `name`.
    ///
    /// # Errors
    /// [`SonataError::NoSuch`] if there is none of that name.
    pub fn population(&self, name: &str) -> Result<&NodePopulation, SonataError> {
        let found = self.nodes.iter().find(|population| population.name == name);
        found.ok_or_else(|| {
            let names = self.nodes.iter().map(|population| population.name.as_str());
            SonataError::no_such("population of nodes", name, names)
        })
    }

    /// The nodes of a node set, or of the population of that name: their places in their populations.
    ///
    /// # Errors
    /// [`SonataError::NoSuch`] if there is none of that name, or a set names one that there is not.
    pub fn node_set(&self, name: &str) -> Result<NodeSelection, SonataError> {
        self.node_sets.resolve(name, &self.nodes)
    }

    /// The nodes that an entry names.
    pub(super) fn nodes_of(&self, nodes: &NodesOf) -> Result<NodeSelection, SonataError> {
        match nodes {
            NodesOf::Name(name) => self.node_set(name),
            NodesOf::Set(set) => {
                // A name that no set can have, as it is not one of a file.
                let mut sets = self.node_sets.clone();
                let name = "the entry's own".to_owned();
                sets.sets.insert(name.clone(), set.clone());
                sets.resolve(&name, &self.nodes)
            }
        }
    }
}

/// The entries of a list, but for those that are not enabled.
fn entries<'a>(networks: &'a Json, key: &str) -> impl Iterator<Item = (&'a Json, usize)> {
    let entries = networks
        .get(key)
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    entries
        .zip(0..)
        .filter(|(entry, _)| entry.get("enabled") != Some(&Json::Bool(false)))
}

/// The files of populations: `of` is `node` or `edge`.
struct FilesOf {
    of: &'static str,
    tree: PathBuf,
    table: Option<PathBuf>,
}

impl FilesOf {
    fn new(
        config: &Config,
        entry: &Json,
        key: &str,
        of: &'static str,
    ) -> Result<FilesOf, SonataError> {
        let path = |name: String| {
            let key = format!("{key}/{name}");
            let file = entry
                .get(&name)
                .filter(|file| !file.is_null() && file.as_str() != Some("NULL"));
            let path = file.map(|file| config.file(&key, file)).transpose()?;
            Ok::<_, SonataError>((key, path))
        };
        let (key, tree) = path(format!("{of}s_file"))?;
        let tree = tree.ok_or_else(|| config.error(&key, "the entry is not there"))?;
        let (_, table) = path(format!("{of}_types_file"))?;
        Ok(FilesOf { of, tree, table })
    }

    /// Reads the populations one after the other.
    fn read(
        &self,
        limits: &ReadLimits,
        mut each: impl FnMut(&str, &FileGroup, TypeTable) -> Result<(), String>,
    ) -> Result<(), SonataError> {
        let root = files::tree(&self.tree, limits)?;
        let wrong = |population: &str, problem: String| SonataError::Population {
            path: files::shown(&self.tree),
            population: population.to_owned(),
            problem,
        };
        let kind = format!("{}s", self.of);
        let groups = root
            .group(&kind)
            .ok_or_else(|| wrong("", format!("there is no group `{kind}`")))?;
        for (name, item) in &groups.items {
            let Item::Group(tree) = item else { continue };
            let id = format!("{}_type_id", self.of);
            let table = match &self.table {
                Some(path) => TypeTable::read(path, &id, name, limits)?,
                None => bare_types(tree, &id).map_err(|problem| wrong(name, problem))?,
            };
            each(name, tree, table).map_err(|problem| wrong(name, problem))?;
        }
        Ok(())
    }
}

/// Types without attributes, where the configuration names no table.
fn bare_types(tree: &FileGroup, id: &str) -> Result<TypeTable, String> {
    let ids: BTreeSet<u64> = files::naturals(tree, id)?.into_iter().collect();
    let mut table = TypeTable::new();
    ids.into_iter().for_each(|id| table.insert(id, []));
    Ok(table)
}

/// The parameters that types name, of those whose `model_type` counts.
fn models(
    attributes: &Attributes,
    folder: Option<&Path>,
    counts: impl Fn(&str) -> bool,
    limits: &ReadLimits,
) -> Result<BTreeMap<String, ModelParameters>, SonataError> {
    let mut models = BTreeMap::new();
    let table = attributes.types();
    for id in table.ids() {
        let kind = table.get(id, "model_type").unwrap_or("point");
        let Some(name) = table.get(id, "dynamics_params").filter(|_| counts(kind)) else {
            continue;
        };
        if models.contains_key(name) {
            continue;
        }
        let path = folder.unwrap_or(Path::new("")).join(name);
        models.insert(name.to_owned(), parameters(&path, limits)?);
    }
    Ok(models)
}

/// The parameters of a file; what is neither a number, a text nor a truth value is of no model that is known.
fn parameters(path: &Path, limits: &ReadLimits) -> Result<ModelParameters, SonataError> {
    let json = files::json(path, limits)?;
    let entries = json.as_object().ok_or_else(|| SonataError::Json {
        path: files::shown(path),
        problem: "parameters are an object".to_owned(),
    })?;
    let value = |(name, value): (&String, &Json)| {
        let value = match value {
            Json::Number(number) => AttributeValue::Number(number.as_f64()?),
            Json::String(text) => AttributeValue::Text(text.clone()),
            Json::Bool(truth) => AttributeValue::Truth(*truth),
            _ => return None,
        };
        Some((name.clone(), value))
    };
    Ok(entries.iter().filter_map(value).collect())
}
