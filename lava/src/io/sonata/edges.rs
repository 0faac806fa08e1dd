//! Populations of edges.

use std::collections::BTreeMap;

use super::super::hdf5::FileGroup;
use super::super::tensor::Tensor;
use super::attributes::{AttributeGroup, Attributes, ModelParameters};
use super::files;
use super::types::TypeTable;
use crate::proc::synapse::{Synapses, WeightStorage};
use crate::proc::weights::Weight;

/// A population of edges: the synapses from one population of nodes to another, or to itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EdgePopulation {
    /// The name.
    pub name: String,
    /// The population of the nodes that send.
    pub source: String,
    /// The population of the nodes that receive.
    pub target: String,
    /// The id of the node that sends, for each edge.
    pub source_ids: Vec<u64>,
    /// The id of the node that receives, for each edge.
    pub target_ids: Vec<u64>,
    /// The attributes of the edges.
    pub attributes: Attributes,
    /// The parameters of models, by the names that types give as `dynamics_params`.
    pub models: BTreeMap<String, ModelParameters>,
}

/// The attribute of an array of ids that names their population, and the name that it had in early files.
const POPULATION: [&str; 2] = ["node_population", "network"];

impl EdgePopulation {
    /// The synapses between two populations whose ids are 0, 1, …, with delays in steps of `dt`, in ms.
    ///
    /// ```
    /// use lava::proc::synapse::{Synapse, Synapses};
    /// use lava::sonata::{EdgePopulation, AttributeValue};
    ///
    /// let synapses = Synapses::<f32>::from_list(2, 3, &[
    ///     Synapse { source: 1, target: 2, weight: 80.0, delay: 15 },
    /// ])?;
    /// let edges = EdgePopulation::of_synapses("input_to_cells", "input", "cells", &synapses, 0.1);
    /// assert_eq!(edges.attributes.value(0, "delay"), Some(AttributeValue::Number(1.5)));
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    pub fn of_synapses<T: Weight, W: WeightStorage<T>>(
        name: &str,
        source: &str,
        target: &str,
        synapses: &Synapses<T, W>,
        dt: f64,
    ) -> EdgePopulation {
        let count = synapses.len();
        let mut group = AttributeGroup::default();
        let mut insert = |name: &str, values: Vec<f64>| {
            let values = Tensor::new([count], values);
            group.attributes.insert(name.to_owned(), values);
        };
        insert(
            "syn_weight",
            synapses.iter().map(|synapse| synapse.weight).collect(),
        );
        // Rounded to picoseconds, so that 15 steps of 0.1 ms are 1.5 ms.
        let delay = |steps: usize| (steps as f64 * dt * 1e9).round() / 1e9;
        insert(
            "delay",
            synapses
                .iter()
                .map(|synapse| delay(synapse.delay))
                .collect(),
        );
        let mut table = TypeTable::new();
        table.insert(0, [("model_template", "static_synapse")]);
        EdgePopulation {
            name: name.to_owned(),
            source: source.to_owned(),
            target: target.to_owned(),
            source_ids: synapses
                .iter()
                .map(|synapse| synapse.source as u64)
                .collect(),
            target_ids: synapses
                .iter()
                .map(|synapse| synapse.target as u64)
                .collect(),
            attributes: Attributes::uniform(count, 0, table, group),
            models: BTreeMap::new(),
        }
    }

    pub(super) fn read(
        name: &str,
        tree: &FileGroup,
        table: TypeTable,
    ) -> Result<EdgePopulation, String> {
        let source_ids = files::naturals(tree, "source_node_id")?;
        let target_ids = files::naturals_of(tree, "target_node_id", source_ids.len())?;
        let population = |array: &str| {
            let found = POPULATION
                .iter()
                .find_map(|name| tree.data_attribute(array, name)?.text());
            found
                .map(str::to_owned)
                .ok_or_else(|| format!("`{array}` has no attribute `node_population`"))
        };
        Ok(EdgePopulation {
            name: name.to_owned(),
            source: population("source_node_id")?,
            target: population("target_node_id")?,
            attributes: Attributes::read(tree, "edge", source_ids.len(), table)?,
            source_ids,
            target_ids,
            models: BTreeMap::new(),
        })
    }

    pub(super) fn to_tree(&self) -> FileGroup {
        let mut tree = FileGroup::default();
        for (name, ids, population) in [
            ("source_node_id", &self.source_ids, &self.source),
            ("target_node_id", &self.target_ids, &self.target),
        ] {
            tree.insert(name, Tensor::new([self.len()], ids.clone()));
            tree.set_data_attribute(name, POPULATION[0], population.clone());
        }
        self.attributes.write(&mut tree, "edge");
        tree
    }

    /// The number of edges.
    pub fn len(&self) -> usize {
        self.source_ids.len()
    }

    /// Returns `true` if there are no edges.
    pub fn is_empty(&self) -> bool {
        self.source_ids.is_empty()
    }
}
