//! Shapes of outputs.

use super::super::super::node::Primitive;
use super::map;
use crate::io::Tensor;

/// The shape of the output of a node with an input of shape `input`.
pub(in super::super) fn output(
    primitive: &Primitive,
    input: &[usize],
) -> Result<Vec<usize>, String> {
    if let Some((operator, weight)) = map::operator(primitive, input)? {
        return operator.output(&weight).map_err(|error| error.to_string());
    }
    let Primitive::Flatten {
        start_dim, end_dim, ..
    } = primitive
    else {
        return Ok(input.to_vec());
    };
    let axis = |data: &Tensor, name: &str| {
        let axes = input.len() as i64;
        let given = data.to_i64().and_then(|values| values.first().copied());
        let axis = given.map(|axis| {
            if axis < 0 {
                axis.saturating_add(axes)
            } else {
                axis
            }
        });
        let axis = axis.filter(|axis| (0..axes).contains(axis));
        axis.map(|axis| axis as usize)
            .ok_or_else(|| format!("`{name}` is no axis of {input:?}"))
    };
    let (start, end) = (axis(start_dim, "start_dim")?, axis(end_dim, "end_dim")?);
    if start > end {
        return Err("`start_dim` is after `end_dim`".to_owned());
    }
    let joined = input[start..=end].iter().product();
    Ok([&input[..start], &[joined], &input[end + 1..]].concat())
}
