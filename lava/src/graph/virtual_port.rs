//! Connecting ports, and the virtual ports that change what a connection carries.

use std::marker::PhantomData;
use std::panic::Location;

use lava_core::data::{
    Converts, Dims, Dyn, IntoShape, Payload, Shape, axis_of, can_concat, row_major_indices,
    transposed,
};
use lava_core::transport::InboundFactory;
use ndarray::Axis;

use super::edge::{PortId, SourceRef};
use super::error::ConnectError;
use crate::process::{MAX_DELAY, OutPort, ProcessRef};

/// An out-port, or several joined, seen through reshapes, transpositions, conversions and delays:
/// `T` is what arrives, `K` whether it is what the process sends ([`Unconverted`]) or [`Converted`].
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
pub struct VirtualPort<T, S = Dyn, K = Unconverted> {
    branches: Vec<Branch>,
    dims: Dims,
    /// The first thing that was wrong with the chain, reported when it is connected.
    error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (T, S, K)>,
}

/// What arrives is what is sent: it can be converted.
#[derive(Clone, Copy, Debug)]
pub enum Unconverted {}

/// What arrives has been converted.
#[derive(Clone, Copy, Debug)]
pub enum Converted {}

/// An out-port, and where what it sends goes in the message that arrives: one of several where
/// ports are joined.
#[derive(Clone)]
pub(crate) struct Branch {
    pub(crate) process: ProcessRef,
    name: &'static str,
    pub(crate) source: SourceRef,
    pub(crate) factory: InboundFactory,
}

impl Branch {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.name)
    }

    /// The labels of the joined ports.
    pub(crate) fn labels(branches: &[Branch]) -> String {
        let labels: Vec<String> = branches.iter().map(Branch::label).collect();
        labels.join(" + ")
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
    pub(crate) fn of<L>(port: &OutPort<T, S, L>) -> VirtualPort<T, S> {
        VirtualPort {
            branches: vec![Branch {
                process: port.process.clone(),
                name: port.name,
                source: SourceRef::whole(
                    PortId {
                        process: port.process.id,
                        port: port.port,
                    },
                    port.dims.len(),
                ),
                factory: InboundFactory::identity::<T>(),
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
    pub(crate) fn retype_dyn<Q>(self) -> VirtualPort<T, Dyn, Q> {
        let dims = self.dims.clone();
        self.retype(dims)
    }

    /// The shape of what arrives.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    pub(crate) fn branches(&self) -> &[Branch] {
        &self.branches
    }

    pub(crate) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// What is wrong with the chain, if anything is.
    pub(crate) fn checked(&self) -> Result<(), ConnectError> {
        match &self.error {
            Some(error) => Err(ConnectError::clone(error)),
            None => Ok(()),
        }
    }

    /// The labels of the joined ports.
    pub(crate) fn label(&self) -> String {
        Branch::labels(&self.branches)
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
            branch.source.permute(&places);
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
    pub fn concat_with<J: ConcatSources<T>>(
        mut self,
        others: J,
        axis: isize,
    ) -> VirtualPort<T, Dyn, <K as ConcatKind<J::Kind>>::Kind>
    where
        K: ConcatKind<J::Kind>,
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
        let elements = row_major_indices(&whole);
        let mut port = VirtualPort {
            branches: Vec::new(),
            dims: whole,
            error: None,
            types: PhantomData,
        };
        let mut start = 0;
        for mut next in joined {
            if !can_concat(&next.dims, &dims, along) {
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
                branch.source.permute(&places);
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
        branches.for_each(|branch| branch.source.async_options.waits = true);
        self
    }

    /// Between models that do not keep the same time, the connection holds so many messages, at least
    /// one; 64 unless it is said.
    #[must_use]
    pub fn buffered(mut self, messages: usize) -> Self {
        let branches = self.branches.iter_mut();
        branches.for_each(|branch| branch.source.async_options.capacity = Some(messages.max(1)));
        self
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
            branch.factory = InboundFactory::converting::<T, U>();
        }
        port
    }
}

/// What a join of ports is: plain where all of them are.
#[doc(hidden)]
pub trait ConcatKind<K> {
    type Kind;
}

impl ConcatKind<Unconverted> for Unconverted {
    type Kind = Unconverted;
}

impl ConcatKind<Converted> for Unconverted {
    type Kind = Converted;
}

impl<K> ConcatKind<K> for Converted {
    type Kind = Converted;
}

impl<T: Payload + Converts<T>, S: Shape, L> OutPort<T, S, L> {
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

    /// ConcatKind with other ports: see [`VirtualPort::concat_with`].
    #[track_caller]
    #[must_use]
    pub fn concat_with<J: ConcatSources<T>>(
        &self,
        others: J,
        axis: isize,
    ) -> VirtualPort<T, Dyn, J::Kind>
    where
        Unconverted: ConcatKind<J::Kind, Kind = J::Kind>,
    {
        VirtualPort::of(self).concat_with(others, axis)
    }

    /// Later by some steps: see [`VirtualPort::delayed`].
    #[track_caller]
    #[must_use]
    pub fn delayed(&self, steps: usize) -> VirtualPort<T, S> {
        VirtualPort::of(self).delayed(steps)
    }

    /// WaitOutcome for: see [`VirtualPort::waiting`].
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

/// What can be joined with a port of `T`: out-ports and virtual ports, a list of either, or a tuple
/// of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined with an output of `{T}`",
    label = "neither outputs of `{T}` nor a list of them",
    note = "give references to outputs of the same type: `a.s_out.concat_with([&b.s_out, &c.s_out], 0)`",
    note = "convert those of other types first: `b.s_out.cast::<{T}>()`"
)]
pub trait ConcatSources<T> {
    /// Whether all of them are [`Unconverted`](super::Unconverted).
    #[doc(hidden)]
    type Kind;
    /// Visits each port.
    #[doc(hidden)]
    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>));
}

impl<T: Payload + Converts<T>, S, L> ConcatSources<T> for &OutPort<T, S, L> {
    type Kind = Unconverted;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        visit(VirtualPort::of(self).retype_dyn());
    }
}

impl<T, S, K> ConcatSources<T> for &VirtualPort<T, S, K> {
    type Kind = K;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        visit(VirtualPort::clone(self).retype_dyn());
    }
}

impl<T, J: ConcatSources<T>, const N: usize> ConcatSources<T> for [J; N] {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.iter().for_each(|port| port.each(visit));
    }
}

impl<T, J: ConcatSources<T>> ConcatSources<T> for &[J] {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.iter().for_each(|port| port.each(visit));
    }
}

impl<T, J: ConcatSources<T>> ConcatSources<T> for Vec<J> {
    type Kind = J::Kind;

    fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
        self.as_slice().each(visit);
    }
}

macro_rules! tuple {
    ($($end:ident)+) => {
        impl<T, $($end: ConcatSources<T>),+> ConcatSources<T> for ($($end,)+) {
            // Whether each of them is plain is more than a tuple says.
            type Kind = Converted;

            #[allow(non_snake_case)]
            fn each(&self, visit: &mut dyn FnMut(VirtualPort<T>)) {
                let ($($end,)+) = self;
                $($end.each(visit);)+
            }
        }
    };
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
