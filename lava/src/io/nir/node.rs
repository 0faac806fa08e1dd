//! Nodes: the primitives of the format.

use std::collections::BTreeMap;

use super::super::hdf5::{FileGroup, Item};
use super::super::tensor::Tensor;
use super::error::NirError;
use super::graph::NirGraph;
use super::metadata::Metadata;

/// A node of a [`NirGraph`].
#[derive(Clone, Debug, PartialEq)]
pub struct NirNode {
    /// The primitive, with its parameters.
    pub primitive: Primitive,
    /// Data that have no effect on what the node computes.
    pub metadata: Metadata,
    /// Arrays that the format does not have for this primitive; they are kept, and have no effect.
    pub extra: BTreeMap<String, Tensor>,
}

impl From<Primitive> for NirNode {
    fn from(primitive: Primitive) -> NirNode {
        NirNode {
            primitive,
            metadata: Metadata::default(),
            extra: BTreeMap::new(),
        }
    }
}

/// Type of a parameter, which may be optional in the file.
macro_rules! field_type {
    (required) => { Tensor };
    (optional) => { Option<Tensor> };
}

macro_rules! read_field {
    (required, $group:ident, $path:ident, $kind:expr, $name:expr) => {
        $group
            .data($name)
            .cloned()
            .ok_or_else(|| NirError::Missing {
                node: $path.to_owned(),
                kind: $kind,
                parameter: $name,
            })?
    };
    (optional, $group:ident, $path:ident, $kind:expr, $name:expr) => {
        $group.data($name).cloned()
    };
}

macro_rules! given_field {
    (required, $value:ident) => {
        Some($value)
    };
    (optional, $value:ident) => {
        $value.as_ref()
    };
}

/// Declares the primitives, with reading and writing of their parameters.
macro_rules! primitives {
    ($(
        $(#[$doc:meta])*
        $kind:ident { $($(#[$field_doc:meta])* $field:ident: $need:ident,)* }
    )*) => {
        /// A primitive of the format, with its parameters as the file has them.
        ///
        /// Equations are in continuous time; times are in seconds.
        ///
        /// Source: J. E. Pedersen et al. (2024), *Neuromorphic intermediate representation*, Nature
        /// Communications 15, 8122; parameters as in version 1.0.8 of the format.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Primitive {
            $(
                $(#[$doc])*
                $kind { $($(#[$field_doc])* $field: field_type!($need),)* },
            )*
            /// A graph in the graph: `NIRGraph`.
            Graph(NirGraph),
        }

        impl Primitive {
            /// The name of the primitive in files.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Primitive::$kind { .. } => stringify!($kind),)*
                    Primitive::Graph(_) => GRAPH,
                }
            }

            /// The names of the parameters of `kind`; `None` if there is no such primitive.
            fn parameters(kind: &str) -> Option<&'static [&'static str]> {
                match kind {
                    $(stringify!($kind) => Some(&[$(stringify!($field)),*]),)*
                    GRAPH => Some(&["edges"]),
                    _ => None,
                }
            }

            fn read(group: &FileGroup, kind: &str, path: &str) -> Result<Option<Primitive>, NirError> {
                $(
                    if kind == stringify!($kind) {
                        return Ok(Some(Primitive::$kind {
                            $($field: read_field!($need, group, path, stringify!($kind), stringify!($field)),)*
                        }));
                    }
                )*
                Ok(None)
            }

            fn write(&self, group: &mut FileGroup) -> Result<(), NirError> {
                for (name, data) in self.data() {
                    group.insert(name, data.clone());
                }
                match self {
                    Primitive::Graph(graph) => graph.write_into(group),
                    _ => Ok(()),
                }
            }

            /// The parameters that are given, with their names in files.
            pub(super) fn data(&self) -> Vec<(&'static str, &Tensor)> {
                match self {
                    $(Primitive::$kind { $($field),* } => {
                        let fields = [$((stringify!($field), given_field!($need, $field))),*];
                        let given = fields.into_iter().filter_map(|(name, data)| Some((name, data?)));
                        given.collect()
                    })*
                    Primitive::Graph(_) => Vec::new(),
                }
            }
        }
    };
}

/// The name of graphs in files.
pub(super) const GRAPH: &str = "NIRGraph";

primitives! {
    /// An input of the graph.
    Input {
        /// Extents, without an axis of time.
        shape: required,
    }
    /// An output of the graph.
    Output {
        /// Extents, without an axis of time.
        shape: required,
    }
    /// `y = weight · x + bias`.
    Affine {
        /// `[.., outputs, inputs]`.
        weight: required,
        /// `[.., outputs]`.
        bias: required,
    }
    /// `y = weight · x`.
    Linear {
        /// `[.., outputs, inputs]`.
        weight: required,
    }
    /// `y = scale ⊙ x`.
    Scale {
        /// A factor for each element.
        scale: required,
    }
    /// A convolution over one axis, as libraries for deep learning have it: the kernel is not flipped.
    Conv1d {
        /// The extent of the input.
        input_shape: optional,
        /// `[outputs, inputs / groups, taps]`.
        weight: required,
        /// Inputs from one output to the next.
        stride: required,
        /// Zeros on either side, `"valid"` or `"same"`.
        padding: required,
        /// Inputs from one tap to the next.
        dilation: required,
        /// Groups of channels.
        groups: required,
        /// `[outputs]`.
        bias: required,
    }
    /// A convolution over two axes, as libraries for deep learning have it: the kernel is not flipped.
    Conv2d {
        /// The extents of the input, height and width.
        input_shape: optional,
        /// `[outputs, inputs / groups, taps, taps]`.
        weight: required,
        /// Inputs from one output to the next, for each axis or for both.
        stride: required,
        /// Zeros on either side, for each axis or for both; `"valid"` or `"same"`.
        padding: required,
        /// Inputs from one tap to the next, for each axis or for both.
        dilation: required,
        /// Groups of channels.
        groups: required,
        /// `[outputs]`.
        bias: required,
    }
    /// Sums over windows, channel by channel.
    SumPool2d {
        /// The extents of a window.
        kernel_size: required,
        /// Inputs from one window to the next.
        stride: required,
        /// Zeros on either side.
        padding: required,
    }
    /// Averages over windows, channel by channel; zeros on the sides count.
    AvgPool2d {
        /// The extents of a window.
        kernel_size: required,
        /// Inputs from one window to the next.
        stride: required,
        /// Zeros on either side.
        padding: required,
    }
    /// Makes one axis of several.
    Flatten {
        /// The extents of the input.
        input_type: optional,
        /// The first axis of those that are joined.
        start_dim: required,
        /// The last axis of those that are joined; −1 is the last of all.
        end_dim: required,
    }
    /// `y(t) = x(t − delay)`.
    Delay {
        /// In s, for each element.
        delay: required,
    }
    /// `z = 1` where `x > threshold`, else 0.
    Threshold {
        /// For each element.
        threshold: required,
    }
    /// `dv/dt = r·i`.
    I {
        /// Resistance.
        r: required,
    }
    /// `dv/dt = r·i`; a spike and `v = v_reset` where `v > v_threshold`.
    IF {
        /// Resistance.
        r: required,
        /// Firing threshold.
        v_threshold: required,
        /// Voltage after a spike; 0 if it is left out.
        v_reset: optional,
    }
    /// `tau·dv/dt = (v_leak − v) + r·i`.
    LI {
        /// Time constant, in s.
        tau: required,
        /// Resistance.
        r: required,
        /// Voltage at rest.
        v_leak: required,
    }
    /// `tau·dv/dt = (v_leak − v) + r·i`; a spike and `v = v_reset` where `v > v_threshold`.
    LIF {
        /// Time constant, in s.
        tau: required,
        /// Resistance.
        r: required,
        /// Voltage at rest.
        v_leak: required,
        /// Firing threshold.
        v_threshold: required,
        /// Voltage after a spike; 0 if it is left out.
        v_reset: optional,
    }
    /// `tau_syn·di/dt = −i + w_in·s`, `tau_mem·dv/dt = (v_leak − v) + r·i`.
    CubaLI {
        /// Time constant of the current, in s.
        tau_syn: required,
        /// Time constant of the voltage, in s.
        tau_mem: required,
        /// Resistance.
        r: required,
        /// Voltage at rest.
        v_leak: required,
        /// Weight of the input; 1 if it is left out.
        w_in: optional,
    }
    /// `tau_syn·di/dt = −i + w_in·s`, `tau_mem·dv/dt = (v_leak − v) + r·i`; a spike and `v = v_reset` where
    /// `v > v_threshold`.
    CubaLIF {
        /// Time constant of the current, in s.
        tau_syn: required,
        /// Time constant of the voltage, in s.
        tau_mem: required,
        /// Resistance.
        r: required,
        /// Voltage at rest.
        v_leak: required,
        /// Firing threshold.
        v_threshold: required,
        /// Voltage after a spike; 0 if it is left out.
        v_reset: optional,
        /// Weight of the input; 1 if it is left out.
        w_in: optional,
    }
}

/// The name of the group of metadata.
const METADATA: &str = "metadata";

impl NirNode {
    /// Reads the node at `path`.
    pub(super) fn read(group: &FileGroup, path: &str) -> Result<NirNode, NirError> {
        let kind = group.data("type").and_then(Tensor::text);
        let kind = kind.ok_or_else(|| NirError::Untyped {
            node: path.to_owned(),
        })?;
        let Some(parameters) = Primitive::parameters(kind) else {
            return Err(NirError::UnknownKind {
                node: path.to_owned(),
                kind: kind.to_owned(),
            });
        };
        let primitive = match Primitive::read(group, kind, path)? {
            Some(primitive) => primitive,
            None => Primitive::Graph(NirGraph::read_from(group, path)?),
        };
        let is_extra = |name: &str| name != "type" && !parameters.contains(&name);
        let mut extra = BTreeMap::new();
        for (name, item) in &group.items {
            if let Item::Data(data) = item
                && is_extra(name)
            {
                extra.insert(name.clone(), data.clone());
            }
        }
        Ok(NirNode {
            primitive,
            metadata: group
                .group(METADATA)
                .map(Metadata::read)
                .unwrap_or_default(),
            extra,
        })
    }

    /// The node as a group of a file.
    pub(super) fn to_group(&self) -> Result<FileGroup, NirError> {
        let mut group = FileGroup::default();
        group.insert("type", self.primitive.kind().to_owned());
        self.primitive.write(&mut group)?;
        for (name, data) in &self.extra {
            group.insert(name, data.clone());
        }
        if !self.metadata.is_empty() {
            group.insert_group(METADATA, self.metadata.to_group());
        }
        Ok(group)
    }
}
