//! The ports of an asynchronous model: [`AsyncIn`] and [`AsyncOut`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lava_core::data::{Dims, Payload, RecordOf, Spike};
use lava_core::executor::Selectable;
use lava_core::transport::{
    BoundedQueue, Clock, Coordinator, ParticipantId, QueueReader, QueueSet, WaitOutcome,
};

use super::binder::AsyncInput;
use super::error::PortError;
use super::in_port::In;
use super::message_array::MessageArray;
use super::port::are_sorted_neurons;
use crate::Result;

/// The model's end of an [`InPort<T>`](crate::InPort) in a model under the
/// [`Async`](super::Async) protocol: a field of the same name in the model.
///
/// Messages are received in the order in which they were sent. If several connections lead to the
/// port, one message of each makes one message of the port: their sum (spikes are united). A port
/// without a connection receives nothing.
///
/// ```
/// # use lava::prelude::*;
/// #[process]
/// pub struct Logger { a_in: InPort<f32> }
///
/// #[implements(proc = Logger, protocol = Async)]
/// struct LoggerModel { a_in: AsyncIn<f32> }
///
/// impl AsyncModel for LoggerModel {
///     fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
///         while let Some(message) = self.a_in.recv() {
///             println!("{message}");
///         }
///         Ok(())
///     }
/// }
/// ```
pub struct AsyncIn<T: Payload> {
    port: In<T>,
    /// Counts the messages.
    clock: Arc<Clock>,
    input: AsyncInput,
    coordinator: Arc<Coordinator>,
    participant: ParticipantId,
}

impl<T: Payload> AsyncIn<T> {
    pub(crate) fn new(
        port: In<T>,
        clock: Arc<Clock>,
        input: AsyncInput,
        coordinator: Arc<Coordinator>,
        participant: ParticipantId,
    ) -> AsyncIn<T> {
        AsyncIn {
            port,
            clock,
            input,
            coordinator,
            participant,
        }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.port.shape()
    }

    /// Returns `true` if a message can be received without waiting.
    pub fn probe(&self) -> bool {
        let port = std::slice::from_ref(&self.input.queues);
        !self.input.readers.is_empty() && self.coordinator.has_message(port)
    }

    /// Makes the next message the present one, waiting for it up to `time`. Returns `true` if there is
    /// one.
    fn next(&mut self, time: Option<Duration>) -> bool {
        let port = std::slice::from_ref(&self.input.queues);
        if self.input.readers.is_empty()
            || self
                .coordinator
                .wait_for_message(self.participant, port, time)
                != WaitOutcome::Ready
        {
            return false;
        }
        self.assemble(|reader, tick| reader.fill(tick));
        true
    }

    /// Makes the message that `read` takes from each connection the present one.
    fn assemble(&mut self, read: impl Fn(&mut dyn QueueReader, u64)) {
        self.clock.advance();
        let tick = self.clock.tick();
        let readers = self.input.readers.iter_mut();
        readers.for_each(|reader| read(reader.as_mut(), tick));
    }
}

impl<T: Payload> AsyncIn<T> {
    /// Receives the next message, waiting for it: an array of the port's shape for numbers, the
    /// neurons that fired for spikes ([`Spikes`](super::Spikes)). Returns `None` if the run is over and
    /// there will be none.
    pub fn recv(&mut self) -> Option<T::Received<'_>> {
        self.next(None).then(|| self.port.recv())
    }

    /// Receives the next message without waiting. Returns `None` if there is none yet.
    pub fn try_recv(&mut self) -> Option<T::Received<'_>> {
        let next = self.probe() && self.next(None);
        next.then(|| self.port.recv())
    }

    /// Receives the next message, waiting for it up to `time`. Returns `None` if there was none in
    /// time, or the run is over and there will be none.
    pub fn recv_timeout(&mut self, time: Duration) -> Option<T::Received<'_>> {
        self.next(Some(time)).then(|| self.port.recv())
    }

    /// Returns the next message without receiving it, or `None` if there is none yet.
    pub fn peek(&mut self) -> Option<T::Received<'_>> {
        if !self.probe() {
            return None;
        }
        self.assemble(|reader, tick| reader.peek(tick));
        Some(self.port.recv())
    }
}

impl<T: Payload> Selectable for AsyncIn<T> {
    fn probe(&self) -> bool {
        AsyncIn::probe(self)
    }

    fn queues(&self) -> Option<&QueueSet> {
        (!self.input.readers.is_empty()).then_some(&self.input.queues)
    }
}

/// The model's end of an [`OutPort<T>`](crate::OutPort) in a model under the
/// [`Async`](super::Async) protocol: a field of the same name in the model. It sends any number of
/// messages at any time, and waits while a connection is full.
pub struct AsyncOut<T: Payload> {
    queues: Vec<Arc<BoundedQueue<T>>>,
    row: Box<[T::Item]>,
    dims: Dims,
    participant: ParticipantId,
    label: Arc<str>,
}

impl<T: Payload> AsyncOut<T> {
    pub(crate) fn new(
        queues: Vec<Arc<BoundedQueue<T>>>,
        dims: Dims,
        participant: ParticipantId,
        label: Arc<str>,
    ) -> AsyncOut<T> {
        AsyncOut {
            queues,
            row: vec![T::Item::default(); dims.len()].into(),
            dims,
            participant,
            label,
        }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Sends a message: an array of the port's shape, of numbers, or of `bool` for spikes.
    ///
    /// # Errors
    /// [`PortError::Shape`] if the shapes differ.
    pub fn send<A: MessageArray<T>>(&mut self, values: &A) -> Result<()> {
        if values.extents() != self.dims.as_slice() {
            return Err(PortError::shape(&self.label, values.extents(), &self.dims));
        }
        let count = values.write(&mut self.row);
        self.send_items(count);
        Ok(())
    }

    /// Sends a message, given in row-major order.
    ///
    /// # Errors
    /// [`PortError::Shape`] if it has another number of elements than the port.
    pub fn send_slice<R: RecordOf<T>>(&mut self, values: &[R]) -> Result<()> {
        if values.len() != self.dims.len() {
            return Err(PortError::shape(&self.label, &[values.len()], &self.dims));
        }
        let count = T::write(&mut self.row, R::records(values).iter());
        self.send_items(count);
        Ok(())
    }

    fn send_items(&self, count: usize) {
        let items = &self.row[..count];
        let queues = self.queues.iter();
        queues.for_each(|queue| queue.send(self.participant, items));
    }
}

impl AsyncOut<Spike> {
    /// Sends the spikes of the neurons with these row-major indices, which must be ascending.
    ///
    /// # Errors
    /// [`PortError::Neurons`] if an index is out of range or out of order.
    pub fn send_indices(&mut self, neurons: &[u32]) -> Result<()> {
        if !are_sorted_neurons(neurons, self.dims.len()) {
            return Err(PortError::Neurons {
                port: self.label.to_string(),
                population: self.dims.len(),
            }
            .into());
        }
        self.row[..neurons.len()].copy_from_slice(neurons);
        self.send_items(neurons.len());
        Ok(())
    }
}

impl<T: Payload> fmt::Debug for AsyncIn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncIn")
            .field("shape", &self.shape())
            .finish_non_exhaustive()
    }
}

impl<T: Payload> fmt::Debug for AsyncOut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncOut")
            .field("port", &self.label)
            .finish_non_exhaustive()
    }
}
