//! Connecting ref-ports with the Vars of other processes.

use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use super::error::ConnectError;
use super::graph::{Places, PortId, Reference, Source};
use super::layout::transposed;
use super::state::Shared;
use crate::Result;
use crate::process::{AnyShape, Dims, Dyn, Element, Fits, IntoShape, RefPort, Shape, Var, VarPort};

/// A ref-port seen through reshapes and transpositions: what is written goes through them to the
/// Var, what is read comes back through them.
pub struct VirtualRef<T, S = Dyn> {
    port: RefPort<T, S>,
    /// The extents of the Var.
    dims: Dims,
    /// Where the port's elements are in the Var.
    source: Source,
    /// The first thing that was wrong with the chain, reported when it is connected.
    error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (T, S)>,
}

impl<T, S> VirtualRef<T, S> {
    fn of(port: &RefPort<T, S>) -> VirtualRef<T, S> {
        VirtualRef {
            source: Source::whole(port.process.index, port.port, port.dims.len()),
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
    pub fn reshape(mut self, dims: impl IntoShape<Dyn>) -> VirtualRef<T, S> {
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
    pub fn flatten(self) -> VirtualRef<T, S> {
        let len = self.dims.len();
        self.reshape([len])
    }

    /// The axes in another order: axis `axes[i]` of the port becomes axis `i` of the Var. Negative
    /// axes count from the last.
    ///
    /// Axes that are no permutation are reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(mut self, axes: [isize; N]) -> VirtualRef<T, S> {
        let origin = Location::caller();
        match transposed(&self.dims, &axes) {
            Some((dims, places)) => {
                self.source.moved(&places);
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

    /// Connects to the Var that another process offers.
    ///
    /// # Errors
    /// As [`connect_var`](VirtualRef::connect_var).
    pub fn connect<V: Referred<T, Dyn>>(&self, port: V) -> Result<()> {
        port.connect(self)
    }

    /// Connects to a Var of another process.
    ///
    /// # Errors
    /// Whatever was wrong with the chain, and as [`RefPort::connect_var`].
    pub fn connect_var<D: AnyShape>(&self, var: &Var<T, D>) -> Result<()>
    where
        T: Element,
    {
        if let Some(error) = &self.error {
            return Err(ConnectError::clone(error).into());
        }
        let (from, to) = (self.port.to_string(), var.to_string());
        if !self.port.process.same_network(&var.process) {
            return Err(ConnectError::Foreign { from, to }.into());
        }
        if self.dims != *var.core.dims() {
            return Err(ConnectError::Reference {
                from,
                from_dims: self.dims.clone(),
                to,
                to_dims: var.core.dims().clone(),
            }
            .into());
        }
        let (target, behind) = (var.resolved(), var.clone());
        if !behind.core.shared || !target.core.shared {
            return Err(ConnectError::Private { from, to }.into());
        }
        let mut state = Shared::of(&self.port.process).lock();
        if let Some(state) = state.stage.past_building() {
            return Err(ConnectError::Late { from, to, state }.into());
        }
        let port = PortId {
            process: self.port.process.index,
            port: self.port.port,
        };
        let graph = &mut state.graph;
        for port in graph.referrers(port) {
            if port.process == target.process.index {
                return Err(ConnectError::OwnVar { from, to }.into());
            }
            if graph.references.iter().any(|other| other.from == port) {
                return Err(ConnectError::Referred { from, to }.into());
            }
            graph.references.push(Reference {
                from: port,
                to: target.process.index,
                var: target.core.name,
                core: Box::new(Arc::clone(&target.core)),
                places: Places::clone(&self.source.places),
            });
        }
        Ok(())
    }
}

impl<T: Element, S: Shape> RefPort<T, S> {
    /// Connects to the Var that another process offers.
    ///
    /// # Errors
    /// As [`connect_var`](RefPort::connect_var).
    pub fn connect<V: Referred<T, S>>(&self, port: V) -> Result<()> {
        port.connect(&VirtualRef::of(self))
    }

    /// Connects to a Var of another process.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// /// Sets a Var to zero every ten steps.
    /// #[process]
    /// pub struct Eraser {
    ///     target: RefPort<f32>,
    /// }
    ///
    /// #[implements(proc = Eraser, protocol = Loihi)]
    /// struct EraserModel {
    ///     target: Ref<f32>,
    ///     #[local]
    ///     context: Context,
    /// }
    ///
    /// impl LoihiModel for EraserModel {
    ///     fn post_guard(&self) -> bool {
    ///         self.context.time_step() % 10 == 0
    ///     }
    ///
    ///     fn run_post_mgmt(&mut self, remote: &mut Remote<'_>) -> lava::Result<()> {
    ///         self.target.fill(remote, 0.0)
    ///     }
    /// }
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant(1.0).vth(100.0))?;
    /// let eraser: Eraser = net.add(Eraser::shape([3]))?;
    /// eraser.target.connect_var(&lif.v)?;
    /// net.run(RunSteps(12))?;
    /// assert_eq!(lif.v.get()?[0], 2.0);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ConnectError`] where the shapes differ, the Var is the process's own or `private`, the port
    /// is connected already, the processes belong to different networks, or the network has been
    /// compiled.
    pub fn connect_var<D: AnyShape + Fits<S>>(&self, var: &Var<T, D>) -> Result<()> {
        VirtualRef::of(self).connect_var(var)
    }

    /// The same elements in the shape of the Var: see [`VirtualRef::reshape`].
    #[track_caller]
    #[must_use]
    pub fn reshape(&self, dims: impl IntoShape<Dyn>) -> VirtualRef<T, S> {
        VirtualRef::of(self).reshape(dims)
    }

    /// All elements in one axis: see [`VirtualRef::flatten`].
    #[must_use]
    pub fn flatten(&self) -> VirtualRef<T, S> {
        VirtualRef::of(self).flatten()
    }

    /// The axes in another order: see [`VirtualRef::transpose`].
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(&self, axes: [isize; N]) -> VirtualRef<T, S> {
        VirtualRef::of(self).transpose(axes)
    }
}

/// What a ref-port of elements `T` and shape `S` can be connected to: a [`VarPort`], or a [`Var`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference to a Var of `{T}`, nor to the `VarPort` of one",
    label = "neither a Var of `{T}` nor a `VarPort`",
    note = "connect a ref-port to a Var of another process: `reader.target.connect_var(&lif.v)`"
)]
pub trait Referred<T, S> {
    #[doc(hidden)]
    fn connect<R>(self, port: &VirtualRef<T, R>) -> Result<()>;
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape + Fits<S>> Referred<T, S> for &VarPort<T, D> {
    fn connect<R>(self, port: &VirtualRef<T, R>) -> Result<()> {
        port.connect_var(&self.var)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape + Fits<S>> Referred<T, S> for &Var<T, D> {
    fn connect<R>(self, port: &VirtualRef<T, R>) -> Result<()> {
        port.connect_var(self)
    }
}
