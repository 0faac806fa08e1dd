//! Spikes that are put in.

use std::collections::{BTreeMap, BTreeSet};

use super::super::circuit::SonataCircuit;
use super::super::simulation::{Simulation, SpikeInput};
use super::{CircuitPlan, PartKind, PlannedPart};
use crate::proc::Events;

/// The part of a step within which a time counts as that of the step.
const TOLERANCE: f64 = 1e-6;

/// Spikes of a population: step, and place of the node.
type Steps = Vec<(u64, usize)>;

impl CircuitPlan {
    /// Gives the virtual nodes the spikes of all inputs.
    pub(super) fn sources(&mut self, circuit: &SonataCircuit) {
        let Some(simulation) = &circuit.simulation else {
            return;
        };
        let mut spikes: BTreeMap<usize, Steps> = BTreeMap::new();
        for (name, input) in &simulation.inputs {
            if let Err(problem) = self.input(circuit, simulation, input, &mut spikes) {
                self.report.problem(format!("input `{name}`: {problem}"));
            }
        }
        for (population, steps) in spikes {
            self.trains(population, steps);
        }
    }

    /// Adds the spikes of an input.
    fn input(
        &mut self,
        circuit: &SonataCircuit,
        simulation: &Simulation,
        input: &SpikeInput,
        spikes: &mut BTreeMap<usize, Steps>,
    ) -> Result<(), String> {
        let chosen = input.nodes.as_ref().map(|nodes| circuit.nodes_of(nodes));
        let chosen = chosen.transpose().map_err(|error| error.to_string())?;
        let mut early = 0;
        for (name, list) in &input.spikes.populations {
            let only = chosen.as_ref().filter(|chosen| chosen.len() == 1);
            let name = match (name.as_str(), only.and_then(|only| only.keys().next())) {
                ("", Some(only)) => only,
                ("", None) => {
                    return Err(
                        "the file names no population, so give a `node_set` of one".to_owned()
                    );
                }
                (name, _) => name,
            };
            let number = circuit.nodes.iter().position(|is| is.name == name);
            let number = number.ok_or_else(|| format!("there is no population `{name}`"))?;
            let planned = &self.populations[number];
            let nodes = match &chosen {
                None => None,
                Some(chosen) => Some(match chosen.get(name) {
                    Some(nodes) => nodes.iter().copied().collect::<BTreeSet<usize>>(),
                    None => continue,
                }),
            };
            for (time, id) in list {
                let place = planned.index.of(*id);
                let place = place.ok_or_else(|| format!("population `{name}` has no node {id}"))?;
                if nodes.as_ref().is_some_and(|nodes| !nodes.contains(&place)) {
                    continue;
                }
                let is_virtual = planned.places.get(place).is_some_and(|(part, _)| {
                    matches!(planned.parts[*part].kind, PartKind::Sources(_))
                });
                if !is_virtual {
                    return Err(format!("node {id} of population `{name}` is not virtual"));
                }
                match step_of(time - simulation.start, self.dt) {
                    0 => early += 1,
                    step => spikes.entry(number).or_default().push((step, place)),
                }
            }
        }
        if early > 0 {
            let note = "spikes at or before the begin are left out";
            self.report.notes.push(format!("{early} {note}"));
        }
        Ok(())
    }

    /// Makes the trains of a population. A node that spikes several times in a step does so in several trains.
    fn trains(&mut self, population: usize, mut steps: Steps) {
        steps.sort_unstable();
        let planned = &mut self.populations[population];
        let mut layers: Vec<Steps> = Vec::new();
        let mut last = (None, 0);
        for spike in steps {
            let layer = if last.0 == Some(spike) { last.1 + 1 } else { 0 };
            last = (Some(spike), layer);
            if layer == layers.len() {
                layers.push(Vec::new());
            }
            layers[layer].push(spike);
        }
        let part = planned
            .parts
            .iter()
            .position(|part| matches!(part.kind, PartKind::Sources(_)));
        for (layer, steps) in layers.into_iter().enumerate() {
            if let (0, Some(part)) = (layer, part) {
                let places = &planned.places;
                let events = steps.iter().map(|(step, node)| (*step, places[*node].1));
                planned.parts[part].kind = PartKind::Sources(Events::from_steps(events));
                continue;
            }
            let nodes: BTreeSet<usize> = steps.iter().map(|(_, node)| *node).collect();
            let nodes: Vec<usize> = nodes.into_iter().collect();
            let events = steps
                .iter()
                .filter_map(|(step, node)| Some((*step, nodes.binary_search(node).ok()?)));
            let kind = PartKind::Sources(Events::from_steps(events));
            planned.parts.push(PlannedPart { nodes, kind });
        }
    }
}

/// The step at or after a time from the begin; 0 for the begin itself, and for times before it.
fn step_of(time: f64, dt: f64) -> u64 {
    (time / dt - TOLERANCE).ceil().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::step_of;

    #[test]
    fn spikes_fall_into_the_step_at_or_after_their_time() {
        let steps =
            [0.0, 0.04, 1.0, 1.1, 1.04, 1.06, 2.00001, 2.9999, -3.0].map(|time| step_of(time, 0.1));
        assert_eq!(steps, [0, 1, 10, 11, 11, 11, 21, 30, 0]);
    }
}
