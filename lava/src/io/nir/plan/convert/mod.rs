//! Nodes: what each primitive becomes.

mod delay;
mod map;
mod neuron;
mod shape;

use super::super::node::Primitive;
use super::super::options::NirOptions;
use super::Becomes;
use super::flatten::FlatNode;
use crate::io::Tensor;
pub(super) use neuron::parameters;
pub(super) use shape::output;

/// The process that a node becomes, and its fidelity.
pub(super) struct Conversion {
    pub(super) becomes: Becomes,
    /// The process, in words.
    pub(super) words: String,
    /// Exact or not, and why or when; `None` if it is exact without a condition.
    pub(super) inexact: Option<(bool, String)>,
}

impl Conversion {
    fn exact(becomes: Becomes, words: impl Into<String>) -> Conversion {
        let (words, inexact) = (words.into(), None);
        Conversion {
            becomes,
            words,
            inexact,
        }
    }
}

/// Converts a node, whose shapes are known.
pub(super) fn convert(
    flat: &FlatNode<'_>,
    input: &[usize],
    output: &[usize],
    options: &NirOptions,
    notes: &mut Vec<String>,
) -> Result<Conversion, String> {
    let primitive = &flat.node.primitive;
    if let Some((operator, shape)) = map::operator(primitive, input)? {
        return map::convert(primitive, operator, shape, input, output);
    }
    match primitive {
        Primitive::Input { .. } if flat.is_outermost => {
            Ok(Conversion::exact(Becomes::Input, "Relay, an input"))
        }
        Primitive::Output { .. } if flat.is_outermost => {
            Ok(Conversion::exact(Becomes::Output, "Relay, an output"))
        }
        Primitive::Input { .. } | Primitive::Output { .. } | Primitive::Flatten { .. } => {
            Ok(Conversion::exact(Becomes::Relay, "Relay"))
        }
        Primitive::Delay { delay } => delay::convert(delay, input, options),
        Primitive::Threshold { threshold } => {
            let threshold = of_elements("threshold", threshold, input)?;
            Ok(Conversion::exact(
                Becomes::Threshold(threshold),
                "StepFunction",
            ))
        }
        _ => neuron::convert(flat, input, options, notes),
    }
}

/// The numbers of a parameter: one for each element, or one for all.
fn of_elements(name: &str, data: &Tensor, shape: &[usize]) -> Result<Vec<f64>, String> {
    let numbers = data
        .to_f64()
        .ok_or_else(|| format!("`{name}` has no numbers"))?;
    let count: usize = shape.iter().product();
    if numbers.len() != count && numbers.len() != 1 {
        let found = data.shape();
        return Err(format!(
            "`{name}` has the shape {found:?}, the node {shape:?}"
        ));
    }
    if numbers.iter().any(|number| number.is_nan()) {
        return Err(format!("`{name}` has a number that is none (NaN)"));
    }
    match numbers
        .iter()
        .all(|number| number.to_bits() == numbers[0].to_bits())
    {
        true => Ok(vec![numbers[0]]),
        false => Ok(numbers),
    }
}
