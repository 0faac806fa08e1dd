//! Layers of a file.

use super::super::hdf5::FileGroup;
use super::super::tensor::Tensor;

/// A layer of a [`NetxFile`](super::NetxFile).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NetxLayer {
    /// The type, as the file names it.
    pub type_name: String,
    /// The shape of the output as in the file, channels first; empty if the file has none.
    pub shape: Vec<usize>,
    /// The neurons; `None` if the layer has none.
    pub neuron: Option<NetxNeuron>,
    /// The kind of the layer, with its parameters.
    pub kind: NetxKind,
}

/// The kind of a layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NetxKind {
    /// The input: numbers `x` are to be fed as `weight·x + bias`.
    Input {
        /// Default 64.
        weight: i32,
        /// Default 0.
        bias: i32,
    },
    /// A matrix: `dense`, `dense_rec`, `dense_comp`.
    FullyConnected(DenseLayer),
    /// A convolution.
    Convolutional(ConvLayer),
    /// Sums over windows.
    Pool(PoolLayer),
    /// A transposed convolution: `weight` is `[inputs, outputs / groups, rows, columns]`.
    TransposedConvolutional(ConvLayer),
    /// The transpose of sums over windows: an input for each output of its window.
    Unpool(PoolLayer),
    /// The next layer reads the last in the order channels, rows, columns.
    Flatten,
    /// Averages over groups of neurons, as many as `shape` has elements.
    Average,
    /// The last layer and these, by their numbers in the file, as one.
    Concat(Vec<usize>),
}

/// A matrix of weights.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DenseLayer {
    /// `[outputs, inputs]`, row by row.
    pub weight: Vec<i32>,
    /// Outputs and inputs.
    pub dims: [usize; 2],
    /// Recurrent weights, `[outputs, outputs]`.
    pub recurrent: Option<Vec<i32>>,
    /// The imaginary part of the weights.
    pub imaginary: Option<Vec<i32>>,
    /// Delays in steps, `[outputs, inputs]`, at most 62.
    pub delay: Option<Vec<i32>>,
    /// `[outputs]`.
    pub bias: Option<Vec<i32>>,
}

/// A kernel.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConvLayer {
    /// `[outputs, inputs / groups, rows, columns]`, as in the file: not flipped.
    pub weight: Vec<i32>,
    /// The extents of `weight`.
    pub dims: [usize; 4],
    /// For columns, and for rows.
    pub stride: [usize; 2],
    /// For columns, and for rows.
    pub padding: [usize; 2],
    /// For columns, and for rows.
    pub dilation: [usize; 2],
    /// Groups of channels.
    pub groups: usize,
    /// For each channel, or for each neuron.
    pub bias: Option<Tensor>,
}

/// A window.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolLayer {
    /// The weight of an input.
    pub weight: i32,
    /// For columns, and for rows.
    pub kernel: [usize; 2],
    /// For columns, and for rows.
    pub stride: [usize; 2],
    /// For columns, and for rows.
    pub padding: [usize; 2],
    /// For columns, and for rows.
    pub dilation: [usize; 2],
}

/// The neurons of a layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NetxNeuron {
    /// Leaky integrate-and-fire neurons: `LOIHI`, `CUBA`.
    Cuba {
        /// Threshold.
        vth: i32,
        /// Part that the current loses in a step, in 1/4096: for each neuron, or for all.
        current_decay: Vec<i32>,
        /// Part that the voltage loses in a step, in 1/4096: for each neuron, or for all.
        voltage_decay: Vec<i32>,
        /// Bits of messages; 0 for spikes.
        message_bits: i32,
    },
    /// Sigma-delta neurons: `SDNN`.
    Sdnn {
        /// Threshold.
        vth: i32,
        /// The layer sends its sums.
        sigma_output: bool,
        /// Bits of messages.
        message_bits: i32,
    },
    /// Resonate-and-fire neurons.
    Resonator {
        /// Threshold.
        vth: i32,
        /// Sine and cosine of the rotation in a step, times what is left after it, in 1/4096: for each
        /// neuron, or for all.
        decay: [Vec<i32>; 2],
        /// The neuron fires at phase zero.
        at_phase: bool,
    },
}

/// Integers, or why there are none.
fn integers(data: &Tensor, name: &str) -> Result<Vec<i32>, String> {
    let numbers = data
        .to_f64()
        .ok_or_else(|| format!("`{name}` has no numbers"))?;
    // As the reader of lava-dl: towards 0.
    let integer = |number: f64| {
        let fits = number.abs() < f64::from(i32::MAX);
        fits.then_some(number as i32)
            .ok_or_else(|| format!("`{name}` has {number}"))
    };
    numbers.into_iter().map(integer).collect()
}

pub(super) fn all_integers(data: &Tensor) -> Result<Vec<i32>, String> {
    integers(data, "bias")
}

fn needed<'a>(group: &'a FileGroup, name: &str) -> Result<&'a Tensor, String> {
    group
        .data(name)
        .ok_or_else(|| format!("there is no `{name}`"))
}

fn integer(group: &FileGroup, name: &str) -> Result<i32, String> {
    let numbers = integers(needed(group, name)?, name)?;
    match numbers[..] {
        [first, ref others @ ..] if others.iter().all(|other| *other == first) => Ok(first),
        _ => Err(format!("`{name}` has {} numbers, and not 1", numbers.len())),
    }
}

/// A number for columns and rows, which files have as one number, or for rows and columns.
fn pair(group: &FileGroup, name: &str) -> Result<[usize; 2], String> {
    let numbers = integers(needed(group, name)?, name)?;
    let [rows, columns] = match numbers[..] {
        [both] => [both, both],
        [rows, columns] => [rows, columns],
        _ => return Err(format!("`{name}` has {} numbers, and not 2", numbers.len())),
    };
    let unsigned =
        |number: i32| usize::try_from(number).map_err(|_| format!("`{name}` is negative"));
    Ok([unsigned(columns)?, unsigned(rows)?])
}

fn text<'a>(group: &'a FileGroup, name: &str) -> Result<&'a str, String> {
    let data = needed(group, name)?;
    let first = data.texts().and_then(|texts| texts.first());
    first
        .map(String::as_str)
        .ok_or_else(|| format!("`{name}` is no text"))
}

/// The type of a layer.
pub(super) fn type_name(group: &FileGroup) -> Result<&str, String> {
    text(group, "type")
}

impl NetxLayer {
    pub(super) fn read(group: &FileGroup) -> Result<NetxLayer, String> {
        let type_name = type_name(group)?.to_owned();
        let shape = match group.data("shape") {
            Some(shape) => {
                let extents = integers(shape, "shape")?.into_iter().map(usize::try_from);
                let extents: Result<Vec<usize>, _> = extents.collect();
                extents.map_err(|_| "`shape` is negative".to_owned())?
            }
            None => Vec::new(),
        };
        let neuron = group.group("neuron").map(NetxNeuron::read).transpose()?;
        let kind = match type_name.as_str() {
            "input" => NetxKind::Input {
                weight: group
                    .data("weight")
                    .map_or(Ok(64), |_| integer(group, "weight"))?,
                bias: group
                    .data("bias")
                    .map_or(Ok(0), |_| integer(group, "bias"))?,
            },
            "dense" | "dense_comp" => {
                NetxKind::FullyConnected(DenseLayer::read(group, &shape, false)?)
            }
            "dense_rec" => NetxKind::FullyConnected(DenseLayer::read(group, &shape, true)?),
            "conv" => NetxKind::Convolutional(ConvLayer::read(group)?),
            "convT" => NetxKind::TransposedConvolutional(ConvLayer::read(group)?),
            "pool" => NetxKind::Pool(PoolLayer::read(group)?),
            "unpool" => NetxKind::Unpool(PoolLayer::read(group)?),
            "flatten" => NetxKind::Flatten,
            "average" => NetxKind::Average,
            "concat" => {
                let layers = integers(needed(group, "layers")?, "layers")?.into_iter();
                let layers: Result<Vec<usize>, _> = layers.map(usize::try_from).collect();
                NetxKind::Concat(layers.map_err(|_| "`layers` is negative")?)
            }
            other => return Err(format!("`{other}` is no type of a layer")),
        };
        Ok(NetxLayer {
            type_name,
            shape,
            neuron,
            kind,
        })
    }
}

impl DenseLayer {
    fn read(group: &FileGroup, shape: &[usize], is_recurrent: bool) -> Result<DenseLayer, String> {
        let outputs = shape
            .iter()
            .try_fold(1_usize, |count, extent| count.checked_mul(*extent));
        let outputs = outputs.filter(|count| *count > 0 && !shape.is_empty());
        let outputs = outputs.ok_or("`shape` is missing or empty")?;
        let parts = group.group("weight");
        let real = match parts {
            Some(parts) => needed(parts, "real")?,
            None => needed(group, "weight")?,
        };
        let weight = integers(real, "weight")?;
        if weight.is_empty() || weight.len() % outputs != 0 {
            return Err(format!(
                "`weight` has {} numbers, for {outputs} outputs",
                weight.len()
            ));
        }
        let inputs = weight.len() / outputs;
        let square = |data: &Tensor, name: &str, columns: usize| {
            let numbers = integers(data, name)?;
            match numbers.len() == outputs * columns {
                true => Ok(numbers),
                false => Err(format!("`{name}` has not {outputs} × {columns} numbers")),
            }
        };
        let imaginary = parts.map(|parts| square(needed(parts, "imag")?, "weight/imag", inputs));
        let recurrent =
            is_recurrent.then(|| square(needed(group, "weight_rec")?, "weight_rec", outputs));
        let delay = group.data("delay").map(|delay| {
            let delays = integers(delay, "delay")?;
            let delays: Vec<i32> = delays.iter().map(|delay| (*delay).clamp(0, 62)).collect();
            let at = |of: &dyn Fn(usize) -> i32| (0..outputs * inputs).map(of).collect();
            Ok(match delays.len() {
                1 => vec![delays[0]; outputs * inputs],
                len if len == outputs * inputs => delays,
                len if len == outputs => at(&|place| delays[place / inputs]),
                len if len == inputs => at(&|place| delays[place % inputs]),
                len => {
                    return Err(format!(
                        "`delay` has {len} numbers, for {outputs} × {inputs} weights"
                    ));
                }
            })
        });
        let bias = group.data("bias").map(|bias| {
            let bias = integers(bias, "bias")?;
            match bias.len() {
                1 => Ok(vec![bias[0]; outputs]),
                len if len == outputs => Ok(bias),
                len => Err(format!("`bias` has {len} numbers, for {outputs} outputs")),
            }
        });
        Ok(DenseLayer {
            weight,
            dims: [outputs, inputs],
            recurrent: recurrent.transpose()?,
            imaginary: imaginary.transpose()?,
            delay: delay.transpose()?,
            bias: bias.transpose()?,
        })
    }
}

impl ConvLayer {
    fn read(group: &FileGroup) -> Result<ConvLayer, String> {
        let weight = needed(group, "weight")?;
        let dims = match *weight.shape() {
            [outputs, inputs, rows, columns] | [outputs, inputs, rows, columns, 1] => {
                [outputs, inputs, rows, columns]
            }
            _ => return Err(format!("`weight` has the shape {:?}", weight.shape())),
        };
        Ok(ConvLayer {
            weight: integers(weight, "weight")?,
            dims,
            stride: pair(group, "stride")?,
            padding: pair(group, "padding")?,
            dilation: pair(group, "dilation")?,
            groups: pair(group, "groups")?[0],
            bias: group.data("bias").cloned(),
        })
    }
}

impl PoolLayer {
    fn read(group: &FileGroup) -> Result<PoolLayer, String> {
        let weight = group.data("weight").map(|_| integer(group, "weight"));
        let dilation = group.data("dilation").map(|_| pair(group, "dilation"));
        Ok(PoolLayer {
            weight: weight.unwrap_or(Ok(1))?,
            kernel: pair(group, "kernelSize")?,
            stride: pair(group, "stride")?,
            padding: pair(group, "padding")?,
            dilation: dilation.unwrap_or(Ok([1, 1]))?,
        })
    }
}

impl NetxNeuron {
    fn read(group: &FileGroup) -> Result<NetxNeuron, String> {
        let vth = integer(group, "vThMant")?;
        let bits = |default: i32| match group.data("messageBits") {
            Some(_) => integer(group, "messageBits"),
            None => Ok(default),
        };
        match text(group, "type")? {
            "LOIHI" | "CUBA" => Ok(NetxNeuron::Cuba {
                vth,
                current_decay: integers(needed(group, "iDecay")?, "iDecay")?,
                voltage_decay: integers(needed(group, "vDecay")?, "vDecay")?,
                message_bits: bits(0)?,
            }),
            "SDNN" => Ok(NetxNeuron::Sdnn {
                vth,
                sigma_output: group.items.contains_key("sigma_output"),
                message_bits: bits(16)?,
            }),
            name if name.contains("RF") => Ok(NetxNeuron::Resonator {
                vth,
                decay: [
                    integers(needed(group, "sinDecay")?, "sinDecay")?,
                    integers(needed(group, "cosDecay")?, "cosDecay")?,
                ],
                at_phase: name.contains("PHASE"),
            }),
            other => Err(format!("`{other}` is no type of neuron")),
        }
    }
}
