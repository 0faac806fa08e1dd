//! The plan of a circuit, which is checked and built.

mod projections;
mod sources;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::circuit::SonataCircuit;
use super::models::Model;
use super::nodes::{NodeIndex, NodePopulation};
use super::options::{InitialVoltage, SonataOptions};
use super::report::{CircuitReport, ReportRow};
use crate::proc::Events;

pub(super) use projections::PlannedProjection;

/// The time step without a simulation, in ms.
const DT: f64 = 0.1;

/// The processes that a circuit becomes.
pub(super) struct CircuitPlan {
    pub(super) report: CircuitReport,
    /// In ms.
    pub(super) dt: f64,
    pub(super) populations: Vec<PlannedPopulation>,
    pub(super) projections: Vec<PlannedProjection>,
}

/// A population of nodes: a part for each model.
pub(super) struct PlannedPopulation {
    pub(super) parts: Vec<PlannedPart>,
    /// For each node, its part and its place in it.
    pub(super) places: Vec<(usize, usize)>,
    index: NodeIndex,
}

/// Nodes that become one process.
pub(super) struct PlannedPart {
    /// The places of the nodes in their population.
    pub(super) nodes: Vec<usize>,
    pub(super) kind: PartKind,
}

pub(super) enum PartKind {
    Neurons {
        model: &'static Model,
        /// Values of the parameters that are given, one for each neuron.
        values: BTreeMap<String, Vec<Option<f64>>>,
        /// The voltage at the begin of those that have no `V_m`.
        voltage: Option<f64>,
    },
    /// Nodes that only send spikes, and these.
    Sources(Events),
}

/// The model of a node.
#[derive(Clone, Copy)]
enum NodeModel {
    Virtual,
    Neuron(&'static Model),
}

impl CircuitPlan {
    pub(super) fn new(circuit: &SonataCircuit, options: &SonataOptions) -> CircuitPlan {
        let simulation = circuit.simulation.as_ref();
        let dt = options.dt.or(simulation.map(|is| is.dt)).unwrap_or(DT);
        let mut plan = CircuitPlan {
            report: CircuitReport::default(),
            dt,
            populations: Vec::new(),
            projections: Vec::new(),
        };
        if !(dt > 0.0 && dt.is_finite()) {
            plan.report
                .problem(format!("the time step is {dt} ms; give a positive number"));
            return plan;
        }
        let v_init = match options.voltage {
            InitialVoltage::Simulation => simulation.and_then(|is| is.v_init),
            InitialVoltage::Model => None,
            InitialVoltage::Value(voltage) => Some(voltage),
        };
        let voltage = v_init.map_or("that of each model".to_owned(), |v| format!("{v} mV"));
        plan.report.choices = vec![
            format!("dt: {dt} ms"),
            format!("voltage at the begin, without `V_m`: {voltage}"),
            "spikes that are put in: in the step at or after their time".to_owned(),
        ];
        let bare = circuit.target_simulator.as_deref() == Some("NEST");
        for (number, population) in circuit.nodes.iter().enumerate() {
            let name = &population.name;
            if circuit.nodes[..number]
                .iter()
                .any(|other| other.name == *name)
            {
                plan.report
                    .problem(format!("there are two populations `{name}`"));
            }
            let planned = plan.population(population, v_init, bare);
            plan.populations.push(planned);
        }
        plan.sources(circuit);
        for edges in &circuit.edges {
            plan.edges(circuit, edges);
        }
        let left_out = simulation.into_iter().flat_map(|is| is.left_out.iter());
        plan.report.problems.extend(left_out.cloned());
        plan
    }

    fn population(
        &mut self,
        population: &NodePopulation,
        voltage: Option<f64>,
        bare: bool,
    ) -> PlannedPopulation {
        let mut planned = PlannedPopulation {
            parts: Vec::new(),
            places: Vec::with_capacity(population.len()),
            index: population.index(),
        };
        let models = match node_models(population, bare) {
            Ok(models) => models,
            Err(problem) => {
                let name = &population.name;
                self.report
                    .problem(format!("population `{name}`: {problem}"));
                return planned;
            }
        };
        if models.len() != population.len() {
            let (name, ids, count) = (&population.name, population.len(), models.len());
            let problem = format!("population `{name}`: {ids} ids for {count} nodes");
            self.report.problem(problem);
            return planned;
        }
        let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
        for (node, model) in models.iter().enumerate() {
            let key = match model {
                NodeModel::Virtual => "virtual",
                NodeModel::Neuron(model) => model.name,
            };
            let part = *parts.entry(key).or_insert_with(|| {
                planned.parts.push(PlannedPart {
                    nodes: Vec::new(),
                    kind: match *model {
                        NodeModel::Virtual => PartKind::Sources(Events::default()),
                        NodeModel::Neuron(model) => PartKind::Neurons {
                            model,
                            values: BTreeMap::new(),
                            voltage,
                        },
                    },
                });
                planned.parts.len() - 1
            });
            planned.places.push((part, planned.parts[part].nodes.len()));
            planned.parts[part].nodes.push(node);
        }
        for part in &mut planned.parts {
            self.part(population, part);
        }
        planned
    }

    /// Gives a part its parameters, and a row of the report.
    fn part(&mut self, population: &NodePopulation, part: &mut PlannedPart) {
        let (model, becomes, why) = match &mut part.kind {
            PartKind::Sources(_) => ("virtual".to_owned(), "SpikeTrain", ""),
            PartKind::Neurons { model, values, .. } => {
                let of = &population.attributes;
                for name in of.parameter_names(&part.nodes, &population.models) {
                    let place =
                        || format!("population `{}`, model `{}`", population.name, model.name);
                    if !model.has(&name) {
                        let names = model.names();
                        let problem = format!("the parameter `{name}` is none of {names}");
                        self.report.problem(format!("{}: {problem}", place()));
                        continue;
                    }
                    match of.parameters(&name, &population.models) {
                        Ok(all) => {
                            let of_part = part.nodes.iter().map(|node| all[*node]);
                            values.insert(name, of_part.collect());
                        }
                        Err(problem) => self.report.problem(format!("{}: {problem}", place())),
                    }
                }
                (format!("nest:{}", model.name), model.process, model.why)
            }
        };
        self.report.rows.push(ReportRow {
            population: population.name.clone(),
            count: part.nodes.len(),
            model,
            becomes: becomes.to_owned(),
            why: why.to_owned(),
        });
    }
}

/// The model of each node of a population.
fn node_models(population: &NodePopulation, bare: bool) -> Result<Vec<NodeModel>, String> {
    let kinds = population.attributes.texts("model_type")?;
    let templates = population.attributes.texts("model_template")?;
    type Text = Option<Arc<str>>;
    let mut known: BTreeMap<(&Text, &Text), NodeModel> = BTreeMap::new();
    let mut models = Vec::with_capacity(population.len());
    for key in kinds.iter().zip(&templates) {
        if let Some(model) = known.get(&key) {
            models.push(*model);
            continue;
        }
        let model = match key.0.as_deref() {
            Some("virtual") => NodeModel::Virtual,
            Some("point_neuron" | "point_process" | "point") => {
                NodeModel::Neuron(Model::of(key.1.as_deref(), bare)?)
            }
            Some(other) => {
                return Err(format!(
                    "`{other}` is no `model_type` that is built: `point_neuron` and `virtual` are"
                ));
            }
            None => return Err("there is no attribute `model_type`".to_owned()),
        };
        known.insert(key, model);
        models.push(model);
    }
    Ok(models)
}
