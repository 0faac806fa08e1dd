//! Populations of nodes.

use std::collections::{BTreeMap, HashMap};

use super::super::hdf5::FileGroup;
use super::super::tensor::Tensor;
use super::attributes::{AttributeGroup, AttributeValue, Attributes, ModelParameters};
use super::files;
use super::types::TypeTable;

/// A population of nodes: neurons, and *virtual* ones that only send spikes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NodePopulation {
    /// The name.
    pub name: String,
    /// The id of each node.
    pub ids: Vec<u64>,
    /// The attributes of the nodes.
    pub attributes: Attributes,
    /// The parameters of models, by the names that types give as `dynamics_params`.
    pub models: BTreeMap<String, ModelParameters>,
}

impl NodePopulation {
    /// `count` nodes with the ids 0, 1, … that send spikes that the circuit is given.
    ///
    /// ```
    /// use lava::sonata::{NodePopulation, AttributeValue};
    ///
    /// let input = NodePopulation::sources("input", 20);
    /// assert_eq!(input.attributes.value(3, "model_type"), Some(AttributeValue::from("virtual")));
    /// ```
    pub fn sources(name: &str, count: usize) -> NodePopulation {
        let mut table = TypeTable::new();
        table.insert(0, [("model_type", "virtual")]);
        NodePopulation::uniform(name, count, table, AttributeGroup::default())
    }

    /// `count` neurons with the ids 0, 1, … of a model, `nest:iaf_psc_exp` for instance, with parameters by their
    /// names in NEST: one value for all, or one for each neuron.
    ///
    /// ```
    /// use lava::sonata::{NodePopulation, AttributeValue};
    ///
    /// let cells = NodePopulation::neurons("cells", 2, "nest:iaf_psc_exp", [("tau_m", vec![20.0]), ("I_e", vec![0.0, 400.0])]);
    /// assert_eq!(cells.attributes.value(1, "model_template"), Some(AttributeValue::from("nest:iaf_psc_exp")));
    /// ```
    ///
    /// # Panics
    /// If a parameter has neither one value nor `count`.
    #[track_caller]
    pub fn neurons<'a>(
        name: &str,
        count: usize,
        model: &str,
        parameters: impl IntoIterator<Item = (&'a str, Vec<f64>)>,
    ) -> NodePopulation {
        let mut group = AttributeGroup::default();
        let mut of_all = ModelParameters::new();
        for (parameter, values) in parameters {
            match values[..] {
                [value] => {
                    of_all.insert(parameter.to_owned(), AttributeValue::Number(value));
                }
                _ => {
                    let values = Tensor::new([count], values);
                    group.dynamics_params.insert(parameter.to_owned(), values);
                }
            }
        }
        let file = format!("{name}.json");
        let mut table = TypeTable::new();
        table.insert(
            0,
            [
                ("model_type", "point_neuron"),
                ("model_template", model),
                ("dynamics_params", file.as_str()),
            ],
        );
        let mut population = NodePopulation::uniform(name, count, table, group);
        population.models.insert(file, of_all);
        population
    }

    fn uniform(
        name: &str,
        count: usize,
        table: TypeTable,
        group: AttributeGroup,
    ) -> NodePopulation {
        NodePopulation {
            name: name.to_owned(),
            ids: (0..count as u64).collect(),
            attributes: Attributes::uniform(count, 0, table, group),
            models: BTreeMap::new(),
        }
    }

    pub(super) fn read(
        name: &str,
        tree: &FileGroup,
        table: TypeTable,
    ) -> Result<NodePopulation, String> {
        let types = files::naturals(tree, "node_type_id")?;
        let count = types.len();
        let ids = match tree.data("node_id") {
            Some(_) => files::naturals_of(tree, "node_id", count)?,
            None => (0..count as u64).collect(),
        };
        let population = NodePopulation {
            name: name.to_owned(),
            ids,
            attributes: Attributes::read(tree, "node", count, table)?,
            models: BTreeMap::new(),
        };
        let index = population.index();
        match (0..count).find(|node| index.of(population.ids[*node]) != Some(*node)) {
            Some(node) => Err(format!("there are two nodes {}", population.ids[node])),
            None => Ok(population),
        }
    }

    pub(super) fn to_tree(&self) -> FileGroup {
        let mut tree = FileGroup::default();
        tree.insert("node_id", Tensor::new([self.len()], self.ids.clone()));
        self.attributes.write(&mut tree, "node");
        tree
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns `true` if there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The places of nodes by their ids.
    pub(super) fn index(&self) -> NodeIndex {
        let is_counted = (0..).zip(&self.ids).all(|(place, id)| place == *id);
        match is_counted {
            true => NodeIndex::Counted(self.len()),
            false => NodeIndex::Listed((0..).zip(&self.ids).map(|(n, id)| (*id, n)).collect()),
        }
    }
}

/// The places of nodes by their ids.
pub(super) enum NodeIndex {
    /// The ids are 0, 1, …
    Counted(usize),
    Listed(HashMap<u64, usize>),
}

impl NodeIndex {
    /// The place of the node `id`. Returns `None` if there is none.
    pub(super) fn of(&self, id: u64) -> Option<usize> {
        match self {
            NodeIndex::Counted(count) => usize::try_from(id).ok().filter(|place| place < count),
            NodeIndex::Listed(places) => places.get(&id).copied(),
        }
    }
}
