//! The kinds of linear maps, and their shapes.

use crate::error::BuildError;

/// The kind of a [`LinearMap`](super::LinearMap): what its `weight` means.
///
/// Channels come before the spatial axes, of which there are one or two. Kernels are not flipped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operator {
    /// A matrix, `[.., outputs, inputs]`; leading axes are maps side by side.
    Product,
    /// A factor for each element.
    Elementwise,
    /// A convolution by a kernel `[outputs, inputs / groups, taps ..]`.
    Convolution {
        /// The shape of the input, `[inputs, extents ..]`.
        input: Vec<usize>,
        /// Inputs from one output to the next, for each spatial axis.
        stride: Vec<usize>,
        /// Zeros before and after the input, for each spatial axis.
        padding: Vec<[usize; 2]>,
        /// Inputs from one tap to the next, for each spatial axis.
        dilation: Vec<usize>,
        /// Groups of channels.
        groups: usize,
    },
    /// Sums over windows, times a `weight` of one element.
    Pool {
        /// The shape of the input, `[channels, extents ..]`.
        input: Vec<usize>,
        /// The extents of a window.
        kernel: Vec<usize>,
        /// Inputs from one window to the next, for each spatial axis.
        stride: Vec<usize>,
        /// Zeros before and after the input, for each spatial axis.
        padding: Vec<[usize; 2]>,
    },
}

#[cfg(feature = "store")]
crate::storable!(enum Operator {
    Product,
    Elementwise,
    Convolution { input, stride, padding, dilation, groups },
    Pool { input, kernel, stride, padding },
});

/// A `weight` does not fit its [`Operator`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearMapError {
    /// A weight of another number of axes.
    #[error("the weight has {found} axes, but {wanted} are needed")]
    Axes {
        /// The number of axes of the weight.
        found: usize,
        /// What is needed.
        wanted: String,
    },
    /// Parameters that do not agree on the number of spatial axes.
    #[error(
        "the input has {axes} spatial axes, but `{parameter}` is for {found}; 1 or 2 are possible"
    )]
    Spatial {
        /// The spatial axes of the input.
        axes: usize,
        /// The parameter.
        parameter: &'static str,
        /// The axes that it is for.
        found: usize,
    },
    /// A stride, a dilation, an extent or a number of groups of zero.
    #[error("{0} is 0, but must be at least 1")]
    Zero(&'static str),
    /// A kernel for another number of channels.
    #[error(
        "a kernel for {kernel} channels a group and {outputs} outputs does not fit {channels} channels in {groups} groups"
    )]
    Channels {
        /// The input channels of a group that the kernel has weights for.
        kernel: usize,
        /// The outputs of the kernel.
        outputs: usize,
        /// All input channels.
        channels: usize,
        /// The groups.
        groups: usize,
    },
    /// A window that is larger than the padded input.
    #[error("a window over {reach} elements does not fit into {extent}, padding included")]
    Small {
        /// The elements from the first tap to the last.
        reach: usize,
        /// The elements of the input and its padding.
        extent: usize,
    },
}

impl From<LinearMapError> for BuildError {
    fn from(error: LinearMapError) -> BuildError {
        BuildError::refused(error)
    }
}

/// A spatial axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpatialAxis {
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) taps: usize,
    pub(super) stride: usize,
    pub(super) before: usize,
    pub(super) dilation: usize,
}

/// The geometry of a convolution, or of pooling: of two spatial axes, the first of which may have the
/// extent 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sweep {
    pub(super) channels: usize,
    pub(super) outputs: usize,
    pub(super) groups: usize,
    pub(super) axes: [SpatialAxis; 2],
}

impl SpatialAxis {
    /// An axis of extent 1.
    const ONE: SpatialAxis = SpatialAxis {
        input: 1,
        output: 1,
        taps: 1,
        stride: 1,
        before: 0,
        dilation: 1,
    };

    fn new(
        [input, taps, stride, dilation]: [usize; 4],
        padding: [usize; 2],
    ) -> Result<SpatialAxis, LinearMapError> {
        let zeros = [
            (input, "an extent of the input"),
            (taps, "an extent of the kernel"),
            (stride, "a stride"),
            (dilation, "a dilation"),
        ];
        if let Some((_, name)) = zeros.iter().find(|(value, _)| *value == 0) {
            return Err(LinearMapError::Zero(name));
        }
        let reach = dilation.saturating_mul(taps - 1).saturating_add(1);
        let extent = input.saturating_add(padding[0]).saturating_add(padding[1]);
        if reach > extent {
            return Err(LinearMapError::Small { reach, extent });
        }
        Ok(SpatialAxis {
            input,
            output: (extent - reach) / stride + 1,
            taps,
            stride,
            before: padding[0],
            dilation,
        })
    }
}

impl Operator {
    /// The geometry of a convolution, or of pooling; `None` for other maps.
    pub(super) fn sweep(&self, weight: &[usize]) -> Result<Option<Sweep>, LinearMapError> {
        let (input, kernel, stride, padding, dilation, groups, outputs);
        match self {
            Operator::Product | Operator::Elementwise => return Ok(None),
            Operator::Convolution {
                input: shape,
                stride: s,
                padding: p,
                dilation: d,
                groups: g,
            } => {
                if weight.len() != shape.len() + 1 {
                    let (found, wanted) = (weight.len(), (shape.len() + 1).to_string());
                    return Err(LinearMapError::Axes { found, wanted });
                }
                (input, kernel, stride, padding) = (shape, &weight[2..], s, p);
                (dilation, groups, outputs) = (d.clone(), *g, weight[0]);
                let channels = shape.first().copied().unwrap_or(0);
                let fits = groups > 0
                    && channels % groups == 0
                    && outputs % groups == 0
                    && weight[1] == channels / groups;
                if !fits {
                    let kernel = weight[1];
                    return Err(LinearMapError::Channels {
                        kernel,
                        outputs,
                        channels,
                        groups,
                    });
                }
            }
            Operator::Pool {
                input: shape,
                kernel: k,
                stride: s,
                padding: p,
            } => {
                (input, kernel, stride, padding) = (shape, &k[..], s, p);
                outputs = shape.first().copied().unwrap_or(0);
                (dilation, groups) = (vec![1; k.len()], outputs);
            }
        }
        let extents = input.get(1..).unwrap_or_default();
        let axes = extents.len();
        let lens = [
            ("weight", kernel.len()),
            ("stride", stride.len()),
            ("padding", padding.len()),
            ("dilation", dilation.len()),
        ];
        let wrong = lens
            .iter()
            .find(|(_, len)| *len != axes || !(1..=2).contains(len));
        if let Some((parameter, found)) = wrong {
            let (parameter, found) = (*parameter, *found);
            return Err(LinearMapError::Spatial {
                axes,
                parameter,
                found,
            });
        }
        if outputs == 0 || groups == 0 {
            return Err(LinearMapError::Zero("the number of channels"));
        }
        let axis = |i: usize| {
            SpatialAxis::new([extents[i], kernel[i], stride[i], dilation[i]], padding[i])
        };
        let axes = match axes {
            1 => [SpatialAxis::ONE, axis(0)?],
            _ => [axis(0)?, axis(1)?],
        };
        let channels = input[0];
        Ok(Some(Sweep {
            channels,
            outputs,
            groups,
            axes,
        }))
    }

    /// The shape of the input, for a weight of shape `weight`.
    ///
    /// # Errors
    /// [`LinearMapError`] if the weight does not fit.
    pub fn input(&self, weight: &[usize]) -> Result<Vec<usize>, LinearMapError> {
        match self {
            Operator::Product => {
                let (batch, [_, inputs]) = matrix(weight)?;
                Ok([batch, &[inputs]].concat())
            }
            Operator::Elementwise => Ok(weight.to_vec()),
            Operator::Convolution { input, .. } | Operator::Pool { input, .. } => {
                self.sweep(weight)?;
                Ok(input.clone())
            }
        }
    }

    /// The shape of the output, for a weight of shape `weight`.
    ///
    /// # Errors
    /// [`LinearMapError`] if the weight does not fit.
    pub fn output(&self, weight: &[usize]) -> Result<Vec<usize>, LinearMapError> {
        match self {
            Operator::Product => {
                let (batch, [outputs, _]) = matrix(weight)?;
                Ok([batch, &[outputs]].concat())
            }
            Operator::Elementwise => Ok(weight.to_vec()),
            Operator::Convolution { input, .. } | Operator::Pool { input, .. } => {
                let sweep = self.sweep(weight)?;
                let spatial =
                    sweep.map(|sweep| (sweep.outputs, sweep.axes.map(|axis| axis.output)));
                let (outputs, extents) = spatial.unwrap_or((0, [0, 0]));
                let skipped = 3 - input.len();
                Ok([&[outputs], &extents[skipped..]].concat())
            }
        }
    }
}

/// The maps side by side, and the outputs and inputs of each, of a matrix `[.., outputs, inputs]`.
pub(super) fn matrix(weight: &[usize]) -> Result<(&[usize], [usize; 2]), LinearMapError> {
    match weight {
        [batch @ .., outputs, inputs] => Ok((batch, [*outputs, *inputs])),
        _ => Err(LinearMapError::Axes {
            found: weight.len(),
            wanted: "at least 2".to_owned(),
        }),
    }
}
