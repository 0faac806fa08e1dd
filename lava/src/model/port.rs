//! The out-ports of a lockstep or detached model.

use std::fmt;
use std::sync::Arc;

use lava_core::data::{Dims, Payload, RecordOf, Spike, Value};
use lava_core::transport::{Clock, JointWriter, PART, RingRows, RingWriter};

use super::error::PortError;
use super::message_array::MessageArray;

/// The model's end of an [`OutPort<T>`](crate::OutPort): a field of the same name in the model.
///
/// A port sends at most one message a step, in the spike phase. A step without a message counts
/// as zeros, or no spikes.
pub struct Out<T: Payload> {
    writer: RingWriter<T>,
    clock: Arc<Clock>,
    label: Arc<str>,
    dims: Dims,
    sent: u64,
    /// The message may hold contributions of earlier steps or other ports: it is added to, not
    /// replaced.
    adds: bool,
    /// The number of steps to come whose messages can be written.
    ahead: usize,
}

impl<T: Payload> Out<T> {
    pub(crate) fn new(
        writer: RingWriter<T>,
        dims: Dims,
        clock: Arc<Clock>,
        label: Arc<str>,
        adds: bool,
    ) -> Out<T> {
        Out {
            writer,
            clock,
            label,
            dims,
            sent: 0,
            adds,
            ahead: 0,
        }
    }

    /// The port, writing the messages of up to `ahead` steps to come.
    pub(crate) fn with_ahead(self, ahead: usize) -> Out<T> {
        Out { ahead, ..self }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Sends one message: an array of the port's shape, of numbers, or of `bool` for spikes.
    ///
    /// # Errors
    /// [`PortError::Shape`] if the shapes differ, [`PortError::Twice`] for a second message in
    /// one step, [`PortError::Phase`] outside the spike phase, [`PortError::Adds`] for a port that only
    /// adds.
    pub fn send<A: MessageArray<T>>(&mut self, values: &A) -> crate::Result<()> {
        if values.extents() != self.dims.as_slice() {
            return Err(PortError::shape(&self.label, values.extents(), &self.dims));
        }
        let step = self.begin()?;
        self.writer.write(step, |row| values.write(row));
        Ok(())
    }

    /// Sends one message, given in row-major order.
    ///
    /// # Errors
    /// As [`send`](Out::send).
    #[inline]
    pub fn send_slice<R: RecordOf<T>>(&mut self, values: &[R]) -> crate::Result<()> {
        if values.len() != self.dims.len() {
            return Err(PortError::shape(&self.label, &[values.len()], &self.dims));
        }
        let step = self.begin()?;
        let values = R::records(values);
        self.writer.write(step, |row| T::write(row, values.iter()));
        Ok(())
    }

    /// Starts a message. Returns its step.
    ///
    /// # Errors
    /// The [`rejection`](Out::rejection) if no message may be sent now.
    #[inline(always)]
    fn begin(&mut self) -> crate::Result<u64> {
        let step = self.clock.tick();
        if self.sent == step || self.adds || !self.clock.spiking() {
            return Err(self.rejection());
        }
        self.sent = step;
        Ok(step)
    }

    /// Starts adding to messages, or goes on. Returns the step.
    ///
    /// # Errors
    /// [`PortError::Phase`] outside the spike phase.
    #[inline(always)]
    fn begin_adding(&mut self) -> crate::Result<u64> {
        if !self.clock.spiking() {
            return Err(self.rejection());
        }
        self.sent = self.clock.tick();
        Ok(self.sent)
    }

    #[cold]
    fn rejection(&self) -> crate::Error {
        let port = self.label.to_string();
        if self.clock.spiking() {
            if self.adds {
                return PortError::Adds { port }.into();
            }
            let step = self.clock.time_step();
            PortError::Twice { port, step }.into()
        } else {
            PortError::Phase { port }.into()
        }
    }
}

impl<T: Value> Out<T> {
    /// Sends this step's message, and returns it to be written in place: all of it, since it has the elements of a
    /// message long ago.
    ///
    /// # Errors
    /// As [`send`](Out::send).
    #[inline(always)]
    pub(crate) fn overwrite(&mut self) -> crate::Result<&mut [T]> {
        let step = self.begin()?;
        self.writer.write(step, |row| row.len());
        Ok(self.writer.buffer_mut(step))
    }

    /// Returns this step's message to add to, in row-major order: it is sent in place, without a copy.
    /// It begins as zeros; a second call in the same step returns the same message.
    ///
    /// If the model [`adds_to`](super#adding-to-one-accumulator) the port, the message may already hold
    /// contributions of other processes.
    ///
    /// # Errors
    /// [`PortError::Phase`] outside the spike phase.
    #[inline]
    pub fn accumulate(&mut self) -> crate::Result<&mut [T]> {
        let step = self.begin_adding()?;
        Ok(self.writer.buffer_mut(step))
    }

    /// Returns this step's messages of all ports of a writer to add to.
    ///
    /// # Errors
    /// As [`accumulate`](Out::accumulate).
    #[inline]
    pub(crate) fn accumulate_jointly<'w>(
        &mut self,
        writer: &'w mut JointWriter<T>,
    ) -> crate::Result<&'w mut [T]> {
        let step = self.begin_adding()?;
        Ok(writer.buffer_mut(step))
    }

    /// Returns this step's message to add to where little is added: only the parts that are added to are
    /// cleared later, and a receiver knows the others to be zero without reading them. Contributions are
    /// those of [`accumulate`](Out::accumulate), and both can be used in one step.
    ///
    /// # Errors
    /// [`PortError::Phase`] outside the spike phase.
    #[inline]
    pub fn accumulate_sparsely(&mut self) -> crate::Result<SparseSums<'_, T>> {
        let step = self.begin_adding()?;
        let (sums, marks) = self.writer.parts_mut(step);
        Ok(SparseSums { sums, marks })
    }

    /// Returns this step's messages of all ports of a writer, as
    /// [`accumulate_sparsely`](Out::accumulate_sparsely).
    ///
    /// # Errors
    /// As [`accumulate`](Out::accumulate).
    #[inline]
    pub(crate) fn accumulate_sparsely_jointly<'w>(
        &mut self,
        writer: &'w mut JointWriter<T>,
    ) -> crate::Result<SparseSums<'w, T>> {
        self.begin_adding()?;
        let (sums, marks) = writer.parts_mut(self.sent);
        Ok(SparseSums { sums, marks })
    }

    /// Returns the messages of this step and of the steps to come to add to, as many as the port
    /// declares by `#[port(ahead = …)]`. They hold the contributions of earlier steps.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// /// Sends what it receives again one and three steps later.
    /// #[process]
    /// pub struct Echo {
    ///     a_in: InPort<f32>,
    ///     #[port(ahead = 3)]
    ///     a_out: OutPort<f32>,
    /// }
    ///
    /// #[implements(proc = Echo, protocol = Loihi)]
    /// struct EchoModel { a_in: In<f32>, a_out: Out<f32> }
    ///
    /// impl LoihiModel for EchoModel {
    ///     fn run_spk(&mut self) -> lava::Result<()> {
    ///         let mut messages = self.a_out.accumulate_ahead()?;
    ///         for (element, value) in self.a_in.recv_slice().iter().enumerate() {
    ///             messages.add(1, element, *value);
    ///             messages.add(3, element, *value / 2.0);
    ///         }
    ///         Ok(())
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`PortError::Phase`] outside the spike phase.
    #[inline]
    pub fn accumulate_ahead(&mut self) -> crate::Result<FutureSums<'_, T>> {
        let step = self.begin_adding()?;
        Ok(FutureSums {
            rows: self.writer.buffers_ahead(step, self.ahead),
            len: self.dims.len(),
        })
    }

    /// Returns the messages that [`accumulate_ahead`](Out::accumulate_ahead) will return in the next step: between
    /// runs, in [`catch_up`](super::LoihiModel::catch_up).
    pub(crate) fn accumulate_ahead_between_runs(&mut self) -> FutureSums<'_, T> {
        FutureSums {
            rows: self.writer.buffers_ahead(self.clock.tick() + 1, self.ahead),
            len: self.dims.len(),
        }
    }
}

/// A field of a model that can be named in `adds_to`: an [`Out`] of numbers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a model cannot `adds_to` a `{Self}` [E3104]",
    label = "not an `Out` of numbers",
    note = "`adds_to` names out-ports of numbers of a model under `Loihi`, into which it adds by `Out::accumulate`"
)]
pub trait SumsMessages {}

#[diagnostic::do_not_recommend]
impl<T: Value> SumsMessages for Out<T> {}

/// A message that is added to in few places: see [`Out::accumulate_sparsely`].
#[derive(Debug)]
pub struct SparseSums<'a, T> {
    sums: &'a mut [T],
    marks: &'a mut [u8],
}

impl<T: Value> SparseSums<'_, T> {
    /// Adds `value` to an element, in row-major order.
    ///
    /// # Panics
    /// If there is no such element.
    #[inline(always)]
    pub fn add(&mut self, element: usize, value: T) {
        let sum = &mut self.sums[element];
        *sum = sum.plus(value);
        self.marks[element / PART] = 1;
    }
}

/// The messages of a port for this step and for steps to come: see [`Out::accumulate_ahead`].
///
/// Element `e` of the message that is sent `s` steps from now has the offset `s * n + e`, where `n` is
/// the number of elements of the port.
pub struct FutureSums<'a, T> {
    rows: RingRows<'a, T>,
    len: usize,
}

impl<T: Value> FutureSums<'_, T> {
    /// Adds `value` to an element of the message that is sent `steps` steps from now; 0 is this step.
    ///
    /// # Panics
    /// If the port cannot write that far ahead, or has no such element.
    #[inline(always)]
    pub fn add(&mut self, steps: usize, element: usize, value: T) {
        assert!(element < self.len, "there is no element {element}");
        self.add_at_offset(steps * self.len + element, value);
    }

    /// Adds `value` to the element at `offset`.
    ///
    /// # Panics
    /// If there is no such offset.
    #[inline(always)]
    pub fn add_at_offset(&mut self, offset: usize, value: T) {
        let item = self.at_offset(offset).expect("the offset is of a message");
        *item = item.plus(value);
    }

    /// The element at `offset`, or `None` if there is no such offset.
    #[inline(always)]
    pub fn at_offset(&mut self, offset: usize) -> Option<&mut T> {
        self.rows.get_mut(offset)
    }

    /// The place of an offset in memory, of which 32 bits count.
    #[inline(always)]
    pub(crate) fn place(&self, offset: u32) -> u32 {
        self.rows.place(offset)
    }

    /// The address of a place, or one out of all messages if there is no such place.
    #[inline(always)]
    pub(crate) fn address(&self, place: u32) -> *const T {
        self.rows.address(place)
    }

    /// The message that is sent `steps` steps from now.
    ///
    /// # Panics
    /// If the port cannot write that far ahead.
    #[inline(always)]
    pub fn message(&mut self, steps: usize) -> &mut [T] {
        let message = self.rows.range_mut(steps * self.len, self.len);
        message.expect("the port writes that far ahead, and a message does not wrap around")
    }

    /// Returns all messages in the order of their offsets, or `None` if they wrap around the end of the
    /// ring.
    #[inline(always)]
    pub fn as_slice(&mut self) -> Option<&mut [T]> {
        self.rows.as_slice()
    }

    /// The number of offsets: elements times messages.
    #[allow(
        clippy::len_without_is_empty,
        reason = "there is always this step's message"
    )]
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

impl Out<Spike> {
    /// Sends the spikes of the neurons with these row-major indices, which must be ascending.
    ///
    /// # Errors
    /// [`PortError::Neurons`] if an index is out of range or out of order, otherwise as
    /// [`send`](Out::send).
    #[inline]
    pub fn send_indices(&mut self, neurons: &[u32]) -> crate::Result<()> {
        if !are_sorted_neurons(neurons, self.dims.len()) {
            return Err(PortError::Neurons {
                port: self.label.to_string(),
                population: self.dims.len(),
            }
            .into());
        }
        let step = self.begin()?;
        self.writer.write(step, |row| {
            row[..neurons.len()].copy_from_slice(neurons);
            neurons.len()
        });
        Ok(())
    }
}

impl<T: Payload> fmt::Debug for Out<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Out")
            .field("port", &self.label)
            .field("shape", &self.dims)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for FutureSums<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FutureSums").finish_non_exhaustive()
    }
}

/// Returns `true` if `neurons` are strictly ascending and less than `population`.
pub(super) fn are_sorted_neurons(neurons: &[u32], population: usize) -> bool {
    let last = neurons.last().map_or(0, |last| *last as usize + 1);
    last <= population && neurons.windows(2).all(|pair| pair[0] < pair[1])
}
