//! Edges as projections.

use std::collections::{BTreeMap, HashMap};

use super::super::circuit::SonataCircuit;
use super::super::edges::EdgePopulation;
use super::super::report::ReportRow;
use super::{CircuitPlan, PartKind, PlannedPopulation};
use crate::proc::synapse::Synapse;
use crate::process::MAX_DELAY;

/// Synapses between two parts, of one sign.
pub(in super::super) struct PlannedProjection {
    /// The population of edges.
    pub(in super::super) name: String,
    /// Population and part.
    pub(in super::super) source: (usize, usize),
    pub(in super::super) target: (usize, usize),
    pub(in super::super) is_inhibitory: bool,
    pub(in super::super) synapses: Vec<Synapse>,
}

/// The parameters that a static synapse can have, and the attributes that they replace.
const PARAMETERS: [&str; 2] = ["weight", "delay"];
/// The synapse of NEST that is built.
const MODELS: [&str; 3] = [
    "static_synapse",
    "nest:static_synapse",
    "static_synapse_hom_w",
];
/// Attributes of other programs that would change a weight.
const FOREIGN: [&str; 2] = ["nsyns", "weight_function"];
/// The part of a step within which a delay counts as halfway between two.
const TOLERANCE: f64 = 1e-6;

impl CircuitPlan {
    /// Plans the projections of a population of edges.
    pub(super) fn edges(&mut self, circuit: &SonataCircuit, edges: &EdgePopulation) {
        let templates = edges.attributes.texts("model_template").unwrap_or_default();
        let model = templates.iter().flatten().next();
        let row = |becomes| ReportRow {
            population: edges.name.clone(),
            count: edges.len(),
            model: model.map_or("static_synapse", |model| &**model).to_owned(),
            becomes,
            why: String::new(),
        };
        match self.projections(circuit, edges) {
            Ok(projections) => {
                let row = row(format!("Sparse × {}", projections.len()));
                self.report.rows.push(row);
                self.projections.extend(projections);
            }
            Err(problem) => {
                self.report.rows.push(row("none".to_owned()));
                self.report
                    .problem(format!("edges `{}`: {problem}", edges.name));
            }
        }
    }

    fn projections(
        &mut self,
        circuit: &SonataCircuit,
        edges: &EdgePopulation,
    ) -> Result<Vec<PlannedProjection>, String> {
        self.check_model(edges)?;
        let number = |name: &str| {
            let found = circuit.nodes.iter().position(|is| is.name == name);
            found.ok_or_else(|| format!("there is no population of nodes `{name}`"))
        };
        let (source, target) = (number(&edges.source)?, number(&edges.target)?);
        let (from, to) = (&self.populations[source], &self.populations[target]);
        if from.places.is_empty() || to.places.is_empty() {
            // Of a population that does not fit there is a problem already.
            return Ok(Vec::new());
        }
        let weights = values(edges, "syn_weight", "weight")?;
        let delays = values(edges, "delay", "delay")?;
        let repeats = from.repeats();
        let mut found: BTreeMap<(usize, usize, bool), Vec<Synapse>> = BTreeMap::new();
        let ids = edges.source_ids.iter().zip(&edges.target_ids);
        for ((source_id, target_id), (weight, delay)) in ids.zip(weights.iter().zip(&delays)) {
            let place = |population: &PlannedPopulation, id: u64, name: &str| {
                let place = population.index.of(id);
                place.ok_or_else(|| format!("population `{name}` has no node {id}"))
            };
            let node = place(from, *source_id, &edges.source)?;
            let (target_part, target) = to.places[place(to, *target_id, &edges.target)?];
            let has_signs = match &to.parts[target_part].kind {
                PartKind::Neurons { model, .. } => model.name != "iaf_psc_delta",
                PartKind::Sources(_) => {
                    return Err(format!(
                        "node {target_id} of `{}` is virtual and receives nothing",
                        edges.target
                    ));
                }
            };
            // NEST's defaults: a weight of 1, and a delay of 1 ms.
            let weight = weight.unwrap_or(1.0);
            let delay = self.delay(delay.unwrap_or(1.0))?;
            let sources =
                std::iter::once(&from.places[node]).chain(repeats.get(&node).into_iter().flatten());
            for (source_part, source) in sources {
                let key = (*source_part, target_part, has_signs && weight < 0.0);
                let source = *source;
                found.entry(key).or_default().push(Synapse {
                    source,
                    target,
                    weight,
                    delay,
                });
            }
        }
        let projection =
            |((source_part, target_part, is_inhibitory), synapses)| PlannedProjection {
                name: edges.name.clone(),
                source: (source, source_part),
                target: (target, target_part),
                is_inhibitory,
                synapses,
            };
        Ok(found.into_iter().map(projection).collect())
    }

    /// Fails unless the synapses are static, and notes attributes that are passed over.
    fn check_model(&mut self, edges: &EdgePopulation) -> Result<(), String> {
        let templates = edges.attributes.texts("model_template")?;
        let other = templates
            .iter()
            .flatten()
            .find(|name| !MODELS.contains(&&***name));
        if let Some(other) = other {
            return Err(format!(
                "`{other}` is no synapse that is built: `static_synapse` is"
            ));
        }
        let all: Vec<usize> = (0..edges.len()).collect();
        for name in edges.attributes.parameter_names(&all, &edges.models) {
            if !PARAMETERS.contains(&name.as_str()) {
                return Err(format!(
                    "the parameter `{name}` is none of a static synapse: weight, delay"
                ));
            }
        }
        for name in FOREIGN {
            if edges.attributes.names().contains(name) {
                let note = format!(
                    "edges `{}`: `{name}` is no attribute of the format, and is passed over",
                    edges.name
                );
                self.report.notes.push(note);
            }
        }
        Ok(())
    }

    /// A delay in steps, to the nearest one.
    fn delay(&self, ms: f64) -> Result<usize, String> {
        let steps = (ms / self.dt + 0.5 + TOLERANCE).floor();
        match (1.0..=MAX_DELAY as f64).contains(&steps) {
            true => Ok(steps as usize),
            false => Err(format!(
                "a delay of {ms} ms is not one of 1 to {MAX_DELAY} steps of {} ms",
                self.dt
            )),
        }
    }
}

/// The value of each edge: its parameter `parameter`, else its attribute `attribute`.
fn values(
    edges: &EdgePopulation,
    attribute: &str,
    parameter: &str,
) -> Result<Vec<Option<f64>>, String> {
    let attributes = edges.attributes.numbers(attribute)?;
    let parameters = edges.attributes.parameters(parameter, &edges.models)?;
    let pairs = parameters.into_iter().zip(attributes);
    Ok(pairs
        .map(|(parameter, attribute)| parameter.or(attribute))
        .collect())
}

impl PlannedPopulation {
    /// The further places of nodes that spike several times in a step.
    fn repeats(&self) -> HashMap<usize, Vec<(usize, usize)>> {
        let mut repeats: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
        for (number, part) in self.parts.iter().enumerate() {
            for (place, node) in part.nodes.iter().enumerate() {
                if self.places[*node] != (number, place) {
                    repeats.entry(*node).or_default().push((number, place));
                }
            }
        }
        repeats
    }
}
