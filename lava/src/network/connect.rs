//! Connecting ports, and the virtual ports that change what a connection carries.

use std::marker::PhantomData;
use std::panic::Location;

use ndarray::Axis;

use super::ends::{Joins, Sends, Sources, Target, Targets};
use super::error::ConnectError;
use super::graph::{PortId, Source};
use super::layout::{axis_of, joins, numbered, transposed};
use super::state::Shared;
use crate::model::{Converts, FeedMaker};
use crate::process::{
    Dims, Dyn, InPort, IntoShape, MAX_DELAY, OutPort, Payload, ProcessRef, Shape,
};
use crate::{Error, Result};

/// An out-port, or several joined, seen through reshapes, transpositions, conversions and delays:
/// `T` is what arrives, `K` whether it is what the process sends ([`Plain`]) or [`Converted`].
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
pub struct VirtualPort<T, S = Dyn, K = Plain> {
    branches: Vec<Branch>,
    dims: Dims,
    /// The first thing that was wrong with the chain, reported when it is connected.
    error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (T, S, K)>,
}

/// What arrives is what is sent: it can be converted.
#[derive(Clone, Copy, Debug)]
pub enum Plain {}

/// What arrives has been converted.
#[derive(Clone, Copy, Debug)]
pub enum Converted {}

/// An out-port, and where what it sends goes in the message that arrives: one of several where
/// ports are joined.
#[derive(Clone)]
pub(super) struct Branch {
    pub(super) process: ProcessRef,
    name: &'static str,
    pub(super) source: Source,
    pub(super) feed: FeedMaker,
}

impl Branch {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.name)
    }
}

impl<T, S, K> Clone for VirtualPort<T, S, K> {
    fn clone(&self) -> Self {
        VirtualPort {
            branches: self.branches.clone(),
            dims: self.dims.clone(),
            error: self.error.clone(),
            types: PhantomData,
        }
    }
}

impl<T: Payload + Converts<T>, S> VirtualPort<T, S> {
    pub(super) fn of<L>(port: &OutPort<T, S, L>) -> VirtualPort<T, S> {
        VirtualPort {
            branches: vec![Branch {
                process: port.process.clone(),
                name: port.name,
                source: Source::whole(port.process.index, port.port, port.dims.len()),
                feed: FeedMaker::plain::<T>(),
            }],
            dims: port.dims.clone(),
            error: None,
            types: PhantomData,
        }
    }
}

impl<T, S, K> VirtualPort<T, S, K> {
    fn retype<U, R, Q>(self, dims: Dims) -> VirtualPort<U, R, Q> {
        VirtualPort {
            branches: self.branches,
            dims,
            error: self.error,
            types: PhantomData,
        }
    }

    /// The same port, whatever its type knows of its shape.
    pub(super) fn retype_dyn<Q>(self) -> VirtualPort<T, Dyn, Q> {
        let dims = self.dims.clone();
        self.retype(dims)
    }

    /// The shape of what arrives.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    pub(super) fn branches(&self) -> &[Branch] {
        &self.branches
    }

    pub(super) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// What is wrong with the chain, if anything is.
    pub(super) fn checked(&self) -> Result<(), ConnectError> {
        match &self.error {
            Some(error) => Err(ConnectError::clone(error)),
            None => Ok(()),
        }
    }

    fn label(&self) -> String {
        let labels: Vec<String> = self.branches.iter().map(Branch::label).collect();
        labels.join(" + ")
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
    pub fn reshape(mut self, dims: impl IntoShape<Dyn>) -> VirtualPort<T, Dyn, K> {
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
        self.retype(wanted)
    }

    /// All elements in one axis. Free at run time.
    #[must_use]
    pub fn flatten(self) -> VirtualPort<T, Dyn, K> {
        let len = self.dims.len();
        self.reshape([len])
    }

    /// The axes in another order: axis `axes[i]` of the output becomes axis `i`. Negative axes
    /// count from the last.
    ///
    /// Axes that are no permutation are reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(mut self, axes: [isize; N]) -> VirtualPort<T, Dyn, K> {
        let origin = Location::caller();
        let dims = self.dims.clone();
        let Some((after, places)) = transposed(&dims, &axes) else {
            self.fail(|from| ConnectError::Transpose {
                from,
                dims: dims.clone(),
                axes: axes.to_vec(),
                origin,
            });
            return self.retype(dims);
        };
        for branch in &mut self.branches {
            branch.source.moved(&places);
        }
        self.retype(after)
    }

    /// This message and those of other ports one after the other along an axis; all sides but that
    /// one are equal. `axis` counts from the last where it is negative. Ports of several types are
    /// given as a tuple.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Sink, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let left: Source = net.add(Source::data([[1.0, 2.0]]))?;
    /// let right: Source = net.add(Source::data([[3.0]]))?;
    /// let sink: Sink = net.add(Sink::shape([3]).steps(1))?;
    /// left.s_out.concat_with([&right.s_out], 0).connect(&sink.a_in)?;
    /// net.run(RunSteps(1))?;
    /// assert_eq!(sink.data.get()?, ndarray::arr2(&[[1.0, 2.0, 3.0]]).into_dyn());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// Shapes that do not fit, and an axis that there is not, are reported by `connect`, with the
    /// place of this call.
    #[track_caller]
    #[must_use]
    pub fn concat_with<J: Joins<T>>(
        mut self,
        others: J,
        axis: isize,
    ) -> VirtualPort<T, Dyn, <K as Joined<J::Kind>>::Kind>
    where
        K: Joined<J::Kind>,
    {
        let origin = Location::caller();
        let dims = self.dims.clone();
        let Some(along) = axis_of(axis, dims.rank()) else {
            self.fail(|from| ConnectError::ConcatAxis {
                from,
                dims: dims.clone(),
                axis,
                origin,
            });
            return self.retype(dims);
        };
        let mut joined: Vec<VirtualPort<T>> = vec![self.retype(dims.clone())];
        others.each(&mut |port| joined.push(port));
        let mut extents = dims.as_slice().to_vec();
        extents[along] = joined
            .iter()
            .filter_map(|port| port.dims.as_slice().get(along))
            .sum();
        let whole = Dims::from(extents);
        let elements = numbered(&whole);
        let mut port = VirtualPort {
            branches: Vec::new(),
            dims: whole,
            error: None,
            types: PhantomData,
        };
        let mut start = 0;
        for mut next in joined {
            if !joins(&next.dims, &dims, along) {
                let (first, other) = (dims.clone(), next.dims.clone());
                next.fail(|from| ConnectError::Concat {
                    from,
                    dims: other,
                    first,
                    axis: along,
                    origin,
                });
            }
            if let Some(error) = next.error {
                port.error.get_or_insert(error);
                continue;
            }
            let end = start + next.dims.as_slice()[along];
            let part = elements.slice_axis(Axis(along), (start..end).into());
            let places: Vec<u32> = part.iter().copied().collect();
            start = end;
            for mut branch in next.branches {
                branch.source.moved(&places);
                port.branches.push(branch);
            }
        }
        port
    }

    /// What is sent arrives `steps` later than it would.
    ///
    /// A delay beyond [`MAX_DELAY`] is reported by `connect`, with the place of this call.
    #[track_caller]
    #[must_use]
    pub fn delayed(mut self, steps: usize) -> Self {
        let origin = Location::caller();
        let mut longest = 0;
        for Branch { source, .. } in &mut self.branches {
            source.delay = source.delay.saturating_add(steps);
            longest = longest.max(source.delay);
        }
        if longest > MAX_DELAY {
            self.fail(|from| ConnectError::Delay {
                from,
                steps,
                max: MAX_DELAY,
                origin,
            });
        }
        self
    }

    /// Between models that do not keep the same time, those in step wait for its messages: in every
    /// step they receive the next one. They get on without it when it cannot come any more, and when
    /// they are asked to pause, which they do before the step.
    #[must_use]
    pub fn waiting(mut self) -> Self {
        let branches = self.branches.iter_mut();
        branches.for_each(|branch| branch.source.crossing.waits = true);
        self
    }

    /// Between models that do not keep the same time, the connection holds so many messages, at least
    /// one; 64 unless it is said.
    #[must_use]
    pub fn buffered(mut self, messages: usize) -> Self {
        let branches = self.branches.iter_mut();
        branches.for_each(|branch| branch.source.crossing.capacity = Some(messages.max(1)));
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
        self.checked()?;
        let (from, to) = (self.label(), target.label());
        let elsewhere = |branch: &Branch| !branch.process.same_network(target.process);
        if self.branches.iter().any(elsewhere) {
            return Err(ConnectError::Foreign { from, to }.into());
        }
        let mut state = Shared::of(target.process).lock();
        if let Some(state) = state.stage.past_building() {
            return Err(ConnectError::Late { from, to, state }.into());
        }
        let target = PortId {
            process: target.process.index,
            port: target.port,
        };
        Ok(state.graph.connect(self, target)?)
    }
}

impl<T: Payload, S> VirtualPort<T, S> {
    /// Converts what is sent: numbers into numbers by Rust's `as`, spikes into 1 and 0, numbers
    /// into spikes where they are not 0.
    #[must_use]
    pub fn cast<U: Converts<T>>(self) -> VirtualPort<U, S, Converted> {
        let dims = self.dims.clone();
        let mut port = self.retype(dims);
        for branch in &mut port.branches {
            branch.feed = FeedMaker::converting::<T, U>();
        }
        port
    }
}

/// What a join of ports is: plain where all of them are.
#[doc(hidden)]
pub trait Joined<K> {
    type Kind;
}

impl Joined<Plain> for Plain {
    type Kind = Plain;
}

impl Joined<Converted> for Plain {
    type Kind = Converted;
}

impl<K> Joined<K> for Converted {
    type Kind = Converted;
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
        VirtualPort::of(self).connect(targets)
    }

    /// The same elements in another shape: see [`VirtualPort::reshape`].
    #[track_caller]
    #[must_use]
    pub fn reshape(&self, dims: impl IntoShape<Dyn>) -> VirtualPort<T> {
        VirtualPort::of(self).reshape(dims)
    }

    /// All elements in one axis: see [`VirtualPort::flatten`].
    #[must_use]
    pub fn flatten(&self) -> VirtualPort<T> {
        VirtualPort::of(self).flatten()
    }

    /// The axes in another order: see [`VirtualPort::transpose`].
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(&self, axes: [isize; N]) -> VirtualPort<T> {
        VirtualPort::of(self).transpose(axes)
    }

    /// Joined with other ports: see [`VirtualPort::concat_with`].
    #[track_caller]
    #[must_use]
    pub fn concat_with<J: Joins<T>>(&self, others: J, axis: isize) -> VirtualPort<T, Dyn, J::Kind>
    where
        Plain: Joined<J::Kind, Kind = J::Kind>,
    {
        VirtualPort::of(self).concat_with(others, axis)
    }

    /// Later by some steps: see [`VirtualPort::delayed`].
    #[track_caller]
    #[must_use]
    pub fn delayed(&self, steps: usize) -> VirtualPort<T, S> {
        VirtualPort::of(self).delayed(steps)
    }

    /// Waited for: see [`VirtualPort::waiting`].
    #[must_use]
    pub fn waiting(&self) -> VirtualPort<T, S> {
        VirtualPort::of(self).waiting()
    }

    /// With room for so many messages: see [`VirtualPort::buffered`].
    #[must_use]
    pub fn buffered(&self, messages: usize) -> VirtualPort<T, S> {
        VirtualPort::of(self).buffered(messages)
    }

    /// Converted: see [`VirtualPort::cast`].
    #[must_use]
    pub fn cast<U: Converts<T>>(&self) -> VirtualPort<U, S, Converted> {
        VirtualPort::of(self).cast()
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
