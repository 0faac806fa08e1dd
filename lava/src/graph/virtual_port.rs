//! Virtual ports: out-ports seen through reshapes, transpositions, conversions and delays.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use lava_core::data::{
    Converts, Dims, Dyn, IndexMap, IntoSelection, IntoShape, Payload, Shape, axis_of, can_concat,
    row_major_indices, transposed,
};
use lava_core::transport::InboundFactory;
use ndarray::Axis;

use super::concat::{ConcatKind, ConcatSources};
use super::edge::{PortId, SourceRef};
use super::error::ConnectError;
use crate::process::{MAX_DELAY, OutPort, ProcessRef};

/// One out-port, or several concatenated, seen through reshapes, transpositions, conversions and
/// delays. `T` is the payload that arrives and `S` its shape; `K` is [`Unconverted`] if `T` is the
/// payload that the process sends, or [`Converted`].
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
    sources: Vec<SourcePort>,
    dims: Dims,
    /// The first error of the chain, reported by `connect`.
    error: Option<Box<ConnectError>>,
    types: PhantomData<fn() -> (T, S, K)>,
}

/// The payload arrives as it is sent; it can be converted.
#[derive(Clone, Copy, Debug)]
pub enum Unconverted {}

/// The payload is converted on the way.
#[derive(Clone, Copy, Debug)]
pub enum Converted {}

/// An out-port, and its contribution to the messages of a virtual port.
#[derive(Clone)]
pub(crate) struct SourcePort {
    pub(crate) process: ProcessRef,
    name: &'static str,
    pub(crate) source: SourceRef,
    pub(crate) factory: InboundFactory,
}

impl SourcePort {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.name)
    }

    /// The labels of concatenated ports.
    pub(crate) fn labels(sources: &[SourcePort]) -> String {
        let labels: Vec<String> = sources.iter().map(SourcePort::label).collect();
        labels.join(" + ")
    }
}

impl<T, S, K> Clone for VirtualPort<T, S, K> {
    fn clone(&self) -> Self {
        VirtualPort {
            sources: self.sources.clone(),
            dims: self.dims.clone(),
            error: self.error.clone(),
            types: PhantomData,
        }
    }
}

impl<T, S, K> fmt::Debug for VirtualPort<T, S, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualPort")
            .field("ports", &self.label())
            .field("shape", &self.dims)
            .finish_non_exhaustive()
    }
}

impl<T: Payload + Converts<T>, S> VirtualPort<T, S> {
    /// An out-port as it is.
    pub(crate) fn of<L>(port: &OutPort<T, S, L>) -> VirtualPort<T, S> {
        VirtualPort {
            sources: vec![SourcePort {
                process: port.process.clone(),
                name: port.name,
                source: SourceRef::whole(PortId::of(&port.process, port.port), port.dims.len()),
                factory: InboundFactory::identity::<T>(),
            }],
            dims: port.dims.clone(),
            error: None,
            types: PhantomData,
        }
    }
}

impl<T, S, K> VirtualPort<T, S, K> {
    /// The same sources with other types.
    fn with_type<U, R, Q>(self, dims: Dims) -> VirtualPort<U, R, Q> {
        VirtualPort {
            sources: self.sources,
            dims,
            error: self.error,
            types: PhantomData,
        }
    }

    /// The same port without the shape in its type.
    pub(crate) fn with_type_dyn<Q>(self) -> VirtualPort<T, Dyn, Q> {
        let dims = self.dims.clone();
        self.with_type(dims)
    }

    /// The shape of the messages that arrive.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    pub(crate) fn sources(&self) -> &[SourcePort] {
        &self.sources
    }

    pub(crate) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// Returns the first error of the chain, if there is one.
    pub(crate) fn result(&self) -> Result<(), ConnectError> {
        match &self.error {
            Some(error) => Err(ConnectError::clone(error)),
            None => Ok(()),
        }
    }

    /// The labels of the concatenated ports.
    pub(crate) fn label(&self) -> String {
        SourcePort::labels(&self.sources)
    }

    /// Records an error of these ports, unless there is an earlier one.
    fn record_error(&mut self, error: impl FnOnce(String) -> ConnectError) {
        if self.error.is_none() {
            self.error = Some(Box::new(error(self.label())));
        }
    }

    /// The same elements, in row-major order, in another shape. Free at run time.
    ///
    /// A wrong number of elements is reported by `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn reshape(mut self, dims: impl IntoShape<Dyn>) -> VirtualPort<T, Dyn, K> {
        let (origin, wanted) = (Location::caller(), dims.into_dims());
        if wanted.len() != self.dims.len() {
            let (dims, wanted) = (self.dims.clone(), wanted.clone());
            self.record_error(|from| ConnectError::Reshape {
                from,
                dims,
                wanted,
                origin,
            });
        }
        self.with_type(wanted)
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
    /// Axes that are no permutation are reported by `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn transpose<const N: usize>(mut self, axes: [isize; N]) -> VirtualPort<T, Dyn, K> {
        let origin = Location::caller();
        let dims = self.dims.clone();
        let Some((after, indices)) = transposed(&dims, &axes) else {
            self.record_error(|from| ConnectError::Transpose {
                from,
                dims: dims.clone(),
                axes: axes.to_vec(),
                origin,
            });
            return self.with_type(dims);
        };
        for SourcePort { source, .. } in &mut self.sources {
            source.permute(&indices);
        }
        self.with_type(after)
    }

    /// Chooses neurons by their row-major indices: a range, or a list, whose order they arrive in. The
    /// result has one axis. Messages of the others are dropped on the way.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Sink, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let source: Source = net.add(Source::data([[1.0, 2.0, 3.0, 4.0]]))?;
    /// let (some, last): (Sink, Sink) = (
    ///     net.add(Sink::shape([2]).steps(1))?,
    ///     net.add(Sink::shape([1]).steps(1))?,
    /// );
    /// source.s_out.select([2, 0]).connect(&some.a_in)?;
    /// source.s_out.select(3..).connect(&last.a_in)?;
    /// net.run(RunSteps(1))?;
    /// assert_eq!(some.data.get()?, ndarray::arr2(&[[3.0, 1.0]]).into_dyn());
    /// assert_eq!(last.data.get()?, ndarray::arr2(&[[4.0]]).into_dyn());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// A selection that is empty, names a neuron twice, or one that does not exist, is reported by
    /// `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn select(mut self, neurons: impl IntoSelection) -> VirtualPort<T, Dyn, K> {
        let origin = Location::caller();
        let dims = self.dims.clone();
        let indices = match neurons.into_selection().indices(dims.len()) {
            Ok(indices) => indices,
            Err(cause) => {
                self.record_error(|from| ConnectError::Select {
                    port: from,
                    dims: dims.clone(),
                    cause,
                    origin,
                });
                return self.with_type(dims);
            }
        };
        let mut positions = vec![IndexMap::DROPPED; dims.len()];
        for (position, &index) in (0..).zip(&indices) {
            positions[index as usize] = position;
        }
        for SourcePort { source, .. } in &mut self.sources {
            source.permute(&positions);
        }
        self.sources.retain(|source| !source.source.is_dropped());
        self.with_type([indices.len()].into())
    }

    /// Concatenates the messages of this port and of `others` along `axis`; all other axes must be
    /// equal. A negative `axis` counts from the last. Ports of several types are given as a tuple.
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
    /// Shapes that do not fit, and an axis that does not exist, are reported by `connect`, with the
    /// location of this call.
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
            self.record_error(|from| ConnectError::ConcatAxis {
                from,
                dims: dims.clone(),
                axis,
                origin,
            });
            return self.with_type(dims);
        };
        let mut ports: Vec<VirtualPort<T>> = vec![self.with_type(dims.clone())];
        others.each(&mut |port| ports.push(port));
        for port in &mut ports[1..] {
            if !can_concat(&port.dims, &dims, along) {
                let (first, dims) = (dims.clone(), port.dims.clone());
                port.record_error(|from| ConnectError::ConcatShape {
                    from,
                    dims,
                    first,
                    axis: along,
                    origin,
                });
            }
        }
        concat(ports, dims, along)
    }

    /// Delays messages by `steps` more.
    ///
    /// A delay above [`MAX_DELAY`] is reported by `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn delayed(mut self, steps: usize) -> Self {
        let origin = Location::caller();
        let mut longest = 0;
        for SourcePort { source, .. } in &mut self.sources {
            source.delay = source.delay.saturating_add(steps);
            longest = longest.max(source.delay);
        }
        if longest > MAX_DELAY {
            self.record_error(|from| ConnectError::Delay {
                from,
                steps,
                max: MAX_DELAY,
                origin,
            });
        }
        self
    }

    /// Makes a lockstep receiver wait for one message per step from an independent sender. The wait
    /// ends without a message when the sender has finished; a pause ends the run before the step.
    #[must_use]
    pub fn waiting(mut self) -> Self {
        for SourcePort { source, .. } in &mut self.sources {
            source.async_options.waits = true;
        }
        self
    }

    /// Sets the capacity of the queue between two timing domains: `messages`, at least 1. The default
    /// is 64.
    #[must_use]
    pub fn buffered(mut self, messages: usize) -> Self {
        for SourcePort { source, .. } in &mut self.sources {
            source.async_options.capacity = Some(messages.max(1));
        }
        self
    }
}

impl<T: Payload, S> VirtualPort<T, S> {
    /// Converts the payload: numbers into numbers by Rust's `as`, spikes into 1 and 0, numbers into
    /// spikes where they are not 0.
    #[must_use]
    pub fn cast<U: Converts<T>>(self) -> VirtualPort<U, S, Converted> {
        let dims = self.dims.clone();
        let mut port = self.with_type(dims);
        for source in &mut port.sources {
            source.factory = InboundFactory::converting::<T, U>();
        }
        port
    }
}

/// Concatenates ports, of which the first has the extents `dims`, along an axis. Ports with an error
/// are left out.
fn concat<T, K>(ports: Vec<VirtualPort<T>>, dims: Dims, along: usize) -> VirtualPort<T, Dyn, K> {
    let extent = |port: &VirtualPort<T>| port.dims.as_slice().get(along).copied();
    let mut extents = dims.as_slice().to_vec();
    extents[along] = ports.iter().filter_map(extent).sum();
    let whole = Dims::from(extents);
    let elements = row_major_indices(&whole);
    let mut all = VirtualPort {
        sources: Vec::new(),
        dims: whole,
        error: None,
        types: PhantomData,
    };
    let mut start = 0;
    for port in ports {
        if let Some(error) = port.error {
            all.error.get_or_insert(error);
            continue;
        }
        let end = start + port.dims.as_slice()[along];
        let own = elements.slice_axis(Axis(along), (start..end).into());
        let indices: Vec<u32> = own.iter().copied().collect();
        start = end;
        for mut source in port.sources {
            source.source.permute(&indices);
            all.sources.push(source);
        }
    }
    all
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

    /// Some of the neurons: see [`VirtualPort::select`].
    #[track_caller]
    #[must_use]
    pub fn select(&self, neurons: impl IntoSelection) -> VirtualPort<T> {
        VirtualPort::of(self).select(neurons)
    }

    /// Concatenated with other ports: see [`VirtualPort::concat_with`].
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

    /// Delayed: see [`VirtualPort::delayed`].
    #[track_caller]
    #[must_use]
    pub fn delayed(&self, steps: usize) -> VirtualPort<T, S> {
        VirtualPort::of(self).delayed(steps)
    }

    /// Awaited by a lockstep receiver: see [`VirtualPort::waiting`].
    #[must_use]
    pub fn waiting(&self) -> VirtualPort<T, S> {
        VirtualPort::of(self).waiting()
    }

    /// With a queue of this capacity: see [`VirtualPort::buffered`].
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
