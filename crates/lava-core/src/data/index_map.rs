//! Index maps: the positions of the elements of one array in another.

use std::sync::Arc;

/// The position of each element of a message in the message that arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IndexMap {
    /// Consecutive positions, starting at this one.
    Offset(usize),
    /// One position per element.
    Table(Arc<[u32]>),
}

impl FromIterator<u32> for IndexMap {
    fn from_iter<I: IntoIterator<Item = u32>>(positions: I) -> IndexMap {
        let table: Arc<[u32]> = positions.into_iter().collect();
        let is_consecutive = table.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        match table.first() {
            Some(first) if is_consecutive => IndexMap::Offset(*first as usize),
            _ => IndexMap::Table(table),
        }
    }
}

impl IndexMap {
    /// The position of `element`.
    ///
    /// # Panics
    /// If the map is a table and has no such element.
    pub fn get(&self, element: usize) -> usize {
        match self {
            IndexMap::Offset(first) => first + element,
            IndexMap::Table(table) => table[element] as usize,
        }
    }
}
