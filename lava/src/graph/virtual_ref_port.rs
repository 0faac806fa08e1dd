//! Connecting ref-ports with the Vars of other processes.

use std::marker::PhantomData;
use std::panic::Location;

use lava_core::data::{Dims, Dyn, Element, IntoShape, Shape, transposed};

use super::edge::{PortId, SourceRef};
use super::error::ConnectError;
use crate::process::RefPort;

/// A ref-port seen through reshapes and transpositions: what is written goes through them to the
/// Var, what is read comes back through them.
pub struct VirtualRefPort<T, S = Dyn> {
    pub(crate) port: RefPort<T, S>,
    /// The extents of the Var.
    pub(crate) dims: Dims,
    /// Where the port's elements are in the Var.
    pub(crate) source: SourceRef,
    /// The first thing that was wrong with the chain, reported when it is connected.
    pub(crate) error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (T, S)>,
}

impl<T, S> VirtualRefPort<T, S> {
    pub(crate) fn of(port: &RefPort<T, S>) -> VirtualRefPort<T, S> {
        VirtualRefPort {
            source: SourceRef::whole(
                PortId {
                    process: port.process.id,
                    port: port.port,
                },
                port.dims.len(),
            ),
            dims: port.dims.clone(),
            port: port.clone(),
            error: None,
            types: PhantomData,
        }
    }

    /// The same elements, in row-major order, in another shape, as the Var has them.
    ///
    /// A wrong number of elements is reported by `connect`, with the place of this call.
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
    /// Axes that are no permutation are reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(mut self, axes: [isize; N]) -> VirtualRefPort<T, S> {
        let origin = Location::caller();
        match transposed(&self.dims, &axes) {
            Some((dims, places)) => {
                self.source.permute(&places);
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
