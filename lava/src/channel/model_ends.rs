//! The ends of a channel, as a model holds them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use lava_core::data::Payload;
use lava_core::transport::Readiness;

use super::handles::{Receiver, Sender};
use super::shared::{Shared, Side, Timeout};
use crate::model::{Binder, Loihi, ModelField};
use crate::process::Param;

/// The receiving end of a channel in a model: the field for a `Param<Receiver<M>>` of its process.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::channel::{ModelReceiver, Receiver};
/// #[process]
/// pub struct Joystick {
///     #[port(shape = source.shape())]
///     s_out: OutPort<f32>,
///     #[param]
///     source: Param<Receiver<f32>>,
/// }
///
/// #[implements(proc = Joystick, protocol = Loihi)]
/// struct JoystickModel {
///     s_out: Out<f32>,
///     source: ModelReceiver<f32>,
/// }
///
/// impl LoihiModel for JoystickModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         match self.source.recv() {
///             Some(position) => self.s_out.send_slice(position),
///             None => Ok(()),
///         }
///     }
/// }
/// ```
pub struct ModelReceiver<M: Payload> {
    attachment: Arc<Attachment<M>>,
    row: Vec<M::Record>,
}

impl<M: Payload> ModelReceiver<M> {
    /// Sets whether a step waits until there is a message, or there will be none. The default is
    /// `false`: steps do not wait.
    pub fn set_waiting(&mut self, on: bool) {
        self.attachment.is_awaited.store(on, Relaxed);
    }

    /// Receives the next message, in row-major order. Returns `None` if the channel is empty.
    pub fn recv(&mut self) -> Option<&[M::Record]> {
        let ModelReceiver { attachment, row } = self;
        let shared = &attachment.shared;
        shared.receive(Timeout::Now, |items| M::record(items, row))?;
        Some(row)
    }

    /// Receives all messages in the channel. Returns their sum in row-major order (spikes are united),
    /// or `None` if the channel is empty.
    pub fn recv_sum(&mut self) -> Option<&[M::Record]> {
        self.recv()?;
        let ModelReceiver { attachment, row } = self;
        let shared = &attachment.shared;
        // Only what is there at this moment: other threads may go on sending.
        for _ in 0..shared.len() {
            shared.receive(Timeout::Now, |items| M::add(items, row));
        }
        Some(row)
    }
}

impl<M: Payload> Drop for ModelReceiver<M> {
    fn drop(&mut self) {
        self.attachment.shared.set_detached(Side::Receive, true);
    }
}

/// The sending end of a channel in a model: the field for a `Param<Sender<M>>` of its process.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::channel::{ModelSender, Sender};
/// #[process]
/// pub struct Display {
///     #[port(shape = sink.shape())]
///     a_in: InPort<f32>,
///     #[param]
///     sink: Param<Sender<f32>>,
/// }
///
/// #[implements(proc = Display, protocol = Loihi)]
/// struct DisplayModel {
///     a_in: In<f32>,
///     sink: ModelSender<f32>,
/// }
///
/// impl LoihiModel for DisplayModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         self.sink.send(self.a_in.recv_slice());
///         Ok(())
///     }
/// }
/// ```
pub struct ModelSender<M: Payload> {
    attachment: Arc<Attachment<M>>,
}

impl<M: Payload> ModelSender<M> {
    /// Sets whether a step waits until there is space for a message, or there is no receiver. The
    /// default is `false`: steps do not wait, and messages that find no space are dropped and counted
    /// in [`Receiver::lost`].
    pub fn set_waiting(&mut self, on: bool) {
        self.attachment.is_awaited.store(on, Relaxed);
    }

    /// Sends a message, given in row-major order, unless the channel is full. Returns `true` if it was
    /// sent: always if steps wait for space.
    ///
    /// # Panics
    /// If the message has another number of elements than the channel's.
    pub fn send(&mut self, message: &[M::Record]) -> bool {
        let Attachment {
            shared, is_awaited, ..
        } = &*self.attachment;
        assert_eq!(message.len(), shared.dims.len(), "a message of the channel");
        shared.push_or_count(is_awaited.load(Relaxed), |row| {
            M::write(row, message.iter())
        })
    }
}

impl<M: Payload> Drop for ModelSender<M> {
    fn drop(&mut self) {
        self.attachment.shared.set_detached(Side::Send, true);
    }
}

/// The attachment of a model to a side of a channel.
struct Attachment<M: Payload> {
    shared: Arc<Shared<M>>,
    side: Side,
    /// Steps wait until the side is ready.
    is_awaited: AtomicBool,
}

impl<M: Payload> Attachment<M> {
    /// Attaches a model to `side`, and its steps to the readiness of that side.
    fn attach(shared: &Arc<Shared<M>>, side: Side, binder: &mut Binder<'_>) -> Arc<Attachment<M>> {
        let attachment = Arc::new(Attachment {
            shared: Arc::clone(shared),
            side,
            is_awaited: AtomicBool::new(false),
        });
        attachment.shared.set_detached(side, false);
        binder
            .readiness
            .push(Arc::clone(&attachment) as Arc<dyn Readiness>);
        attachment
    }
}

impl<M: Payload> Readiness for Attachment<M> {
    fn blocks_step(&self) -> bool {
        self.is_awaited.load(Relaxed)
    }

    fn wait_ready(&self, ended: &dyn Fn() -> bool) -> bool {
        self.shared.wait_ready(self.side, ended)
    }

    fn wake(&self) {
        self.shared.notify();
    }
}

#[diagnostic::do_not_recommend]
impl<M: Payload> ModelField<Param<Receiver<M>>, Loihi> for ModelReceiver<M> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let receiver = binder.member::<Param<Receiver<M>>>(name).clone();
        Ok(ModelReceiver {
            attachment: Attachment::attach(&receiver.shared, Side::Receive, binder),
            row: vec![M::Record::default(); receiver.shared.dims.len()],
        })
    }
}

#[diagnostic::do_not_recommend]
impl<M: Payload> ModelField<Param<Sender<M>>, Loihi> for ModelSender<M> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let sender = binder.member::<Param<Sender<M>>>(name).clone();
        let attachment = Attachment::attach(&sender.shared, Side::Send, binder);
        Ok(ModelSender { attachment })
    }
}

impl<M: Payload> fmt::Debug for ModelReceiver<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelReceiver").finish_non_exhaustive()
    }
}

impl<M: Payload> fmt::Debug for ModelSender<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelSender").finish_non_exhaustive()
    }
}
