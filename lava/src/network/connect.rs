//! Methods of ports that add edges to the graph.

use std::sync::Arc;

use lava_core::data::{AcceptsShape, AnyShape, Converts, Dyn, Element, IndexMap, Payload, Shape};

use super::endpoints::{ConnectSources, ConnectTargets, IsOutput, TargetRef};
use super::inner::NetworkInner;
use super::problems::Problems;
use crate::Result;
use crate::graph::{
    ConnectError, InPortSelection, PortId, Sealed, SourcePort, VarEdge, VirtualPort, VirtualRefPort,
};
use crate::process::{InPort, Optional, OutPort, RefPort, Var, VarPort};

impl<T, S, K> VirtualPort<T, S, K> {
    /// Connects to one in-port or several.
    ///
    /// # Errors
    /// The first error of the chain of conversions, and the errors of [`OutPort::connect`].
    pub fn connect<I: ConnectTargets<T, S>>(&self, targets: I) -> Result<()> {
        self.connect_all(|visit| targets.each(visit))
    }

    /// Connects to each of the in-ports that `each` visits.
    fn connect_all(&self, each: impl FnOnce(&mut dyn FnMut(&TargetRef<'_>))) -> Result<()> {
        let mut problems = Problems::new();
        each(&mut |target| problems.note(self.connect_one(target)));
        problems.finish()
    }

    pub(super) fn connect_one(&self, target: &TargetRef<'_>) -> Result<()> {
        self.result()?;
        let selected = target.selected()?;
        let (from, to) = (self.label(), target.label());
        let is_foreign = |source: &SourcePort| !source.process.same_network(target.process);
        if self.sources().iter().any(is_foreign) {
            return Err(ConnectError::Foreign { from, to }.into());
        }
        let building = NetworkInner::of(target.process).lifecycle.building();
        let mut state = building.map_err(|refused| {
            let state = refused.state();
            ConnectError::Late { from, to, state }
        })?;
        Ok(state
            .data
            .graph_mut()
            .connect(self.sources(), self.dims(), target.port, selected)?)
    }
}

impl<T: Payload + Converts<T>, S: Shape, L> OutPort<T, S, L> {
    /// Connects to one in-port, or to several in order: an array, slice or `Vec` of one type, or a
    /// tuple of different types; `required` in-ports have types of their own.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Dense, Lif};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]))?;
    /// let left: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    /// let right: Dense = net.add(Dense::weights([[0.0, 0.0, 1.0]]))?;
    /// lif.s_out.connect([&left.s_in, &right.s_in])?;
    ///
    /// #[process]
    /// pub struct Robot {
    ///     #[port(required)]
    ///     speed: InPort<Spike>,
    ///     #[port(required)]
    ///     angle: InPort<Spike>,
    /// }
    /// # #[implements(proc = Robot, protocol = Loihi)]
    /// # struct RobotModel { speed: In<Spike>, angle: In<Spike> }
    /// # impl LoihiModel for RobotModel {}
    ///
    /// let robot: Robot = net.add(Robot::shape([3]))?;
    /// lif.s_out.connect((&robot.speed, &robot.angle))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ConnectError`] if the shapes differ, the connection exists already, the ports belong to
    /// different networks, or the network has been compiled; [`Error::Several`](crate::Error::Several)
    /// for several errors. The other connections are made.
    pub fn connect<I: ConnectTargets<T, S, L>>(&self, targets: I) -> Result<()> {
        VirtualPort::of(self).connect_all(|visit| targets.each(visit))
    }
}

impl<T: Payload, S: Shape, R> InPort<T, S, R> {
    /// Connects from one out-port, or from several in order: an array, slice or `Vec` of one type, or
    /// a tuple of different types. The messages of a step are summed.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Dense, Lif, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let dense: Dense = net.add(Dense::weights([[1.0]]))?;
    /// let source: Source = net.add(Source::data([[1.0]]))?;
    /// let lif: Lif = net.add(Lif::shape([1]))?;
    /// // The out-port of `Dense` is delayed, that of `Source` is not: their types differ.
    /// lif.a_in.connect_from((&dense.a_out, &source.s_out))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`OutPort::connect`].
    pub fn connect_from<O: ConnectSources<T, S, R>>(&self, sources: O) -> Result<()> {
        connect_from::<T, S, R, O>(&TargetRef::of(self), sources)
    }

    /// Never compiles; exists for the message of [`IsOutput`].
    #[doc(hidden)]
    pub fn connect<I>(&self, _: I) -> Result<()>
    where
        Self: IsOutput,
    {
        Ok(())
    }
}

impl<T: Payload> InPortSelection<T> {
    /// Connects from one out-port, or from several: see [`InPort::connect_from`].
    ///
    /// # Errors
    /// [`ConnectError::Select`] for neurons that cannot be chosen, and the errors of
    /// [`OutPort::connect`].
    pub fn connect_from<O: ConnectSources<T, Dyn>>(&self, sources: O) -> Result<()> {
        connect_from::<T, Dyn, Optional, O>(&TargetRef::of_selection(self), sources)
    }
}

fn connect_from<T, S, R, O: ConnectSources<T, S, R>>(
    target: &TargetRef<'_>,
    sources: O,
) -> Result<()> {
    let mut problems = Problems::new();
    sources.each(target, &mut |result| problems.note(result));
    problems.finish()
}

impl<T: Element, S: AnyShape> Var<T, S> {
    /// Never compiles; exists for the message of [`IsOutput`].
    #[doc(hidden)]
    pub fn connect<I>(&self, _: I) -> Result<()>
    where
        Self: IsOutput,
    {
        Ok(())
    }
}

impl<T: Element, S: AnyShape> VarPort<T, S> {
    /// Never compiles; exists for the message of [`IsOutput`].
    #[doc(hidden)]
    pub fn connect<I>(&self, _: I) -> Result<()>
    where
        Self: IsOutput,
    {
        Ok(())
    }
}

impl<T, S> VirtualRefPort<T, S> {
    /// Connects to a Var-port or Var of another process.
    ///
    /// # Errors
    /// The errors of [`connect_var`](VirtualRefPort::connect_var).
    pub fn connect<V: RefTarget<T, Dyn>>(&self, port: V) -> Result<()> {
        port.connect(self)
    }

    /// Connects to a Var of another process.
    ///
    /// # Errors
    /// The first error of the chain of conversions, and the errors of [`RefPort::connect_var`].
    pub fn connect_var<D: AnyShape>(&self, var: &Var<T, D>) -> Result<()>
    where
        T: Element,
    {
        if let Some(error) = &self.error {
            return Err(ConnectError::clone(error).into());
        }
        let (from, to) = (self.port.to_string(), var.label());
        if !self.port.process.same_network(&var.process) {
            return Err(ConnectError::Foreign { from, to }.into());
        }
        if self.dims != *var.core.dims() {
            return Err(ConnectError::VarShape {
                from,
                from_dims: self.dims.clone(),
                to,
                to_dims: var.core.dims().clone(),
            }
            .into());
        }
        let target = var.resolved();
        if !var.core.shared || !target.core.shared {
            return Err(ConnectError::Private { from, to }.into());
        }
        let mut state = match NetworkInner::of(&self.port.process).lifecycle.building() {
            Ok(state) => state,
            Err(refused) => {
                let state = refused.state();
                return Err(ConnectError::Late { from, to, state }.into());
            }
        };
        let port = PortId::of(&self.port.process, self.port.port);
        let graph = state.data.graph_mut();
        for port in graph.resolve_ref_ports(port) {
            if port.process == target.process.id {
                return Err(ConnectError::OwnVar { from, to }.into());
            }
            let is_linked = graph.link(VarEdge {
                from: port,
                to: target.process.id,
                var: target.core.name,
                inner: Box::new(Arc::clone(&target.core)),
                map: IndexMap::clone(&self.source.map),
            });
            if !is_linked {
                return Err(ConnectError::RefTarget { from, to }.into());
            }
        }
        Ok(())
    }
}

impl<T: Element, S: Shape> RefPort<T, S> {
    /// Connects to a Var-port or Var of another process.
    ///
    /// # Errors
    /// The errors of [`connect_var`](RefPort::connect_var).
    pub fn connect<V: RefTarget<T, S>>(&self, port: V) -> Result<()> {
        port.connect(&VirtualRefPort::of(self))
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
    ///     target: VarRef<f32>,
    ///     #[local]
    ///     context: Context,
    /// }
    ///
    /// impl LoihiModel for EraserModel {
    ///     fn post_guard(&self) -> bool {
    ///         self.context.time_step() % 10 == 0
    ///     }
    ///
    ///     fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
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
    /// [`ConnectError`] if the shapes differ, the Var is `private` or belongs to the port's own
    /// process, the port is connected already, the processes belong to different networks, or the
    /// network has been compiled.
    pub fn connect_var<E, D>(&self, var: &Var<E, D>) -> Result<()>
    where
        E: IsElement<T>,
        D: AnyShape + AcceptsShape<S>,
    {
        VirtualRefPort::of(self).connect_var(E::of(var))
    }
}

/// The type `T`. A bound by this trait is reported in its words, not as two types that differ.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `RefPort<{T}>` cannot refer to a Var of `{Self}` [E3208]",
    label = "this Var holds `{Self}`",
    note = "elements are not converted: declare the port with the type of the Var, `RefPort<{Self}>`"
)]
pub trait IsElement<T>: Sized {
    fn of<D>(var: &Var<Self, D>) -> &Var<T, D>;
}

#[diagnostic::do_not_recommend]
impl<T> IsElement<T> for T {
    fn of<D>(var: &Var<T, D>) -> &Var<T, D> {
        var
    }
}

/// A target of a ref-port of elements `T` and shape `S`: a [`VarPort`] or a [`Var`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference to a Var of `{T}`, nor to the `VarPort` of one [E3208]",
    label = "neither a Var of `{T}` nor a `VarPort`",
    note = "connect a ref-port to a Var of another process, of the same element type: `reader.target.connect(&lif.v)`; in `network!`, `reader.target -> lif.v;`"
)]
pub trait RefTarget<T, S>: Sealed {
    #[doc(hidden)]
    fn connect<R>(self, port: &VirtualRefPort<T, R>) -> Result<()>;
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape + AcceptsShape<S>> RefTarget<T, S> for &VarPort<T, D> {
    fn connect<R>(self, port: &VirtualRefPort<T, R>) -> Result<()> {
        port.connect_var(&self.var)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape + AcceptsShape<S>> RefTarget<T, S> for &Var<T, D> {
    fn connect<R>(self, port: &VirtualRefPort<T, R>) -> Result<()> {
        port.connect_var(self)
    }
}
