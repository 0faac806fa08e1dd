//! Selections: some of the elements of an array, by their row-major indices.

use std::ops::{Bound, Range, RangeBounds, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

/// Some elements of an array, chosen by their row-major indices and in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection(ChosenIndices);

#[derive(Clone, Debug, PartialEq, Eq)]
enum ChosenIndices {
    Range(Bound<usize>, Bound<usize>),
    List(Vec<usize>),
}

/// A selection that does not fit an array.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// No element is chosen.
    #[error("it chooses nothing; give a range such as `0..{len}`, or indices below {len}")]
    Empty {
        /// The number of elements that there are.
        len: usize,
    },
    /// An element that does not exist.
    #[error("there is no element {index}; the indices end at {}", .len.saturating_sub(1))]
    OutOfRange {
        /// The index that was given.
        index: usize,
        /// The number of elements that there are.
        len: usize,
    },
    /// An element that is chosen twice.
    #[error("element {index} is chosen twice; give each index once")]
    Duplicate {
        /// The index that was given.
        index: usize,
    },
}

impl Selection {
    /// The indices of the chosen elements among `len`.
    ///
    /// # Errors
    /// [`SelectionError`] if there are none, one is not below `len`, or one is given twice.
    pub fn indices(&self, len: usize) -> Result<Vec<u32>, SelectionError> {
        let indices: Vec<usize> = match &self.0 {
            ChosenIndices::List(list) => list.clone(),
            ChosenIndices::Range(start, end) => {
                let range = to_range(*start, *end, len);
                if range.end > len {
                    let index = range.start.max(len);
                    return Err(SelectionError::OutOfRange { index, len });
                }
                range.collect()
            }
        };
        if indices.is_empty() {
            return Err(SelectionError::Empty { len });
        }
        let mut is_chosen = vec![false; len];
        for &index in &indices {
            match is_chosen.get_mut(index) {
                None => return Err(SelectionError::OutOfRange { index, len }),
                Some(true) => return Err(SelectionError::Duplicate { index }),
                Some(is_chosen) => *is_chosen = true,
            }
        }
        Ok(indices.into_iter().map(|index| index as u32).collect())
    }
}

fn to_range(start: Bound<usize>, end: Bound<usize>, len: usize) -> Range<usize> {
    let start = match start {
        Bound::Included(start) => start,
        Bound::Excluded(before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match end {
        Bound::Included(last) => last.saturating_add(1),
        Bound::Excluded(end) => end,
        Bound::Unbounded => len,
    };
    start..end
}

/// A value that chooses elements: a range of indices, or a list of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` chooses no elements [E3203]",
    label = "neither a range nor a list of indices",
    note = "give a range, `0..100`, or a list of indices of type `usize`, `[0, 2, 5]`"
)]
pub trait IntoSelection {
    /// The selection.
    fn into_selection(self) -> Selection;
}

#[diagnostic::do_not_recommend]
impl IntoSelection for Selection {
    fn into_selection(self) -> Selection {
        self
    }
}

macro_rules! ranges {
    ($($range:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoSelection for $range {
            fn into_selection(self) -> Selection {
                let bounds = (self.start_bound().cloned(), self.end_bound().cloned());
                Selection(ChosenIndices::Range(bounds.0, bounds.1))
            }
        }
    )+};
}

ranges!(
    Range<usize>,
    RangeInclusive<usize>,
    RangeFrom<usize>,
    RangeTo<usize>,
    RangeToInclusive<usize>
);

#[diagnostic::do_not_recommend]
impl IntoSelection for Vec<usize> {
    fn into_selection(self) -> Selection {
        Selection(ChosenIndices::List(self))
    }
}

#[diagnostic::do_not_recommend]
impl IntoSelection for &[usize] {
    fn into_selection(self) -> Selection {
        self.to_vec().into_selection()
    }
}

#[diagnostic::do_not_recommend]
impl IntoSelection for &Vec<usize> {
    fn into_selection(self) -> Selection {
        self.clone().into_selection()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoSelection for [usize; N] {
    fn into_selection(self) -> Selection {
        self.to_vec().into_selection()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoSelection for &[usize; N] {
    fn into_selection(self) -> Selection {
        self.to_vec().into_selection()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indices(selection: impl IntoSelection) -> Result<Vec<u32>, SelectionError> {
        selection.into_selection().indices(5)
    }

    #[test]
    fn ranges_and_lists_choose_in_their_order() {
        assert_eq!(indices(1..3), Ok(vec![1, 2]));
        assert_eq!(indices(..=1), Ok(vec![0, 1]));
        assert_eq!(indices(3..), Ok(vec![3, 4]));
        assert_eq!(indices([4, 0]), Ok(vec![4, 0]));
        assert_eq!(indices(vec![2]), Ok(vec![2]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let out_of_range = |index| Err(SelectionError::OutOfRange { index, len: 5 });
        assert_eq!(indices(3..6), out_of_range(5));
        assert_eq!(indices(7..=usize::MAX), out_of_range(7));
        assert_eq!(indices([0, 9]), out_of_range(9));
        assert_eq!(indices(3..3), Err(SelectionError::Empty { len: 5 }));
        assert_eq!(indices(5..), Err(SelectionError::Empty { len: 5 }));
        assert_eq!(indices(Vec::new()), Err(SelectionError::Empty { len: 5 }));
        assert_eq!(indices([1, 1]), Err(SelectionError::Duplicate { index: 1 }));
    }
}
