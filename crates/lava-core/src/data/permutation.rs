//! Where the elements of an array go when its axes are permuted.

use ndarray::ArrayD;

use super::shape::Dims;

/// An array of these extents whose elements are their row-major indices.
pub fn row_major_indices(dims: &Dims) -> ArrayD<u32> {
    let numbers = (0..dims.len() as u32).collect();
    ArrayD::from_shape_vec(dims.as_slice(), numbers).expect("one index per element")
}

/// The extents after a transposition, where axis `axes[i]` becomes axis `i`, and the place of each
/// element. `None` where the axes are no permutation.
pub fn transposed(dims: &Dims, axes: &[isize]) -> Option<(Dims, Vec<u32>)> {
    let order = permutation(axes, dims.rank())?;
    let elements = row_major_indices(dims).permuted_axes(order);
    let dims = Dims::from(elements.shape());
    let mut places = vec![0; elements.len()];
    for (place, &element) in (0..).zip(&elements) {
        places[element as usize] = place;
    }
    Some((dims, places))
}

/// `axes` as a permutation of `0..rank`, if it is one.
fn permutation(axes: &[isize], rank: usize) -> Option<Vec<usize>> {
    let order: Vec<usize> = axes
        .iter()
        .map(|axis| axis_of(*axis, rank))
        .collect::<Option<_>>()?;
    let mut sorted = order.clone();
    sorted.sort_unstable();
    sorted.iter().copied().eq(0..rank).then_some(order)
}

/// An axis, counted from the last where it is negative.
pub fn axis_of(axis: isize, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis + rank as isize } else { axis };
    usize::try_from(axis).ok().filter(|axis| *axis < rank)
}

/// Whether arrays can be joined along an axis: all others are equal.
pub fn can_concat(dims: &Dims, first: &Dims, axis: usize) -> bool {
    let others = |dims: &Dims| {
        let mut extents = dims.as_slice().to_vec();
        (axis < extents.len()).then(|| extents.remove(axis));
        extents
    };
    dims.rank() == first.rank() && others(dims) == others(first)
}
