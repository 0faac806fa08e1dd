//! The ports of a lockstep or detached model: [`In`] receives, [`Out`] sends.

use std::fmt;
use std::sync::Arc;

use lava_core::data::{Dims, Payload, RecordOf, Spike, Value};
use lava_core::transport::{Clock, Inbound, JointWriter, MessageRing, RingRows, RingWriter};

use super::error::PortError;
use super::message_array::MessageArray;

/// The model's end of an [`InPort<T>`](crate::InPort): a field of the same name in the model.
///
/// The message of a step can be read any number of times in that step, in every phase. The messages of
/// several connections are summed in the order in which the connections were made (spikes are
/// united); a port without a connection reads zeros, or no spikes.
pub struct In<T: Payload> {
    reception: Reception<T>,
    /// The sum of several connections, as of `valid_step`; zeros otherwise.
    sum: Vec<T::Record>,
    /// The assembled message, or silence: its first `len` items.
    buffer: Box<[T::Item]>,
    len: usize,
    /// The step that `sum` and `buffer` belong to.
    valid_step: u64,
    dims: Dims,
    clock: Arc<Clock>,
}

/// The way in which a port receives, chosen when the model is bound.
enum Reception<T: Payload> {
    /// No connection.
    Silent,
    /// One connection whose messages are read in place.
    Direct {
        ring: Arc<MessageRing<T>>,
        delay: u64,
    },
    /// One connection whose messages are gathered from slices of others.
    Gathered(Inbound<T>),
    /// Several connections, or one that converts.
    Summed(Vec<Inbound<T>>),
}

impl<T: Payload> Reception<T> {
    fn new(mut inbound: Vec<Inbound<T>>) -> Reception<T> {
        match (inbound.pop(), inbound.is_empty()) {
            (None, _) => Reception::Silent,
            (Some(Inbound::Direct { ring, delay }), true) => Reception::Direct { ring, delay },
            (Some(gathered @ Inbound::Gathered { .. }), true) => Reception::Gathered(gathered),
            (Some(last), _) => {
                inbound.push(last);
                Reception::Summed(inbound)
            }
        }
    }
}

impl<T: Payload> In<T> {
    pub(crate) fn new(inbound: Vec<Inbound<T>>, dims: Dims, clock: Arc<Clock>) -> In<T> {
        let mut buffer: Box<[T::Item]> = vec![T::Item::default(); dims.len()].into();
        In {
            reception: Reception::new(inbound),
            sum: vec![T::Record::default(); dims.len()],
            len: T::silence(&mut buffer),
            buffer,
            valid_step: 0,
            dims,
            clock,
        }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Returns `true` if a connection leads to the port: otherwise it reads zeros in every step.
    pub fn is_connected(&self) -> bool {
        !matches!(self.reception, Reception::Silent)
    }

    /// Copies this step's message to an array of the port's shape.
    ///
    /// # Panics
    /// If `out` has another number of elements.
    pub fn record(&mut self, out: &mut [T::Record]) {
        assert_eq!(
            out.len(),
            self.dims.len(),
            "as many elements as the port has"
        );
        let step = self.clock.tick();
        self.assemble(step);
        match &self.reception {
            Reception::Silent => out.fill(T::Record::default()),
            Reception::Direct { ring, delay } => match ring.message(step.saturating_sub(*delay)) {
                Some(items) => T::record(items, out),
                None => out.fill(T::Record::default()),
            },
            Reception::Gathered(_) => T::record(&self.buffer[..self.len], out),
            Reception::Summed(_) => out.copy_from_slice(&self.sum),
        }
    }

    /// Returns this step's message: an array of the port's shape for numbers, the neurons that fired
    /// for spikes ([`Spikes`](super::Spikes)).
    ///
    /// ```
    /// # use lava::prelude::*;
    /// #[process]
    /// pub struct Doubler { a_in: InPort<f32>, a_out: OutPort<f32> }
    ///
    /// #[implements(proc = Doubler, protocol = Loihi)]
    /// struct DoublerModel { a_in: In<f32>, a_out: Out<f32> }
    ///
    /// impl LoihiModel for DoublerModel {
    ///     fn run_spk(&mut self) -> lava::Result<()> {
    ///         let doubled = &self.a_in.recv() * 2.0;
    ///         self.a_out.send(&doubled)
    ///     }
    /// }
    /// ```
    #[inline]
    pub fn recv(&mut self) -> T::Received<'_> {
        let step = self.clock.tick();
        let is_new = self.assemble(step);
        if is_new && matches!(self.reception, Reception::Summed(_)) {
            self.len = T::list(&self.sum, &mut self.buffer);
        }
        let assembled = &self.buffer[..self.len];
        let items = match &self.reception {
            Reception::Silent | Reception::Gathered(_) => assembled,
            Reception::Direct { ring, delay } => ring
                .message(step.saturating_sub(*delay))
                .unwrap_or(assembled),
            Reception::Summed(_) => return T::received_sum(&self.sum, assembled, &self.dims),
        };
        T::received(items, &self.dims)
    }

    /// Gathers or sums the message of `step`, once. Returns `true` if it was not valid before.
    #[inline(always)]
    fn assemble(&mut self, step: u64) -> bool {
        let is_assembled = match self.reception {
            Reception::Silent | Reception::Direct { .. } => false,
            Reception::Gathered(_) | Reception::Summed(_) => self.valid_step != step,
        };
        if is_assembled {
            self.assemble_now(step);
        }
        is_assembled
    }

    fn assemble_now(&mut self, step: u64) {
        self.valid_step = step;
        match &self.reception {
            Reception::Silent | Reception::Direct { .. } => {}
            Reception::Gathered(inbound) => {
                self.len = inbound.gather(step, &mut self.buffer).unwrap_or(0);
            }
            Reception::Summed(inbound) => {
                // The first message needs no zeros to be added to.
                let rest = match inbound[0].direct(step) {
                    Some(items) => {
                        T::record(items, &mut self.sum);
                        &inbound[1..]
                    }
                    None => {
                        self.sum.fill(T::Record::default());
                        &inbound[..]
                    }
                };
                for inbound in rest {
                    inbound.accumulate(step, &mut self.buffer, &mut self.sum);
                }
            }
        }
    }
}

impl<T: Value> In<T> {
    /// Returns this step's values in row-major order, without a copy if one connection leads to the
    /// port.
    #[inline]
    pub fn recv_slice(&mut self) -> &[T] {
        let step = self.clock.tick();
        self.assemble(step);
        match &self.reception {
            Reception::Silent | Reception::Summed(_) => &self.sum,
            Reception::Direct { ring, delay } => ring
                .message(step.saturating_sub(*delay))
                .unwrap_or(&self.sum),
            Reception::Gathered(_) => &self.buffer,
        }
    }
}

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
}

/// A field of a model that can be named in `adds_to`: an [`Out`] of numbers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a model cannot `adds_to` a `{Self}`",
    label = "not an `Out` of numbers",
    note = "`adds_to` names out-ports of numbers of a model under `Loihi`, into which it adds by `Out::accumulate`"
)]
pub trait SumsMessages {}

#[diagnostic::do_not_recommend]
impl<T: Value> SumsMessages for Out<T> {}

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
        let item = self.rows.get_mut(offset);
        *item = item.plus(value);
    }

    /// The element at `offset`.
    ///
    /// # Panics
    /// If there is no such offset.
    #[inline(always)]
    pub fn at_offset(&mut self, offset: usize) -> &mut T {
        self.rows.get_mut(offset)
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

impl<T: Payload> fmt::Debug for In<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("In")
            .field("shape", &self.dims)
            .finish_non_exhaustive()
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
