//! Connecting ports, and the virtual ports that change what a connection carries.

use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use super::ends::{Sends, Sources, Target, Targets};
use super::error::ConnectError;
use super::graph::{Edge, PortId};
use super::state::Shared;
use crate::model::{Converts, FeedMaker};
use crate::process::{
    Dims, Dyn, InPort, IntoShape, MAX_DELAY, OutPort, Payload, ProcessRef, Shape,
};
use crate::{Error, Result};

/// An out-port seen through reshapes, transpositions, conversions and delays: `A` is what the
/// process sends, `T` what arrives.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Lif, Sink};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([2, 3]))?;
/// let sink: Sink<f32> = net.add(Sink::shape([3, 2]).steps(10))?;
/// lif.s_out.transpose([1, 0]).cast::<f32>().connect(&sink.a_in)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct VirtualPort<A, T, S = Dyn> {
    process: ProcessRef,
    port: usize,
    name: &'static str,
    dims: Dims,
    delay: usize,
    scatter: Option<Arc<[u32]>>,
    feed: FeedMaker,
    /// The first thing that was wrong with the chain, reported when it is connected.
    error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (A, T, S)>,
}

impl<A: Payload, T, S> VirtualPort<A, T, S> {
    pub(super) fn of<L>(port: &OutPort<A, S, L>) -> VirtualPort<A, A, S>
    where
        A: Converts<A>,
    {
        VirtualPort {
            process: port.process.clone(),
            port: port.port,
            name: port.name,
            dims: port.dims.clone(),
            delay: 0,
            scatter: None,
            feed: FeedMaker::plain::<A>(),
            error: None,
            types: PhantomData,
        }
    }

    fn retype<U, R>(self, dims: Dims, feed: FeedMaker) -> VirtualPort<A, U, R> {
        VirtualPort {
            process: self.process,
            port: self.port,
            name: self.name,
            dims,
            delay: self.delay,
            scatter: self.scatter,
            feed,
            error: self.error,
            types: PhantomData,
        }
    }

    /// The shape of what arrives.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.name)
    }

    fn fail(&mut self, error: impl FnOnce(String) -> ConnectError) {
        if self.error.is_none() {
            self.error = Some(Box::new(error(self.label())));
        }
    }

    /// The same elements, in row-major order, in another shape. Free at run time.
    ///
    /// A wrong number of elements is reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn reshape(mut self, dims: impl IntoShape<Dyn>) -> VirtualPort<A, T> {
        let (origin, wanted) = (Location::caller(), dims.into_dims());
        if wanted.len() != self.dims.len() {
            let (dims, wanted) = (self.dims.clone(), wanted.clone());
            self.fail(|from| ConnectError::Reshape {
                from,
                dims,
                wanted,
                origin,
            });
        }
        let feed = self.feed;
        self.retype(wanted, feed)
    }

    /// All elements in one axis. Free at run time.
    #[must_use]
    pub fn flatten(self) -> VirtualPort<A, T> {
        let len = self.dims.len();
        self.reshape([len])
    }

    /// The axes in another order: axis `axes[i]` of the output becomes axis `i`. Negative axes
    /// count from the last.
    ///
    /// Axes that are no permutation are reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(mut self, axes: [isize; N]) -> VirtualPort<A, T> {
        let origin = Location::caller();
        let dims = self.dims.clone();
        let feed = self.feed;
        let Some(order) = permutation(&axes, dims.rank()) else {
            self.fail(|from| ConnectError::Transpose {
                from,
                dims: dims.clone(),
                axes: axes.to_vec(),
                origin,
            });
            return self.retype(dims, feed);
        };
        let elements = (0..dims.len() as u32).collect();
        let elements = ndarray::ArrayD::from_shape_vec(dims.as_slice(), elements)
            .expect("one index per element")
            .permuted_axes(order);
        let dims = Dims::from(elements.shape());
        let mut places = vec![0; elements.len()];
        for (place, &element) in (0..).zip(&elements) {
            places[element as usize] = place;
        }
        self.scatter = Some(match self.scatter.take() {
            None => places.into(),
            Some(before) => before.iter().map(|&place| places[place as usize]).collect(),
        });
        self.retype(dims, feed)
    }

    /// What is sent arrives `steps` later than it would.
    ///
    /// A delay beyond [`MAX_DELAY`] is reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn delayed(mut self, steps: usize) -> Self {
        let origin = Location::caller();
        self.delay = self.delay.saturating_add(steps);
        if self.delay > MAX_DELAY {
            self.fail(|from| ConnectError::Delay {
                from,
                steps,
                max: MAX_DELAY,
                origin,
            });
        }
        self
    }

    /// Connects to one in-port or several.
    ///
    /// # Errors
    /// Whatever was wrong with the chain, and as [`OutPort::connect`].
    pub fn connect<I: Targets<T, S>>(&self, targets: I) -> Result<()> {
        let mut problems = Problems::new();
        targets.each(&mut |target| problems.note(self.connect_one(target)));
        problems.finish()
    }

    pub(super) fn connect_one(&self, target: &Target<'_>) -> Result<()> {
        if let Some(error) = &self.error {
            return Err(ConnectError::clone(error).into());
        }
        let (from, to) = (self.label(), target.label());
        if !self.process.same_network(target.process) {
            return Err(ConnectError::Foreign { from, to }.into());
        }
        let shared = self.process.home.as_any().downcast_ref::<Shared>();
        let shared = shared.expect("every process lives in a network");
        let mut state = shared.lock();
        if let Some(state) = state.stage.past_building() {
            return Err(ConnectError::Late { from, to, state }.into());
        }
        let edge = Edge {
            from: PortId {
                process: self.process.index,
                port: self.port,
            },
            to: PortId {
                process: target.process.index,
                port: target.port,
            },
            delay: self.delay,
            scatter: self.scatter.clone(),
            feed: self.feed,
        };
        Ok(state.graph.connect(edge, &self.dims)?)
    }
}

impl<A: Payload, S> VirtualPort<A, A, S> {
    /// Converts what is sent: numbers into numbers by Rust's `as`, spikes into 1 and 0, numbers
    /// into spikes where they are not 0.
    #[must_use]
    pub fn cast<U: Converts<A>>(self) -> VirtualPort<A, U, S> {
        let dims = self.dims.clone();
        self.retype(dims, FeedMaker::converting::<A, U>())
    }
}

/// `axes` as a permutation of `0..rank`, if it is one.
fn permutation(axes: &[isize], rank: usize) -> Option<Vec<usize>> {
    let positive = |axis: &isize| {
        let axis = if *axis < 0 {
            axis + rank as isize
        } else {
            *axis
        };
        usize::try_from(axis).ok().filter(|axis| *axis < rank)
    };
    let order: Vec<usize> = axes.iter().map(positive).collect::<Option<_>>()?;
    let mut sorted = order.clone();
    sorted.sort_unstable();
    sorted.iter().copied().eq(0..rank).then_some(order)
}

impl<T: Payload + Converts<T>, S: Shape, L> OutPort<T, S, L> {
    /// Connects to one in-port, or to several, in this order: a list where their types are the
    /// same, a tuple where they differ, as those of `required` in-ports do.
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
    /// [`ConnectError`] where the shapes differ, the connection exists already, the ports belong
    /// to different networks, or the network has been compiled. What could be connected is.
    pub fn connect<I: Targets<T, S>>(&self, targets: I) -> Result<()> {
        VirtualPort::<T, T, S>::of(self).connect(targets)
    }

    /// The same elements in another shape: see [`VirtualPort::reshape`].
    #[track_caller]
    #[must_use]
    pub fn reshape(&self, dims: impl IntoShape<Dyn>) -> VirtualPort<T, T> {
        VirtualPort::<T, T, S>::of(self).reshape(dims)
    }

    /// All elements in one axis: see [`VirtualPort::flatten`].
    #[must_use]
    pub fn flatten(&self) -> VirtualPort<T, T> {
        VirtualPort::<T, T, S>::of(self).flatten()
    }

    /// The axes in another order: see [`VirtualPort::transpose`].
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(&self, axes: [isize; N]) -> VirtualPort<T, T> {
        VirtualPort::<T, T, S>::of(self).transpose(axes)
    }

    /// Later by some steps: see [`VirtualPort::delayed`].
    #[track_caller]
    #[must_use]
    pub fn delayed(&self, steps: usize) -> VirtualPort<T, T, S> {
        VirtualPort::<T, T, S>::of(self).delayed(steps)
    }

    /// Converted: see [`VirtualPort::cast`].
    #[must_use]
    pub fn cast<U: Converts<T>>(&self) -> VirtualPort<T, U, S> {
        VirtualPort::<T, T, S>::of(self).cast()
    }
}

impl<T: Payload, S: Shape, R> InPort<T, S, R> {
    /// Connects from one out-port, or from several, in this order: a list where their types are
    /// the same, a tuple where they differ. What they send in one step is summed.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Dense, Lif, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let dense: Dense = net.add(Dense::weights([[1.0]]))?;
    /// let source: Source = net.add(Source::data([[1.0]]))?;
    /// let lif: Lif = net.add(Lif::shape([1]))?;
    /// // What `Dense` sends is delayed, what `Source` sends is not.
    /// lif.a_in.connect_from((&dense.a_out, &source.s_out))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`OutPort::connect`].
    pub fn connect_from<O: Sources<T, S>>(&self, sources: O) -> Result<()> {
        let mut problems = Problems::new();
        let target = Target::of(self);
        sources.each(&target, &mut |result| problems.note(result));
        problems.finish()
    }

    /// Does not compile: it is here to say so.
    #[doc(hidden)]
    pub fn connect<I>(&self, _: I) -> Result<()>
    where
        Self: Sends,
    {
        Ok(())
    }
}

/// Collects what is wrong with several connections, so that all of it is reported at once.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Problems(Vec<Error>);

impl Problems {
    pub fn new() -> Problems {
        Problems::default()
    }

    pub fn note(&mut self, result: Result<()>) {
        self.0.extend(result.err());
    }

    pub fn finish(mut self) -> Result<()> {
        match self.0.len() {
            0 => Ok(()),
            1 => Err(self.0.remove(0)),
            _ => Err(Error::Several(self.0)),
        }
    }
}
