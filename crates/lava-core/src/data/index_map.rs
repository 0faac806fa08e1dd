//! Index maps: the positions of the elements of one array in another.

use std::sync::Arc;

/// The position of each element of a message in the message that arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IndexMap {
    /// Consecutive positions, starting at this one.
    Offset(usize),
    /// One position per element, or [`IndexMap::DROPPED`].
    Table(Arc<[u32]>),
}

impl FromIterator<u32> for IndexMap {
    fn from_iter<I: IntoIterator<Item = u32>>(positions: I) -> IndexMap {
        let table: Arc<[u32]> = positions.into_iter().collect();
        let is_consecutive = table
            .windows(2)
            .all(|pair| pair[0].checked_add(1) == Some(pair[1]));
        match table.first() {
            Some(first) if is_consecutive && *first != IndexMap::DROPPED => {
                IndexMap::Offset(*first as usize)
            }
            _ => IndexMap::Table(table),
        }
    }
}

impl IndexMap {
    /// The entry of an element that does not arrive; no message is that long.
    pub const DROPPED: u32 = u32::MAX;

    /// The position of `element`; `None` if it does not arrive.
    ///
    /// # Panics
    /// If the map is a table and has no such element.
    pub fn get(&self, element: usize) -> Option<usize> {
        match self {
            IndexMap::Offset(first) => Some(first + element),
            IndexMap::Table(table) => match table[element] {
                IndexMap::DROPPED => None,
                position => Some(position as usize),
            },
        }
    }

    /// The map between arrays of `samples` rows, each of which is mapped in the same way: from `from`
    /// elements into `to`.
    pub fn for_samples(&self, samples: usize, from: usize, to: usize) -> IndexMap {
        if *self == IndexMap::Offset(0) && from == to {
            return self.clone();
        }
        let positions = (0..samples).flat_map(|sample| {
            let first = (sample * to) as u32;
            (0..from).map(move |element| match self.entry(element) {
                IndexMap::DROPPED => IndexMap::DROPPED,
                position => first + position,
            })
        });
        positions.collect()
    }

    /// The entry of `element` in a table: its position, or [`IndexMap::DROPPED`].
    pub fn entry(&self, element: usize) -> u32 {
        let position = self.get(element);
        position.map_or(IndexMap::DROPPED, |position| position as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_elements_have_no_position() {
        let dropped = IndexMap::DROPPED;
        let map: IndexMap = [dropped, 4, 5].into_iter().collect();
        assert_eq!(
            [0, 1, 2].map(|element| map.get(element)),
            [None, Some(4), Some(5)]
        );
        let none: IndexMap = [dropped].into_iter().collect();
        assert_eq!(none.get(0), None);
        let consecutive: IndexMap = [4, 5].into_iter().collect();
        assert_eq!(consecutive, IndexMap::Offset(4));
    }

    #[test]
    fn samples_are_mapped_apart() {
        let whole = IndexMap::Offset(0);
        assert_eq!(whole.for_samples(2, 3, 3), whole);
        let second = IndexMap::Offset(1).for_samples(2, 2, 3);
        let positions: Vec<_> = (0..4).map(|element| second.get(element)).collect();
        assert_eq!(positions, [1, 2, 4, 5].map(Some));
        let dropped = IndexMap::DROPPED;
        let map: IndexMap = [dropped, 0].into_iter().collect();
        let map = map.for_samples(2, 2, 1);
        assert_eq!(
            [0, 1, 2, 3].map(|element| map.get(element)),
            [None, Some(0), None, Some(1)]
        );
    }
}
