//! Networks of circuits.

use std::collections::BTreeMap;

use super::super::names::Names;
use super::circuit::SonataCircuit;
use super::error::SonataError;
use super::models::Neurons;
use super::nodes::NodePopulation;
use super::options::SonataOptions;
use super::plan::{CircuitPlan, PartKind, PlannedPart, PlannedProjection};
use super::recording::{PlannedReport, planned_reports};
use super::report::CircuitReport;
use crate::network::{Build, Loihi1SimCfg, Network};
use crate::proc::synapse::Synapses;
use crate::proc::weights::Weight;
use crate::proc::{Real, Sparse, SpikeTrain};
use crate::process::Spike;
use crate::units::ms;

/// A circuit in a network, by the names of its populations.
#[derive(Debug)]
#[non_exhaustive]
pub struct BuiltCircuit<T: CircuitNumber = f64> {
    /// The populations of nodes.
    pub populations: BTreeMap<String, BuiltPopulation<T>>,
    /// The synapses.
    pub projections: Vec<BuiltProjection<T>>,
    /// The report: what has become of nodes and edges.
    pub report: CircuitReport,
    /// The time of the begin of the simulation, in ms.
    pub start: f64,
    /// The time step, in ms.
    pub dt: f64,
    /// The steps of the simulation, if there is one.
    pub steps: Option<u64>,
    pub(super) reports: Vec<PlannedReport>,
}

/// A population of nodes in a network.
#[derive(Debug)]
#[non_exhaustive]
pub struct BuiltPopulation<T: Real = f64> {
    /// The id of each node.
    pub ids: Vec<u64>,
    /// The processes: one for each model.
    pub parts: Vec<BuiltPart<T>>,
    /// For each node, its part and its place in it.
    pub places: Vec<(usize, usize)>,
}

/// Nodes that have become one process.
#[derive(Debug)]
#[non_exhaustive]
pub struct BuiltPart<T: Real = f64> {
    /// The places of the nodes in their population. Nodes that spike several times in a step do so in several parts.
    pub nodes: Vec<usize>,
    /// The process.
    pub neurons: Neurons<T>,
}

/// Edges that have become one process.
#[derive(Debug)]
#[non_exhaustive]
pub struct BuiltProjection<T: CircuitNumber = f64> {
    /// The population of edges.
    pub edges: String,
    /// The synapses.
    pub sparse: Sparse<T>,
}

/// Number types of circuits: `f32` and `f64`. Sealed.
pub trait CircuitNumber: Real + Weight + sealed::Sealed {
    /// Adds synapses to a network.
    #[doc(hidden)]
    fn add_synapses(
        net: &Network<Loihi1SimCfg>,
        synapses: Synapses<Self>,
        name: &str,
    ) -> crate::Result<Sparse<Self>>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

macro_rules! circuit_number {
    ($($number:ident)*) => {
        $(impl CircuitNumber for $number {
            fn add_synapses(
                net: &Network<Loihi1SimCfg>,
                synapses: Synapses<$number>,
                name: &str,
            ) -> crate::Result<Sparse<$number>> {
                net.add(Sparse::<$number, Spike>::synapses(synapses).name(name))
            }
        })*
    };
}

circuit_number!(f32 f64);

impl SonataCircuit {
    /// Says what becomes of nodes and edges, and everything that does not fit, before anything is built.
    ///
    /// ```
    /// use lava::sonata::{SonataCircuit, NodePopulation, SonataOptions};
    ///
    /// let mut circuit = SonataCircuit::new();
    /// circuit.nodes.push(NodePopulation::neurons("cells", 10, "nest:hh_psc_alpha", []));
    /// let report = circuit.check(&SonataOptions::new());
    /// assert!(report.problems[0].contains("`nest:hh_psc_alpha` is none of the models"));
    /// ```
    pub fn check(&self, options: &SonataOptions) -> CircuitReport {
        CircuitPlan::new(self, options).report
    }

    /// Adds the circuit's processes to a network, in `f32` or `f64`, and sets its time step.
    ///
    /// # Errors
    /// [`SonataError::Unfit`] with the report if it has problems: the network is then as it was before.
    /// [`SonataError::Network`] if the network takes no more processes, or a parameter is out of its range.
    pub fn build<T: CircuitNumber>(
        &self,
        net: &Network<Loihi1SimCfg>,
        options: &SonataOptions,
    ) -> Result<BuiltCircuit<T>, SonataError> {
        let plan = CircuitPlan::new(self, options);
        if !plan.report.fits() {
            return Err(SonataError::Unfit(Box::new(plan.report)));
        }
        let simulation = self.simulation.as_ref();
        let start = simulation.map_or(0.0, |is| is.start);
        let steps = simulation.map(|is| ((is.stop - is.start) / plan.dt).round().max(0.0) as u64);
        let reports = planned_reports(self, plan.dt)?;
        net.set_dt(plan.dt * ms)?;
        let mut names = Names::default();
        let mut populations = Vec::new();
        for (population, planned) in self.nodes.iter().zip(plan.populations) {
            let mut parts = Vec::new();
            for part in planned.parts {
                parts.push(built_part(net, population, part, &mut names)?);
            }
            populations.push(BuiltPopulation {
                ids: population.ids.clone(),
                parts,
                places: planned.places,
            });
        }
        let mut projections = Vec::new();
        for projection in plan.projections {
            projections.push(built_projection(net, &populations, projection, &mut names)?);
        }
        let named = self.nodes.iter().map(|population| population.name.clone());
        Ok(BuiltCircuit {
            populations: named.zip(populations).collect(),
            projections,
            report: plan.report,
            start,
            dt: plan.dt,
            steps,
            reports,
        })
    }
}

fn built_part<T: CircuitNumber>(
    net: &Network<Loihi1SimCfg>,
    population: &NodePopulation,
    part: PlannedPart,
    names: &mut Names,
) -> Result<BuiltPart<T>, SonataError> {
    let nodes = part.nodes;
    let neurons = match part.kind {
        PartKind::Sources(events) => {
            let name = names.of(&population.name);
            Neurons::Sources(net.add(SpikeTrain::shape([nodes.len()]).events(events).name(name))?)
        }
        PartKind::Neurons {
            model,
            values,
            voltage,
        } => {
            let of_parameter = |name: &str, default: f64| {
                let default = voltage.filter(|_| name == "V_m").unwrap_or(default);
                match values.get(name) {
                    Some(values) => values
                        .iter()
                        .map(|value| value.unwrap_or(default))
                        .collect(),
                    None => vec![default],
                }
            };
            let name = names.of(&population.name);
            Neurons::build(net, model, nodes.len(), &name, &of_parameter)?
        }
    };
    Ok(BuiltPart { nodes, neurons })
}

fn built_projection<T: CircuitNumber>(
    net: &Network<Loihi1SimCfg>,
    populations: &[BuiltPopulation<T>],
    projection: PlannedProjection,
    names: &mut Names,
) -> Result<BuiltProjection<T>, SonataError> {
    let part = |(population, part): (usize, usize)| &populations[population].parts[part];
    let (source, target) = (part(projection.source), part(projection.target));
    let synapses =
        Synapses::from_list(source.nodes.len(), target.nodes.len(), &projection.synapses)
            .map_err(crate::Error::from)?;
    let sparse = T::add_synapses(net, synapses, &names.of(&projection.name))?;
    source.neurons.spikes().connect(&sparse.s_in)?;
    let ports = target.neurons.inputs();
    let ports = ports.unwrap_or_else(|| unreachable!("the plan refuses edges to virtual nodes"));
    sparse
        .a_out
        .connect(ports[usize::from(projection.is_inhibitory)])?;
    Ok(BuiltProjection {
        edges: projection.name,
        sparse,
    })
}
