//! The two ends of a channel, as a model holds them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use lava_core::data::Payload;
use lava_core::transport::Readiness;

use super::handles::{Receiver, Sender};
use super::shared::{Shared, Side, Timeout};
use crate::model::{Binder, Loihi, ModelField};
use crate::process::Param;

/// A model's end of a channel that it receives from: the field of a `Param<Receiver<M>>`.
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
    hinge: Arc<Attachment<M>>,
    row: Vec<M::Record>,
}

impl<M: Payload> ModelReceiver<M> {
    /// Whether steps are made only when there is a message, or will be none: if not, which is how it
    /// begins, they do not wait.
    pub fn set_waiting(&mut self, on: bool) {
        self.hinge.awaited.store(on, Relaxed);
    }

    /// The next message, if there is one by now, in row-major order.
    pub fn recv(&mut self) -> Option<&[M::Record]> {
        let ModelReceiver { hinge, row } = self;
        let shared = &hinge.shared;
        shared.receive(Timeout::Now, |items| M::record(items, row))?;
        Some(row)
    }

    /// The sum of all messages that are there by now, if there is one; spikes are united.
    pub fn recv_sum(&mut self) -> Option<&[M::Record]> {
        self.recv()?;
        let ModelReceiver { hinge, row } = self;
        let shared = &hinge.shared;
        // No longer than it takes to catch up: somebody may go on sending.
        for _ in 0..shared.len() {
            shared.receive(Timeout::Now, |items| M::add(items, row));
        }
        Some(row)
    }
}

impl<M: Payload> Drop for ModelReceiver<M> {
    fn drop(&mut self) {
        self.hinge.shared.set_detached(Side::Receive, true);
    }
}

/// A model's end of a channel that it sends into: the field of a `Param<Sender<M>>`.
pub struct ModelSender<M: Payload> {
    hinge: Arc<Attachment<M>>,
}

impl<M: Payload> ModelSender<M> {
    /// Whether steps are made only when there is room for a message, or nobody receives any more: if
    /// not, which is how it begins, they do not wait.
    pub fn set_waiting(&mut self, on: bool) {
        self.hinge.awaited.store(on, Relaxed);
    }

    /// Sends a message given in row-major order, if there is room; if steps wait for room, there is.
    /// Returns whether it was sent.
    ///
    /// # Panics
    /// If the message has another number of elements than the channel's.
    pub fn send(&mut self, message: &[M::Record]) -> bool {
        let Attachment {
            shared, awaited, ..
        } = &*self.hinge;
        assert_eq!(message.len(), shared.dims.len(), "a message of the channel");
        shared.push_or_count(awaited.load(Relaxed), |row| M::write(row, message.iter()))
    }
}

impl<M: Payload> Drop for ModelSender<M> {
    fn drop(&mut self) {
        self.hinge.shared.set_detached(Side::Send, true);
    }
}

/// Where a model's end hangs on the channel.
struct Attachment<M: Payload> {
    shared: Arc<Shared<M>>,
    end: Side,
    awaited: AtomicBool,
}

impl<M: Payload> Attachment<M> {
    /// The model's end; its source is where steps wait.
    fn attach(shared: &Arc<Shared<M>>, end: Side, binder: &mut Binder<'_>) -> Arc<Attachment<M>> {
        let hinge = Arc::new(Attachment {
            shared: Arc::clone(shared),
            end,
            awaited: AtomicBool::new(false),
        });
        hinge.shared.set_detached(end, false);
        binder
            .readiness
            .push(Arc::clone(&hinge) as Arc<dyn Readiness>);
        hinge
    }
}

impl<M: Payload> Readiness for Attachment<M> {
    fn blocks_step(&self) -> bool {
        self.awaited.load(Relaxed)
    }

    fn wait_ready(&self, ended: &dyn Fn() -> bool) -> bool {
        self.shared.wait_ready(self.end, ended)
    }

    fn wake(&self) {
        self.shared.wake();
    }
}

#[diagnostic::do_not_recommend]
impl<M: Payload> ModelField<Param<Receiver<M>>, Loihi> for ModelReceiver<M> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let receiver = binder.member::<Param<Receiver<M>>>(name).clone();
        Ok(ModelReceiver {
            hinge: Attachment::attach(&receiver.shared, Side::Receive, binder),
            row: vec![M::Record::default(); receiver.shared.dims.len()],
        })
    }
}

#[diagnostic::do_not_recommend]
impl<M: Payload> ModelField<Param<Sender<M>>, Loihi> for ModelSender<M> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let sender = binder.member::<Param<Sender<M>>>(name).clone();
        let hinge = Attachment::attach(&sender.shared, Side::Send, binder);
        Ok(ModelSender { hinge })
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
