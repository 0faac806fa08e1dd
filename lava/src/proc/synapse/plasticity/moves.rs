//! Synapses that move to other delays.

use super::lists::{Arrival, GroupOrder, NEVER, PlasticGroup, PlasticLists};
use super::rule::Plasticity;

impl PlasticGroup {
    /// The group of synapses that move to another dendritic part in the step `now`: spikes that the present
    /// one has brought are not seen again.
    fn moved(self, now: i64, dendritic: u16) -> GroupOrder {
        let seen = self.seen.max(now - i64::from(self.dendritic));
        let is_over = seen <= now - i64::from(dendritic);
        (dendritic, if is_over { NEVER } else { seen }, self.segment)
    }
}

impl<P: Plasticity> PlasticLists<P> {
    /// Moves synapses, which have seen everything up to the step `now`, to the delays that the rule returns,
    /// at most `longest`. The axonal parts stay.
    pub(super) fn move_synapses(&mut self, rule: &P, now: i64, longest: u16) {
        let mut old = std::mem::replace(self, PlasticLists::empty());
        self.sources = std::mem::take(&mut old.sources);
        self.removed = std::mem::take(&mut old.removed);
        self.numbers = old.numbers.as_ref().map(|_| Vec::new());
        self.slots = old.slots;
        (self.longest_axonal, self.longest_dendritic) = (old.longest_axonal, old.longest_dendritic);
        let mut moved = Vec::new();
        for arrival in old.all_arrivals() {
            let Arrival { axonal, .. } = old.arrivals[arrival];
            moved.clear();
            for group in old.groups_of(arrival) {
                let (group, synapses) = old.group(group);
                for each in synapses {
                    let mut synapse = old.synapse(each);
                    let delay = rule.delay(&mut synapse, axonal + group.dendritic);
                    let dendritic = delay.clamp(axonal + 1, longest) - axonal;
                    moved.push((
                        group.moved(now, dendritic),
                        old.targets[each],
                        each,
                        synapse,
                    ));
                }
            }
            // Several synapses of a source and a target are in the order of their numbers.
            let number = |each: usize| old.numbers.as_ref().map(|numbers| numbers[each]);
            moved.sort_by_key(|(group, target, each, _)| (*group, *target, number(*each)));
            self.arrivals.push(Arrival {
                groups: self.groups.len() as u32,
                ..old.arrivals[arrival]
            });
            let mut last = None;
            for (group, target, each, synapse) in &moved {
                if last.replace(*group) != Some(*group) {
                    self.longest_dendritic = self.longest_dendritic.max(group.0);
                    self.open(*group);
                }
                self.targets.push(*target);
                self.weights.push(synapse.weight);
                self.variables.push(synapse.variables);
                if let Some(numbers) = &mut self.numbers {
                    numbers.extend(number(*each));
                }
            }
        }
        self.arrivals.extend(old.arrivals.last().map(|end| Arrival {
            groups: self.groups.len() as u32,
            ..*end
        }));
        self.open((1, NEVER, 0));
    }
}
