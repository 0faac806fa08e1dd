//! Nodes: what each primitive becomes.

use super::super::node::Primitive;
use super::super::options::NirOptions;
use super::flatten::FlatNode;
use super::{Becomes, PlannedMap, PlannedNeuron};
use crate::io::Tensor;
use crate::proc::synapse::Operator;
use crate::proc::{Discretization, SpikeTiming};

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

/// The parameters of a primitive that has one value for each element.
pub(super) fn parameters(primitive: &Primitive) -> Vec<(&'static str, &Tensor)> {
    match primitive {
        Primitive::Scale { .. }
        | Primitive::Delay { .. }
        | Primitive::Threshold { .. }
        | Primitive::I { .. }
        | Primitive::IF { .. }
        | Primitive::LI { .. }
        | Primitive::LIF { .. }
        | Primitive::CubaLI { .. }
        | Primitive::CubaLIF { .. } => primitive.data(),
        _ => Vec::new(),
    }
}

/// The shape of the output of a node with an input of shape `input`.
pub(super) fn output(primitive: &Primitive, input: &[usize]) -> Result<Vec<usize>, String> {
    if let Some((operator, weight)) = operator(primitive, input)? {
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

/// The kind of a map, and the shape of its weight; `None` for nodes that are no maps.
fn operator(
    primitive: &Primitive,
    input: &[usize],
) -> Result<Option<(Operator, Vec<usize>)>, String> {
    Ok(Some(match primitive {
        Primitive::Affine { weight, .. } | Primitive::Linear { weight } => {
            (Operator::Product, weight.shape().to_vec())
        }
        Primitive::Scale { .. } => (Operator::Elementwise, input.to_vec()),
        Primitive::Conv1d {
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
        } => {
            let axes = if matches!(primitive, Primitive::Conv1d { .. }) {
                1
            } else {
                2
            };
            if weight.shape().len() != axes + 2 {
                return Err(format!(
                    "`weight` has {} axes, and not {}",
                    weight.shape().len(),
                    axes + 2
                ));
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
                    let reach = |axis: usize| {
                        dilation[axis].saturating_mul(weight.shape()[axis + 2].saturating_sub(1))
                    };
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
            (operator, weight.shape().to_vec())
        }
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

/// Converts a node, whose shapes are known.
pub(super) fn convert(
    flat: &FlatNode<'_>,
    input: &[usize],
    output: &[usize],
    options: &NirOptions,
    notes: &mut Vec<String>,
) -> Result<Conversion, String> {
    let primitive = &flat.node.primitive;
    if let Some((operator, shape)) = operator(primitive, input)? {
        return map(primitive, operator, shape, input, output);
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
        Primitive::Delay { delay } => self::delay(delay, input, options),
        Primitive::Threshold { threshold } => {
            let threshold = of_elements("threshold", threshold, input)?;
            Ok(Conversion::exact(
                Becomes::Threshold(threshold),
                "StepFunction",
            ))
        }
        _ => neuron(flat, input, options, notes),
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

fn map(
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

/// The longest delay, in steps.
const LONGEST: f64 = 1e6;

fn delay(delay: &Tensor, shape: &[usize], options: &NirOptions) -> Result<Conversion, String> {
    let times = of_elements("delay", delay, shape)?;
    if times
        .iter()
        .any(|time| *time < 0.0 || *time / options.dt > LONGEST)
    {
        return Err(format!(
            "`delay` is negative, or longer than {LONGEST} steps"
        ));
    }
    let steps: Vec<usize> = times
        .iter()
        .map(|time| (time / options.dt).round() as usize)
        .collect();
    let errors = times
        .iter()
        .zip(&steps)
        .map(|(time, steps)| (time - *steps as f64 * options.dt).abs());
    let error = errors.fold(0.0, f64::max);
    let inexact = (error > 1e-6 * options.dt)
        .then(|| (false, format!("rounded to steps, by {error:.3e} s at most")));
    let words = "DelayRelay".to_owned();
    Ok(Conversion {
        becomes: Becomes::Delay(steps),
        words,
        inexact,
    })
}

fn neuron(
    flat: &FlatNode<'_>,
    shape: &[usize],
    options: &NirOptions,
    notes: &mut Vec<String>,
) -> Result<Conversion, String> {
    let primitive = &flat.node.primitive;
    let kind = primitive.kind();
    let mut neuron = PlannedNeuron {
        fires: kind.ends_with('F'),
        leaks: kind.contains('L'),
        has_current: kind.starts_with("Cuba"),
        tau_mem: vec![1.0],
        tau_syn: vec![1.0],
        r: vec![1.0],
        v_leak: vec![0.0],
        w_in: vec![1.0],
        v_threshold: vec![1.0],
        v_reset: vec![0.0],
    };
    let parameters = parameters(primitive);
    if parameters.iter().all(|(_, data)| data.len() == 1) && shape.iter().product::<usize>() > 1 {
        notes.push(format!(
            "node `{}`: its parameters are one value, for {shape:?} neurons",
            flat.path
        ));
    }
    for (name, data) in parameters {
        let values = of_elements(name, data, shape)?;
        let is_finite = values.iter().all(|value| value.is_finite());
        let is_time = name.starts_with("tau");
        if is_time && !(is_finite && values.iter().all(|value| *value > 0.0)) {
            return Err(format!("`{name}` is not above 0 everywhere"));
        }
        if !is_finite && name != "v_threshold" {
            return Err(format!("`{name}` has a number that is not finite"));
        }
        *match name {
            "tau_syn" => &mut neuron.tau_syn,
            "tau" | "tau_mem" => &mut neuron.tau_mem,
            "r" => &mut neuron.r,
            "v_leak" => &mut neuron.v_leak,
            "w_in" => &mut neuron.w_in,
            "v_threshold" => &mut neuron.v_threshold,
            _ => &mut neuron.v_reset,
        } = values;
    }
    if !neuron.leaks {
        let (path, dt) = (&flat.path, options.dt);
        notes.push(format!(
            "node `{path}`, {kind}: input acts for dt = {dt} s; for graphs whose unit of time is the step (Sinabs) \
             take dt = 1"
        ));
    }
    let words = if neuron.fires {
        "ContinuousLif"
    } else {
        "LeakyIntegrator"
    };
    let inexact = fidelity(&neuron, options)?;
    let becomes = Becomes::Neuron(Box::new(neuron));
    Ok(Conversion {
        becomes,
        words: words.to_owned(),
        inexact: Some(inexact),
    })
}

/// Exactness of a neuron, and why or when.
fn fidelity(neuron: &PlannedNeuron, options: &NirOptions) -> Result<(bool, String), String> {
    let method = options.discretization;
    let is_exact = method == Discretization::Exact || !(neuron.leaks || neuron.has_current);
    let within = options.rule.timing == SpikeTiming::WithinStep;
    if neuron.fires
        && within
        && (neuron.has_current || !neuron.leaks || method != Discretization::Exact)
    {
        let problem =
            "`SpikeTiming::WithinStep` is for LIF in the exact discretization; take `AfterStep`";
        return Err(problem.to_owned());
    }
    Ok(match (is_exact, neuron.fires) {
        (true, false) => (true, "for input that is constant during a step".to_owned()),
        (true, true) if within => (true, "for input that is constant during a step".to_owned()),
        (true, true) => (
            false,
            "spikes and resets are at the ends of steps".to_owned(),
        ),
        (false, false) => (false, "Euler's method".to_owned()),
        (false, true) => (
            false,
            "Euler's method; spikes are at the ends of steps".to_owned(),
        ),
    })
}
