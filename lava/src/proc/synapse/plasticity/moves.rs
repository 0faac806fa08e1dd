//! Synapses that move to other delays.

use super::lists::{GroupOrder, NEVER, PlasticGroup, PlasticLists};
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
        let old = self.take_synapses();
        let mut moved = Vec::new();
        for arrival in old.all_arrivals() {
            let axonal = old.arrivals[arrival].axonal;
            moved.clear();
            for group in old.groups_of(arrival) {
                let (group, synapses) = old.group(group);
                for each in synapses {
                    let mut synapse = old.synapse(each);
                    let delay = rule.delay(&mut synapse, axonal + group.dendritic);
                    let dendritic = delay.clamp(axonal + 1, longest) - axonal;
                    let place = (group.moved(now, dendritic), old.targets[each]);
                    moved.push((place, old.number(each), synapse));
                }
            }
            // Several synapses of a source and a target are in the order of their numbers.
            moved.sort_by_key(|(place, number, _)| (*place, *number));
            self.begin_arrival(old.arrivals[arrival]);
            for (place, number, synapse) in &moved {
                self.append(*place, *synapse, *number);
            }
        }
        self.close(&old);
    }
}
