//! Permutations of the axes of an array.

use ndarray::ArrayD;

use super::shape::Dims;

/// An array of extents `dims` whose elements are their own row-major indices.
pub fn row_major_indices(dims: &Dims) -> ArrayD<u32> {
    let indices = (0..dims.len() as u32).collect();
    ArrayD::from_shape_vec(dims.as_slice(), indices).expect("one index per element")
}

/// The extents after a transposition, where axis `axes[i]` becomes axis `i`, and the new row-major
/// index of each element. Returns `None` if `axes` is not a permutation of all axes; a negative axis
/// counts from the last.
pub fn transposed(dims: &Dims, axes: &[isize]) -> Option<(Dims, Vec<u32>)> {
    let order = permutation(axes, dims.rank())?;
    let elements = row_major_indices(dims).permuted_axes(order);
    let dims = Dims::from(elements.shape());
    let mut indices = vec![0; elements.len()];
    for (index, &element) in (0..).zip(&elements) {
        indices[element as usize] = index;
    }
    Some((dims, indices))
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

/// The index of `axis`, which counts from the last if it is negative. Returns `None` if there is no
/// such axis.
pub fn axis_of(axis: isize, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis + rank as isize } else { axis };
    usize::try_from(axis).ok().filter(|axis| *axis < rank)
}

/// Returns `true` if arrays of these extents can be concatenated along `axis`: all other extents are
/// equal.
pub fn can_concat(dims: &Dims, first: &Dims, axis: usize) -> bool {
    let others = |dims: &Dims| {
        let mut extents = dims.as_slice().to_vec();
        (axis < extents.len()).then(|| extents.remove(axis));
        extents
    };
    dims.rank() == first.rank() && others(dims) == others(first)
}
