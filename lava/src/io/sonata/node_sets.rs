//! Node sets: nodes by their attributes, and unions of such sets.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use serde_json::Value as Json;

use super::super::limits::ReadLimits;
use super::attributes::AttributeValue;
use super::error::SonataError;
use super::files;
use super::nodes::NodePopulation;

/// The nodes that a set has, by population: their places in it, ascending.
pub type NodeSelection = BTreeMap<String, Vec<usize>>;

/// A set of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeSet {
    /// The nodes that have, for each attribute, one of its values. `population` and `node_id` count as
    /// attributes.
    Basic(BTreeMap<String, Vec<AttributeValue>>),
    /// The nodes of any of the sets with these names.
    Compound(Vec<String>),
}

/// Node sets by name.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct NodeSets {
    /// The sets.
    pub sets: BTreeMap<String, NodeSet>,
}

fn error(name: &str, problem: impl Into<String>) -> SonataError {
    SonataError::NodeSet {
        name: name.to_owned(),
        problem: problem.into(),
    }
}

impl NodeSets {
    pub(super) fn read(path: &Path, limits: &ReadLimits) -> Result<NodeSets, SonataError> {
        let json = files::json(path, limits)?;
        let entries = json.as_object().ok_or_else(|| SonataError::Json {
            path: files::shown(path),
            problem: "node sets are an object".to_owned(),
        })?;
        let mut sets = BTreeMap::new();
        for (name, entry) in entries {
            sets.insert(name.clone(), NodeSet::of_json(name, entry)?);
        }
        Ok(NodeSets { sets })
    }

    pub(super) fn to_json(&self) -> Json {
        let sets = self.sets.iter();
        Json::Object(
            sets.map(|(name, set)| (name.clone(), set.to_json()))
                .collect(),
        )
    }

    /// The nodes of the set `name`; the name of a population stands for all its nodes.
    ///
    /// # Errors
    /// [`SonataError::NoSuch`] if there is no such set or population, [`SonataError::NodeSet`] if sets contain each
    /// other.
    pub(super) fn resolve(
        &self,
        name: &str,
        populations: &[NodePopulation],
    ) -> Result<NodeSelection, SonataError> {
        let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut seen = HashSet::new();
        let mut left = vec![name];
        while let Some(name) = left.pop() {
            // A set that is named twice adds nothing, so circles end.
            if !seen.insert(name) {
                continue;
            }
            match self.sets.get(name) {
                Some(NodeSet::Compound(names)) => left.extend(names.iter().map(String::as_str)),
                Some(NodeSet::Basic(rules)) => {
                    for (population, nodes) in matching(rules, populations) {
                        found.entry(population).or_default().extend(nodes);
                    }
                }
                None => {
                    let population = populations.iter().find(|is| is.name == name);
                    let population = population.ok_or_else(|| {
                        let populations = populations.iter().map(|is| is.name.as_str());
                        let names = self.sets.keys().map(String::as_str).chain(populations);
                        SonataError::no_such("node set", name, names)
                    })?;
                    let all = 0..population.len();
                    found.entry(name.to_owned()).or_default().extend(all);
                }
            }
        }
        let ascending = found
            .into_iter()
            .map(|(name, nodes)| (name, nodes.into_iter().collect()));
        Ok(ascending.collect())
    }
}

impl NodeSet {
    pub(super) fn of_json(name: &str, json: &Json) -> Result<NodeSet, SonataError> {
        let scalar = |value: &Json| match value {
            Json::Number(number) => number.as_f64().map(AttributeValue::Number),
            Json::String(text) => Some(AttributeValue::Text(text.clone())),
            Json::Bool(truth) => Some(AttributeValue::Truth(*truth)),
            _ => None,
        };
        match json {
            Json::Array(names) => {
                let names = names.iter().map(|name| name.as_str().map(str::to_owned));
                let names = names.collect::<Option<_>>();
                let names = names.ok_or_else(|| error(name, "an array has the names of node sets"));
                names.map(NodeSet::Compound)
            }
            Json::Object(entries) => {
                let mut rules = BTreeMap::new();
                for (attribute, value) in entries {
                    let values: Option<Vec<AttributeValue>> = match value {
                        Json::Array(values) => values.iter().map(scalar).collect(),
                        value => scalar(value).map(|value| vec![value]),
                    };
                    let values = values.ok_or_else(|| {
                        let rule = "an attribute has a number, a text or a truth value, or an array of them";
                        error(name, format!("`{attribute}`: {rule}"))
                    })?;
                    rules.insert(attribute.clone(), values);
                }
                Ok(NodeSet::Basic(rules))
            }
            _ => Err(error(name, "a node set is an object or an array")),
        }
    }

    pub(super) fn to_json(&self) -> Json {
        let scalar = |value: &AttributeValue| match value {
            AttributeValue::Number(number) => number_to_json(*number),
            AttributeValue::Text(text) => Json::from(text.as_str()),
            AttributeValue::Truth(truth) => Json::from(*truth),
        };
        match self {
            NodeSet::Compound(names) => Json::from(names.clone()),
            NodeSet::Basic(rules) => {
                let rules = rules.iter().map(|(attribute, values)| {
                    let json = match &values[..] {
                        [value] => scalar(value),
                        values => values.iter().map(scalar).collect(),
                    };
                    (attribute.clone(), json)
                });
                Json::Object(rules.collect())
            }
        }
    }
}

/// A number as JSON has it, an integer without a point.
pub(super) fn number_to_json(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.fract() == 0.0 && number.abs() <= EXACT {
        true => Json::from(number as i64),
        false => Json::from(number),
    }
}

/// The nodes that meet all rules.
fn matching(
    rules: &BTreeMap<String, Vec<AttributeValue>>,
    populations: &[NodePopulation],
) -> Vec<(String, Vec<usize>)> {
    let mut found = Vec::new();
    let names = rules.get("population");
    let ids = rules.get("node_id").map(|ids| {
        let numbers = ids.iter().filter_map(|id| match id {
            AttributeValue::Number(number) if *number >= 0.0 && number.fract() == 0.0 => {
                Some(*number as u64)
            }
            _ => None,
        });
        numbers.collect::<HashSet<u64>>()
    });
    let rest = || {
        let all = rules.iter();
        all.filter(|(attribute, _)| !matches!(attribute.as_str(), "population" | "node_id"))
    };
    for population in populations {
        let name = AttributeValue::from(population.name.as_str());
        if names.is_some_and(|names| !names.contains(&name)) {
            continue;
        }
        let meets = |node: &usize| {
            let has_id = ids
                .as_ref()
                .is_none_or(|ids| ids.contains(&population.ids[*node]));
            has_id
                && rest().all(|(attribute, values)| {
                    let value = match attribute.as_str() {
                        "node_type_id" => {
                            let id = population.attributes.type_id(*node);
                            id.map(|id| AttributeValue::Number(id as f64))
                        }
                        attribute => population.attributes.value(*node, attribute),
                    };
                    value.is_some_and(|value| values.iter().any(|other| are_equal(&value, other)))
                })
        };
        let nodes = (0..population.len()).filter(meets).collect();
        found.push((population.name.clone(), nodes));
    }
    found
}

/// Compares an attribute with a value of a rule: HDF5 has truth values as 0 and 1.
fn are_equal(value: &AttributeValue, other: &AttributeValue) -> bool {
    match (value, other) {
        (AttributeValue::Number(number), AttributeValue::Truth(truth))
        | (AttributeValue::Truth(truth), AttributeValue::Number(number)) => {
            *number == f64::from(u8::from(*truth))
        }
        _ => value == other,
    }
}
