//! The ports of a model: [`In`] receives what arrives in a step, [`Out`] sends.

use std::sync::Arc;

use ndarray::{ArrayBase, ArrayD, ArrayViewD, Data, Dimension, IxDyn};

use super::error::PortError;
use super::feed::Feed;
use crate::process::{Dims, Payload, Spike, Value};
use crate::runtime::{Clock, Rows, Writer};

/// The model's end of an [`InPort<T>`](crate::InPort): a field of the same name in the model.
///
/// What arrives in a step can be read any number of times in that step, in every phase. Several
/// connections are summed in the order in which they were made (spikes are united); without any
/// the port reads zero, or no spikes.
pub struct In<T: Payload> {
    feeds: Vec<Feed<T>>,
    /// The sum of the feeds, as of step `gathered`.
    sum: Vec<T::Record>,
    /// A message put together from several, or the sum of spikes as a list.
    row: Box<[T::Item]>,
    /// How many items that message has.
    count: usize,
    gathered: u64,
    dims: Dims,
    clock: Arc<Clock>,
}

impl<T: Payload> In<T> {
    pub(crate) fn new(feeds: Vec<Feed<T>>, dims: Dims, clock: Arc<Clock>) -> In<T> {
        In {
            sum: vec![T::Record::default(); dims.len()],
            row: vec![T::Item::default(); dims.len()].into(),
            count: 0,
            gathered: 0,
            feeds,
            dims,
            clock,
        }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
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
        if self.join(step) {
            return T::record(&self.row[..self.count], out);
        }
        match &self.feeds[..] {
            [] => out.fill(T::Record::default()),
            [feed] if feed.is_direct() => match feed.direct(step) {
                Some(items) => T::record(items, out),
                None => out.fill(T::Record::default()),
            },
            _ => {
                self.gather(step);
                out.copy_from_slice(&self.sum);
            }
        }
    }

    /// Puts the message of `step` together, once, if the only feed brings it in pieces.
    fn join(&mut self, step: u64) -> bool {
        let [feed @ Feed::Joined { .. }] = &self.feeds[..] else {
            return false;
        };
        if self.gathered != step {
            self.gathered = step;
            self.count = feed.join(step, &mut self.row).unwrap_or(0);
        }
        true
    }

    /// Sums the feeds of `step`, once. Returns whether it had to.
    fn gather(&mut self, step: u64) -> bool {
        if self.gathered == step {
            return false;
        }
        self.gathered = step;
        // What arrives first needs no zeros to be added to.
        let rest = match self.feeds[0].direct(step) {
            Some(items) => {
                T::record(items, &mut self.sum);
                &self.feeds[1..]
            }
            None => {
                self.sum.fill(T::Record::default());
                &self.feeds[..]
            }
        };
        for feed in rest {
            feed.merge(step, &mut self.row, &mut self.sum);
        }
        true
    }
}

impl<T: Value> In<T> {
    /// The values that arrive in this step, as an array of the port's shape.
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
    pub fn recv(&mut self) -> ArrayViewD<'_, T> {
        let dims = IxDyn(self.dims.as_slice());
        ArrayViewD::from_shape(dims, self.recv_slice()).expect("a message has the port's shape")
    }

    /// The values that arrive in this step, in row-major order. Costs no copy where one
    /// connection feeds the port.
    #[inline]
    pub fn recv_slice(&mut self) -> &[T] {
        let step = self.clock.tick();
        if let [feed] = &self.feeds[..]
            && feed.is_direct()
        {
            // Nothing was sent: `sum` is never gathered for a direct feed, so it is all zero.
            return self.feeds[0].direct(step).unwrap_or(&self.sum);
        }
        if self.join(step) {
            return &self.row;
        }
        if !self.feeds.is_empty() {
            self.gather(step);
        }
        &self.sum
    }
}

impl In<Spike> {
    /// The neurons that fired, of those that reach this port in this step.
    #[inline]
    pub fn recv(&mut self) -> Spikes<'_> {
        let step = self.clock.tick();
        let len = self.dims.len();
        if let [feed] = &self.feeds[..]
            && feed.is_direct()
        {
            let indices = self.feeds[0].direct(step).unwrap_or_default();
            return Spikes { indices, len };
        }
        if !self.join(step) && !self.feeds.is_empty() && self.gather(step) {
            self.count = Spike::write(&mut self.row, self.sum.iter());
        }
        Spikes {
            indices: &self.row[..self.count],
            len,
        }
    }
}

/// The neurons that fired in one step: what a port of spikes receives.
///
/// ```
/// # use lava::prelude::*;
/// #[process]
/// pub struct Counter {
///     s_in: InPort<Spike>,
///     #[var(scalar, init = 0)]
///     total: Var<u64>,
/// }
///
/// #[implements(proc = Counter, protocol = Loihi)]
/// struct CounterModel { s_in: In<Spike>, total: u64 }
///
/// impl LoihiModel for CounterModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         self.total += self.s_in.recv().len() as u64;
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Spikes<'a> {
    indices: &'a [u32],
    len: usize,
}

impl<'a> Spikes<'a> {
    /// The row-major indices of the neurons that fired, ascending.
    pub fn indices(self) -> &'a [u32] {
        self.indices
    }

    /// How many neurons fired.
    pub fn len(self) -> usize {
        self.indices.len()
    }

    /// Whether none fired.
    pub fn is_empty(self) -> bool {
        self.indices.is_empty()
    }

    /// How many neurons there are.
    pub fn population(self) -> usize {
        self.len
    }

    /// Whether a neuron fired.
    pub fn contains(self, neuron: usize) -> bool {
        u32::try_from(neuron).is_ok_and(|neuron| self.indices.binary_search(&neuron).is_ok())
    }

    /// One value per neuron: `true` where it fired.
    pub fn to_array(self) -> ArrayD<bool> {
        let mut fired = ArrayD::from_elem(IxDyn(&[self.len]), false);
        for &index in self.indices {
            fired[index as usize] = true;
        }
        fired
    }
}

/// The model's end of an [`OutPort<T>`](crate::OutPort): a field of the same name in the model.
///
/// A port sends at most one message a step, in the spike phase. A step without a message counts
/// as zeros, or no spikes.
pub struct Out<T: Payload> {
    writer: Writer<T>,
    clock: Arc<Clock>,
    label: Arc<str>,
    dims: Dims,
    sent: u64,
    /// The message may hold what was sent ahead or by other ports: it is added to, not replaced.
    adds: bool,
    /// Steps to come whose messages can be written.
    ahead: usize,
}

impl<T: Payload> Out<T> {
    pub(crate) fn new(
        writer: Writer<T>,
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

    /// A port that can write the messages of so many steps to come.
    pub(crate) fn ahead(self, ahead: usize) -> Out<T> {
        Out { ahead, ..self }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Sends one message: an array of the port's shape, of numbers, or of `bool` for spikes.
    ///
    /// # Errors
    /// [`PortError::Shape`] where the shapes differ, [`PortError::Twice`] for a second message in
    /// one step, [`PortError::Phase`] outside the spike phase.
    pub fn send<S, D>(&mut self, values: &ArrayBase<S, D>) -> crate::Result<()>
    where
        S: Data<Elem = T::Record>,
        D: Dimension,
    {
        if values.shape() != self.dims.as_slice() {
            return Err(PortError::shape(&self.label, values.shape(), &self.dims));
        }
        if let Some(values) = values.as_slice() {
            return self.send_slice(values);
        }
        let step = self.begin()?;
        self.writer.write(step, |row| T::write(row, values.iter()));
        Ok(())
    }

    /// Sends one message given in row-major order.
    ///
    /// # Errors
    /// As [`send`](Out::send).
    #[inline]
    pub fn send_slice(&mut self, values: &[T::Record]) -> crate::Result<()> {
        if values.len() != self.dims.len() {
            return Err(PortError::shape(&self.label, &[values.len()], &self.dims));
        }
        let step = self.begin()?;
        self.writer.write(step, |row| T::write(row, values.iter()));
        Ok(())
    }

    /// The step to send in, if a message may be sent now.
    #[inline(always)]
    fn begin(&mut self) -> crate::Result<u64> {
        let step = self.clock.tick();
        if self.sent == step || self.adds || !self.clock.spiking() {
            return Err(self.refused());
        }
        self.sent = step;
        Ok(step)
    }

    #[cold]
    fn refused(&self) -> crate::Error {
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
    /// Sends one message by writing it in place, without a copy: zeros at first, in row-major
    /// order. Calling it again in the same step gives the same message.
    ///
    /// Where the port is one of [`LoihiModel::ADDS_TO`](super::LoihiModel::ADDS_TO), the message
    /// may hold what other processes have added already.
    ///
    /// # Errors
    /// [`PortError::Phase`] outside the spike phase.
    #[inline]
    pub fn stage(&mut self) -> crate::Result<&mut [T]> {
        let step = self.clock.tick();
        if !self.clock.spiking() {
            return Err(self.refused());
        }
        self.sent = step;
        Ok(self.writer.stage(step))
    }

    /// The messages of this step and of those to come that the port was declared with,
    /// `#[port(ahead = …)]`, to add to. They hold what was added to them in earlier steps.
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
    ///         let mut messages = self.a_out.stage_ahead()?;
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
    pub fn stage_ahead(&mut self) -> crate::Result<Ahead<'_, T>> {
        let step = self.clock.tick();
        if !self.clock.spiking() {
            return Err(self.refused());
        }
        self.sent = step;
        Ok(Ahead {
            rows: self.writer.stage_ahead(step, self.ahead),
            len: self.dims.len(),
        })
    }
}

/// The messages of a port for this step and for some steps to come, see [`Out::stage_ahead`].
///
/// A message's element has a *place*: the message's steps from now, times the number of elements,
/// plus the element.
pub struct Ahead<'a, T> {
    rows: Rows<'a, T>,
    len: usize,
}

impl<T: Value> Ahead<'_, T> {
    /// Adds to an element of the message that is sent so many steps from now, 0 for this step.
    ///
    /// # Panics
    /// If the port cannot write that far ahead, or has no such element.
    #[inline(always)]
    pub fn add(&mut self, steps: usize, element: usize, value: T) {
        assert!(element < self.len, "there is no element {element}");
        self.add_at(steps * self.len + element, value);
    }

    /// Adds to the element at a place.
    ///
    /// # Panics
    /// If there is no such place.
    #[inline(always)]
    pub fn add_at(&mut self, place: usize, value: T) {
        let item = self.rows.item(place);
        *item = item.plus(value);
    }

    /// All places, unless the end of the memory that they are in lies between them.
    #[inline(always)]
    pub fn as_slice(&mut self) -> Option<&mut [T]> {
        self.rows.as_slice()
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.rows.places()
    }
}

impl Out<Spike> {
    /// Sends the spikes of the neurons with these row-major indices, which must be ascending.
    ///
    /// # Errors
    /// [`PortError::Neurons`] where an index is out of range or out of order, otherwise as
    /// [`send`](Out::send).
    #[inline]
    pub fn send_indices(&mut self, neurons: &[u32]) -> crate::Result<()> {
        if !ascending(neurons, self.dims.len()) {
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

/// Whether indices are in ascending order, and of neurons of the population.
pub(super) fn ascending(neurons: &[u32], population: usize) -> bool {
    let last = neurons.last().map_or(0, |last| *last as usize + 1);
    last <= population && neurons.windows(2).all(|pair| pair[0] < pair[1])
}
