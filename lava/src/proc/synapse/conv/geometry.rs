//! Geometry of a convolution: the outputs that an input meets.

use std::ops::Range;

use crate::error::BuildError;

/// The movement of a kernel over its input. The numbers of a pair belong to the two spatial axes,
/// in the order of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Inputs from one output to the next, at least 1.
    pub stride: [usize; 2],
    /// Zeros on either side of the input.
    pub padding: [usize; 2],
    /// Inputs from one weight to the next, at least 1.
    pub dilation: [usize; 2],
    /// Groups of channels; the outputs of a group receive from the inputs of the same group.
    pub groups: usize,
}

impl Default for Window {
    /// Stride 1, no padding, dilation 1, one group.
    fn default() -> Self {
        Window {
            stride: [1, 1],
            padding: [0, 0],
            dilation: [1, 1],
            groups: 1,
        }
    }
}

/// A kernel does not fit its input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvError {
    /// A stride, a dilation, an extent or a number of groups of zero.
    #[error("{0} is 0, but must be at least 1")]
    Zero(&'static str),
    /// The kernel is larger than the padded input.
    #[error(
        "a kernel that reaches over {reach} inputs does not fit into {extent} on axis {axis}, {padding} of padding on either side included; pad more or take a smaller kernel"
    )]
    Small {
        /// The spatial axis, 0 or 1.
        axis: usize,
        /// The inputs from the first weight to the last.
        reach: usize,
        /// The inputs and the padding.
        extent: usize,
        /// The padding on one side.
        padding: usize,
    },
    /// Channels that are no multiple of the groups.
    #[error("{channels} {side} channels cannot be cut into {groups} equal groups")]
    Groups {
        /// `input` or `output`.
        side: &'static str,
        /// The channels.
        channels: usize,
        /// The groups.
        groups: usize,
    },
    /// A kernel for another number of channels.
    #[error(
        "the kernel has weights for {kernel} input channels a group, but a group has {input}: {channels} channels in {groups} groups"
    )]
    Channels {
        /// The input channels that the kernel has weights for.
        kernel: usize,
        /// The input channels that a group has.
        input: usize,
        /// All input channels.
        channels: usize,
        /// The groups.
        groups: usize,
    },
    /// More outputs, or inputs with their padding, than can be counted.
    #[error("a convolution of these extents has more than {0} elements; split it")]
    Large(usize),
}

impl From<ConvError> for BuildError {
    fn from(error: ConvError) -> BuildError {
        BuildError::refused(error)
    }
}

/// Shapes of a convolution: two spatial axes, then channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Geometry {
    pub(in super::super) input: [usize; 3],
    pub(in super::super) output: [usize; 3],
    pub(in super::super) kernel: [usize; 2],
    pub(in super::super) window: Window,
}

/// The outputs that the inputs of an axis meet, each through one tap.
#[derive(Clone, Debug)]
pub(in super::super) struct Meetings {
    /// The first run of each input; one more at the end.
    starts: Vec<u32>,
    runs: Vec<TapRun>,
}

/// Consecutive outputs that an input meets through consecutive taps in descending order. Taps count
/// from the first input.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct TapRun {
    pub(in super::super) output: u32,
    pub(in super::super) tap: u32,
    pub(in super::super) len: u32,
}

impl Geometry {
    /// A kernel `[outputs, taps, taps, inputs per group]` on an input `[x, y, channels]`.
    pub(in super::super) fn new(
        kernel: [usize; 4],
        input: [usize; 3],
        window: Window,
    ) -> Result<Geometry, ConvError> {
        /// The most elements on either side.
        const MOST: usize = u32::MAX as usize;
        let Window {
            stride,
            padding,
            dilation,
            groups,
        } = window;
        let [outputs, taps_x, taps_y, inputs] = kernel;
        let positive = [
            (
                "an extent of the input",
                input[0].min(input[1]).min(input[2]),
            ),
            (
                "an extent of the kernel",
                taps_x.min(taps_y).min(inputs).min(outputs),
            ),
            ("`stride`", stride[0].min(stride[1])),
            ("`dilation`", dilation[0].min(dilation[1])),
            ("`groups`", groups),
        ];
        if let Some((what, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return Err(ConvError::Zero(what));
        }
        for (side, channels) in [("input", input[2]), ("output", outputs)] {
            if !channels.is_multiple_of(groups) {
                return Err(ConvError::Groups {
                    side,
                    channels,
                    groups,
                });
            }
        }
        if input[2] / groups != inputs {
            return Err(ConvError::Channels {
                kernel: inputs,
                input: input[2] / groups,
                channels: input[2],
                groups,
            });
        }
        let mut output = [0, 0, outputs];
        let mut padded = [0, 0, input[2]];
        for (axis, taps) in [taps_x, taps_y].into_iter().enumerate() {
            let extent = padding[axis].saturating_mul(2).saturating_add(input[axis]);
            let reach = dilation[axis].saturating_mul(taps - 1).saturating_add(1);
            padded[axis] = extent;
            output[axis] = match extent.checked_sub(reach) {
                Some(room) => room / stride[axis] + 1,
                None => {
                    return Err(ConvError::Small {
                        axis,
                        reach,
                        extent,
                        padding: padding[axis],
                    });
                }
            };
        }
        let size = |extents: [usize; 3]| extents.iter().fold(1, |n: usize, e| n.saturating_mul(*e));
        if size(padded).max(size(output)) > MOST {
            return Err(ConvError::Large(MOST));
        }
        Ok(Geometry {
            input,
            output,
            kernel: [taps_x, taps_y],
            window,
        })
    }

    /// The input channels of a group.
    pub(in super::super) fn group_inputs(&self) -> usize {
        self.input[2] / self.window.groups
    }

    /// The output channels of a group.
    pub(in super::super) fn group_outputs(&self) -> usize {
        self.output[2] / self.window.groups
    }

    /// The shape of the input with its padding.
    pub(super) fn padded(&self) -> [usize; 3] {
        let [x, y, channels] = self.input;
        let [pad_x, pad_y] = self.window.padding;
        [x + 2 * pad_x, y + 2 * pad_y, channels]
    }

    /// The outputs within `outputs` that each input of an axis meets, ascending.
    pub(in super::super) fn meetings(&self, axis: usize, outputs: Range<usize>) -> Meetings {
        let (stride, dilation) = (self.window.stride[axis], self.window.dilation[axis]);
        let mut meetings = Meetings {
            starts: vec![0],
            runs: Vec::new(),
        };
        for input in 0..self.input[axis] {
            let padded = input + self.window.padding[axis];
            let taps = (0..self.kernel[axis]).rev();
            let pairs = taps.filter_map(|tap| {
                let first = padded.checked_sub(dilation * tap)?;
                let output = first / stride;
                let meets = first.is_multiple_of(stride) && outputs.contains(&output);
                meets.then_some((output as u32, tap as u32))
            });
            let start = meetings.runs.len();
            for (output, tap) in pairs {
                match meetings.runs[start..].last_mut() {
                    Some(run) if run.continues(output, tap) => run.len += 1,
                    _ => meetings.runs.push(TapRun {
                        output,
                        tap,
                        len: 1,
                    }),
                }
            }
            meetings.starts.push(meetings.runs.len() as u32);
        }
        meetings
    }
}

impl TapRun {
    fn continues(&self, output: u32, tap: u32) -> bool {
        output == self.output + self.len && tap + self.len == self.tap
    }

    /// Pairs of an output and its tap.
    #[inline(always)]
    pub(in super::super) fn pairs(self) -> impl Iterator<Item = (usize, usize)> {
        let TapRun { output, tap, len } = self;
        (0..len).map(move |n| ((output + n) as usize, (tap - n) as usize))
    }
}

impl Meetings {
    /// The runs of an input.
    #[inline(always)]
    pub(in super::super) fn of(&self, input: usize) -> &[TapRun] {
        &self.runs[self.starts[input] as usize..self.starts[input + 1] as usize]
    }

    /// Pairs of an output that an input meets and its tap.
    #[inline(always)]
    pub(in super::super) fn pairs(&self, input: usize) -> impl Iterator<Item = (usize, usize)> {
        self.of(input).iter().flat_map(|run| run.pairs())
    }
}

crate::from_cause!(ConvError);
