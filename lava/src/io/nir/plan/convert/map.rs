//! Maps: matrices, factors, convolutions and pools.

use super::super::super::node::Primitive;
use super::super::{Becomes, PlannedMap};
use super::{Conversion, of_elements};
use crate::io::Tensor;
use crate::proc::synapse::Operator;

/// A map, and the shape of its weight.
type Mapped = (Operator, Vec<usize>);

/// The kind of a map, and the shape of its weight; `None` for nodes that are no maps.
pub(super) fn operator(primitive: &Primitive, input: &[usize]) -> Result<Option<Mapped>, String> {
    Ok(Some(match primitive {
        Primitive::Affine { weight, .. } | Primitive::Linear { weight } => {
            (Operator::Product, weight.shape().to_vec())
        }
        Primitive::Scale { .. } => (Operator::Elementwise, input.to_vec()),
        Primitive::Conv1d { .. } => convolution(primitive, input, 1)?,
        Primitive::Conv2d { .. } => convolution(primitive, input, 2)?,
        Primitive::SumPool2d {
            kernel_size,
            stride,
            padding,
        }
        | Primitive::AvgPool2d {
            kernel_size,
            stride,
            padding,
        } => {
            let padding = per_axis(padding, 2, "padding")?;
            let operator = Operator::Pool {
                input: input.to_vec(),
                kernel: per_axis(kernel_size, 2, "kernel_size")?,
                stride: per_axis(stride, 2, "stride")?,
                padding: padding.iter().map(|pad| [*pad; 2]).collect(),
            };
            (operator, vec![1])
        }
        _ => return Ok(None),
    }))
}

/// A convolution over `axes` axes.
fn convolution(primitive: &Primitive, input: &[usize], axes: usize) -> Result<Mapped, String> {
    let (Primitive::Conv1d {
        weight,
        stride,
        padding,
        dilation,
        groups,
        ..
    }
    | Primitive::Conv2d {
        weight,
        stride,
        padding,
        dilation,
        groups,
        ..
    }) = primitive
    else {
        return Err("it is no convolution".to_owned());
    };
    let kernel = weight.shape();
    if kernel.len() != axes + 2 {
        let found = kernel.len();
        return Err(format!("`weight` has {found} axes, and not {}", axes + 2));
    }
    let stride = per_axis(stride, axes, "stride")?;
    let dilation = per_axis(dilation, axes, "dilation")?;
    let groups = per_axis(groups, 1, "groups")?[0];
    let padding = match padding.text() {
        Some("valid") => vec![[0, 0]; axes],
        Some("same") if stride.iter().any(|stride| *stride != 1) => {
            return Err("`padding` \"same\" needs a `stride` of 1".to_owned());
        }
        Some("same") => {
            let reach =
                |axis: usize| dilation[axis].saturating_mul(kernel[axis + 2].saturating_sub(1));
            // The odd zero is after the input.
            let sides = |axis: usize| [reach(axis) / 2, reach(axis) - reach(axis) / 2];
            (0..axes).map(sides).collect()
        }
        Some(other) => return Err(format!("`padding` is {other:?}")),
        None => per_axis(padding, axes, "padding")?
            .iter()
            .map(|pad| [*pad; 2])
            .collect(),
    };
    let input = input.to_vec();
    let operator = Operator::Convolution {
        input,
        stride,
        padding,
        dilation,
        groups,
    };
    Ok((operator, kernel.to_vec()))
}

/// The numbers of an array that is an integer for each of `axes`, or one for all.
fn per_axis(data: &Tensor, axes: usize, name: &str) -> Result<Vec<usize>, String> {
    let numbers = data
        .to_i64()
        .ok_or_else(|| format!("`{name}` has no integers"))?;
    let numbers = numbers
        .into_iter()
        .map(usize::try_from)
        .collect::<Result<Vec<usize>, _>>();
    let numbers = numbers.map_err(|_| format!("`{name}` is negative"))?;
    match numbers.len() {
        1 => Ok(vec![numbers[0]; axes]),
        len if len == axes => Ok(numbers),
        len => Err(format!("`{name}` has {len} numbers, for {axes} axes")),
    }
}

/// Converts a node that is a map.
pub(super) fn convert(
    primitive: &Primitive,
    operator: Operator,
    shape: Vec<usize>,
    input: &[usize],
    output: &[usize],
) -> Result<Conversion, String> {
    let finite = |name: &str, data: &Tensor| {
        let numbers = data
            .to_f64()
            .ok_or_else(|| format!("`{name}` has no numbers"))?;
        match numbers.iter().all(|number| number.is_finite()) {
            true => Ok(numbers),
            false => Err(format!("`{name}` has a number that is not finite")),
        }
    };
    let (weight, bias, words) = match primitive {
        Primitive::Affine { weight, bias } => {
            let bias = finite("bias", bias)?;
            (
                finite("weight", weight)?,
                bias,
                "LinearMap, a matrix and a bias",
            )
        }
        Primitive::Linear { weight } => {
            (finite("weight", weight)?, Vec::new(), "LinearMap, a matrix")
        }
        Primitive::Scale { scale } => {
            let mut factors = of_elements("scale", scale, input)?;
            if factors.iter().any(|factor| !factor.is_finite()) {
                return Err("`scale` has a number that is not finite".to_owned());
            }
            if factors.len() == 1 {
                factors = vec![factors[0]; input.iter().product()];
            }
            (factors, Vec::new(), "LinearMap, factors")
        }
        Primitive::Conv1d { weight, bias, .. } | Primitive::Conv2d { weight, bias, .. } => {
            let bias = finite("bias", bias)?;
            let area: usize = output[1..].iter().product();
            if bias.len() != output[0] && bias.len() != 1 {
                return Err(format!(
                    "`bias` has {} numbers, for {} channels",
                    bias.len(),
                    output[0]
                ));
            }
            let of_channel = |channel: usize| bias[channel.min(bias.len() - 1)];
            let bias = (0..output[0] * area)
                .map(|at| of_channel(at / area))
                .collect();
            (
                finite("weight", weight)?,
                bias,
                "LinearMap, a convolution and a bias",
            )
        }
        Primitive::AvgPool2d { kernel_size, .. } => {
            let window: usize = per_axis(kernel_size, 2, "kernel_size")?.iter().product();
            (vec![1.0 / window as f64], Vec::new(), "LinearMap, averages")
        }
        _ => (vec![1.0], Vec::new(), "LinearMap, sums"),
    };
    let count: usize = output.iter().product();
    if !bias.is_empty() && bias.len() != count && bias.len() != 1 {
        return Err(format!(
            "`bias` has {} numbers, for {count} outputs",
            bias.len()
        ));
    }
    let map = PlannedMap {
        operator,
        shape,
        weight,
        bias,
    };
    Ok(Conversion::exact(Becomes::Map(map), words))
}
