//! The two ends of a channel, as a user holds them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ndarray::{ArrayBase, ArrayD, Data, Dimension, IxDyn};

use lava_core::data::{Dims, Dyn, IntoShape, Payload};

use super::error::ChannelError;
use super::shared::{SendOutcome, Shared, Side, Timeout};
use crate::Result;

/// Makes a channel of messages of this shape that holds so many of them, at least one.
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

/// The end of a channel that messages are put into. Clones are ends of the same channel.
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

    /// Sends a message, of numbers, or of `bool` for spikes, waiting for room.
    ///
    /// # Errors
    /// [`ChannelError::Shape`] for another shape; [`ChannelError::Closed`] where nobody receives it:
    /// all receivers were dropped, or the network that received was stopped.
    pub fn send<S, D>(&self, message: &ArrayBase<S, D>) -> Result<()>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        self.put(Timeout::Never, message).map(drop)
    }

    /// Sends a message if there is room for it. Returns whether there was.
    ///
    /// # Errors
    /// As [`send`](Sender::send).
    pub fn try_send<S, D>(&self, message: &ArrayBase<S, D>) -> Result<bool>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        self.put(Timeout::Now, message)
    }

    /// Sends a message, waiting for room no longer than `time`. Returns whether there was any.
    ///
    /// # Errors
    /// As [`send`](Sender::send).
    pub fn send_timeout<S, D>(&self, message: &ArrayBase<S, D>, time: Duration) -> Result<bool>
    where
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        self.put(Timeout::of(time), message)
    }

    fn put<S, D>(&self, timeout: Timeout, message: &ArrayBase<S, D>) -> Result<bool>
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

/// The end of a channel that messages are taken from, in the order in which they were sent. Clones
/// are ends of the same channel: each message goes to one of them.
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

    /// Receives the next message, waiting for it. `None` if there will be none: the channel is empty,
    /// and all senders were dropped, or the network that sent was stopped.
    pub fn recv(&self) -> Option<ArrayD<M::Record>> {
        self.take(Timeout::Never)
    }

    /// Receives the next message, if there is one by now.
    pub fn try_recv(&self) -> Option<ArrayD<M::Record>> {
        self.take(Timeout::Now)
    }

    /// Receives the next message, waiting for it no longer than `time`.
    pub fn recv_timeout(&self, time: Duration) -> Option<ArrayD<M::Record>> {
        self.take(Timeout::of(time))
    }

    /// The messages to come: ends where [`recv`](Receiver::recv) returns `None`.
    pub fn iter(&self) -> impl Iterator<Item = ArrayD<M::Record>> + '_ {
        std::iter::from_fn(|| self.recv())
    }

    /// How many messages could be received at once.
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages a model could not send because there was no room.
    pub fn lost(&self) -> u64 {
        self.shared.lost()
    }

    fn take(&self, timeout: Timeout) -> Option<ArrayD<M::Record>> {
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
