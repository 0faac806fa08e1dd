//! Virtual ref-ports: ref-ports seen through reshapes and transpositions.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use lava_core::data::{Dims, Dyn, Element, IntoShape, Shape, transposed};

use super::edge::{PortId, SourceRef};
use super::error::ConnectError;
use crate::process::RefPort;

/// A ref-port seen through reshapes and transpositions, which apply to reads and writes of the Var.
pub struct VirtualRefPort<T, S = Dyn> {
    pub(crate) port: RefPort<T, S>,
    /// The extents of the Var.
    pub(crate) dims: Dims,
    /// The index in the Var of each element of the port.
    pub(crate) source: SourceRef,
    /// The first error of the chain, reported by `connect`.
    pub(crate) error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (T, S)>,
}

impl<T, S> fmt::Debug for VirtualRefPort<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualRefPort")
            .field("port", &format_args!("{}", self.port))
            .field("shape", &self.dims)
            .finish_non_exhaustive()
    }
}

impl<T, S> VirtualRefPort<T, S> {
    /// A ref-port as it is.
    pub(crate) fn of(port: &RefPort<T, S>) -> VirtualRefPort<T, S> {
        VirtualRefPort {
            source: SourceRef::whole(PortId::of(&port.process, port.port), port.dims.len()),
            dims: port.dims.clone(),
            port: port.clone(),
            error: None,
            types: PhantomData,
        }
    }

    /// The same elements, in row-major order, in the shape of the Var.
    ///
    /// A wrong number of elements is reported by `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn reshape(mut self, dims: impl IntoShape<Dyn>) -> VirtualRefPort<T, S> {
        let (origin, wanted) = (Location::caller(), dims.into_dims());
        if wanted.len() != self.dims.len() {
            let (from, dims) = (self.port.to_string(), self.dims.clone());
            self.error.get_or_insert(Box::new(ConnectError::Reshape {
                from,
                dims,
                wanted: wanted.clone(),
                origin,
            }));
        }
        self.dims = wanted;
        self
    }

    /// All elements in one axis.
    #[must_use]
    pub fn flatten(self) -> VirtualRefPort<T, S> {
        let len = self.dims.len();
        self.reshape([len])
    }

    /// The axes in another order: axis `axes[i]` of the port becomes axis `i` of the Var. Negative
    /// axes count from the last.
    ///
    /// Axes that are no permutation are reported by `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(mut self, axes: [isize; N]) -> VirtualRefPort<T, S> {
        let origin = Location::caller();
        match transposed(&self.dims, &axes) {
            Some((dims, indices)) => {
                self.source.permute(&indices);
                self.dims = dims;
            }
            None => {
                let (from, dims) = (self.port.to_string(), self.dims.clone());
                self.error.get_or_insert(Box::new(ConnectError::Transpose {
                    from,
                    dims,
                    axes: axes.to_vec(),
                    origin,
                }));
            }
        }
        self
    }
}

impl<T: Element, S: Shape> RefPort<T, S> {
    /// The same elements in the shape of the Var: see [`VirtualRefPort::reshape`].
    #[track_caller]
    #[must_use]
    pub fn reshape(&self, dims: impl IntoShape<Dyn>) -> VirtualRefPort<T, S> {
        VirtualRefPort::of(self).reshape(dims)
    }

    /// All elements in one axis: see [`VirtualRefPort::flatten`].
    #[must_use]
    pub fn flatten(&self) -> VirtualRefPort<T, S> {
        VirtualRefPort::of(self).flatten()
    }

    /// The axes in another order: see [`VirtualRefPort::transpose`].
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(&self, axes: [isize; N]) -> VirtualRefPort<T, S> {
        VirtualRefPort::of(self).transpose(axes)
    }
}
