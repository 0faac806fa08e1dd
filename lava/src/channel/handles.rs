//! The ends of a channel, as a user's threads hold them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ndarray::{ArrayBase, ArrayD, Data, Dimension, IxDyn};

use lava_core::data::{Dims, Dyn, IntoShape, Payload};

use super::error::ChannelError;
use super::shared::{SendOutcome, Shared, Side, Timeout};
use crate::Result;

/// Makes a channel for messages of `shape` that holds up to `capacity` messages, at least one.
///
/// The payload `M` is a number or [`Spike`](crate::Spike). Messages are arrays of the payload's
/// [`Record`](Payload::Record): numbers, or `bool` for spikes.
///
/// ```
/// use lava::channel;
///
/// # fn main() -> lava::Result<()> {
/// let (sender, receiver) = channel::bounded::<i32>([2], 5);
/// sender.send(&ndarray::arr1(&[1, 2]))?;
/// assert_eq!(receiver.recv(), Some(ndarray::arr1(&[1, 2]).into_dyn()));
/// drop(sender);
/// assert_eq!(receiver.recv(), None);
/// # Ok(())
/// # }
/// ```
pub fn bounded<M: Payload>(
    shape: impl IntoShape<Dyn>,
    capacity: usize,
) -> (Sender<M>, Receiver<M>) {
    let shared = Arc::new(Shared::new(shape.into_dims(), capacity));
    (Sender::new(Arc::clone(&shared)), Receiver::new(shared))
}

/// The sending end of a channel. Clones send into the same channel.
pub struct Sender<M: Payload> {
    pub(super) shared: Arc<Shared<M>>,
}

impl<M: Payload> Sender<M> {
    fn new(shared: Arc<Shared<M>>) -> Sender<M> {
        shared.attach(Side::Send);
        Sender { shared }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.shared.dims.as_slice()
    }

    /// Sends a message, of numbers, or of `bool` for spikes. Blocks while the channel is full.
    ///
    /// # Errors
    /// [`ChannelError::Shape`] if the message has another shape than the channel;
    /// [`ChannelError::Closed`] if all receivers were dropped, or the network that received was
    /// stopped.
    pub fn send<S, D>(&self, message: &ArrayBase<S, D>) -> Result<()>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        self.send_within(Timeout::Never, message).map(drop)
    }

    /// Sends a message unless the channel is full. Returns `true` if it was sent.
    ///
    /// # Errors
    /// As [`send`](Sender::send).
    pub fn try_send<S, D>(&self, message: &ArrayBase<S, D>) -> Result<bool>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        self.send_within(Timeout::Now, message)
    }

    /// Sends a message, blocking up to `time` while the channel is full. Returns `true` if it was
    /// sent.
    ///
    /// # Errors
    /// As [`send`](Sender::send).
    pub fn send_timeout<S, D>(&self, message: &ArrayBase<S, D>, time: Duration) -> Result<bool>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        self.send_within(Timeout::of(time), message)
    }

    fn send_within<S, D>(&self, timeout: Timeout, message: &ArrayBase<S, D>) -> Result<bool>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        if message.shape() != self.shape() {
            return Err(ChannelError::Shape {
                given: Dims::from(message.shape()),
                expected: self.shared.dims.clone(),
            }
            .into());
        }
        let sent = self
            .shared
            .send(timeout, |row| M::write(row, message.iter()));
        match sent {
            SendOutcome::Sent => Ok(true),
            SendOutcome::Full => Ok(false),
            SendOutcome::Closed => Err(ChannelError::Closed.into()),
        }
    }
}

impl<M: Payload> Clone for Sender<M> {
    fn clone(&self) -> Sender<M> {
        Sender::new(Arc::clone(&self.shared))
    }
}

impl<M: Payload> Drop for Sender<M> {
    fn drop(&mut self) {
        self.shared.detach(Side::Send);
    }
}

impl<M: Payload> fmt::Debug for Sender<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = self.shape();
        f.debug_struct("Sender").field("shape", &shape).finish()
    }
}

/// The receiving end of a channel: messages arrive in the order in which they were sent. Clones
/// receive from the same channel, each message goes to one of them.
pub struct Receiver<M: Payload> {
    pub(super) shared: Arc<Shared<M>>,
}

impl<M: Payload> Receiver<M> {
    fn new(shared: Arc<Shared<M>>) -> Receiver<M> {
        shared.attach(Side::Receive);
        Receiver { shared }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.shared.dims.as_slice()
    }

    /// Receives the next message. Blocks while there is none. Returns `None` if there will be none:
    /// the channel is empty, and all senders were dropped or the network that sent was stopped.
    pub fn recv(&self) -> Option<ArrayD<M::Record>> {
        self.recv_within(Timeout::Never)
    }

    /// Receives the next message. Returns `None` if the channel is empty.
    pub fn try_recv(&self) -> Option<ArrayD<M::Record>> {
        self.recv_within(Timeout::Now)
    }

    /// Receives the next message, blocking up to `time`. Returns `None` if there was none in time, or
    /// there will be none.
    pub fn recv_timeout(&self, time: Duration) -> Option<ArrayD<M::Record>> {
        self.recv_within(Timeout::of(time))
    }

    /// An iterator of the messages to come, which blocks as [`recv`](Receiver::recv) does and ends
    /// where that returns `None`.
    pub fn iter(&self) -> impl Iterator<Item = ArrayD<M::Record>> + '_ {
        std::iter::from_fn(|| self.recv())
    }

    /// The number of messages in the channel.
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Returns `true` if the channel is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of messages that a model has dropped because the channel was full.
    pub fn lost(&self) -> u64 {
        self.shared.lost()
    }

    fn recv_within(&self, timeout: Timeout) -> Option<ArrayD<M::Record>> {
        self.shared.receive(timeout, |items| {
            let mut message = ArrayD::default(IxDyn(self.shape()));
            if let Some(message) = message.as_slice_mut() {
                M::record(items, message);
            }
            message
        })
    }
}

impl<M: Payload> Clone for Receiver<M> {
    fn clone(&self) -> Receiver<M> {
        Receiver::new(Arc::clone(&self.shared))
    }
}

impl<M: Payload> Drop for Receiver<M> {
    fn drop(&mut self) {
        self.shared.detach(Side::Receive);
    }
}

impl<M: Payload> fmt::Debug for Receiver<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = self.shape();
        f.debug_struct("Receiver").field("shape", &shape).finish()
    }
}
