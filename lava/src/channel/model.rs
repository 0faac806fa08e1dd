//! The two ends of a channel, as a model holds them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::core::{Core, End, Patience};
use super::ends::{Receiver, Sender};
use crate::model::{Binder, Loihi, ModelField};
use crate::process::{Param, Payload};
use crate::runtime::Door;

/// A model's end of a channel that it receives from: the field of a `Param<Receiver<M>>`.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::channel::{Inflow, Receiver};
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
///     source: Inflow<f32>,
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
pub struct Inflow<M: Payload> {
    hinge: Arc<Hinge<M>>,
    row: Vec<M::Record>,
}

impl<M: Payload> Inflow<M> {
    /// Whether steps are made only when there is a message, or will be none: if not, which is how it
    /// begins, they do not wait.
    pub fn set_waiting(&mut self, on: bool) {
        self.hinge.awaited.store(on, Relaxed);
    }

    /// The next message, if there is one by now, in row-major order.
    pub fn recv(&mut self) -> Option<&[M::Record]> {
        let Inflow { hinge, row } = self;
        let core = &hinge.core;
        core.receive(Patience::None, |items| M::record(items, row))?;
        Some(row)
    }

    /// The sum of all messages that are there by now, if there is one; spikes are united.
    pub fn recv_sum(&mut self) -> Option<&[M::Record]> {
        self.recv()?;
        let Inflow { hinge, row } = self;
        let core = &hinge.core;
        // No longer than it takes to catch up: somebody may go on sending.
        for _ in 0..core.len() {
            core.receive(Patience::None, |items| M::add(items, row));
        }
        Some(row)
    }
}

impl<M: Payload> Drop for Inflow<M> {
    fn drop(&mut self) {
        self.hinge.core.set_gone(End::Receiving, true);
    }
}

/// A model's end of a channel that it sends into: the field of a `Param<Sender<M>>`.
pub struct Outflow<M: Payload> {
    hinge: Arc<Hinge<M>>,
}

impl<M: Payload> Outflow<M> {
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
        let Hinge { core, awaited, .. } = &*self.hinge;
        assert_eq!(message.len(), core.dims.len(), "a message of the channel");
        core.offer(awaited.load(Relaxed), |row| M::write(row, message.iter()))
    }
}

impl<M: Payload> Drop for Outflow<M> {
    fn drop(&mut self) {
        self.hinge.core.set_gone(End::Sending, true);
    }
}

/// Where a model's end hangs on the channel.
struct Hinge<M: Payload> {
    core: Arc<Core<M>>,
    end: End,
    awaited: AtomicBool,
}

impl<M: Payload> Hinge<M> {
    /// The model's end; its door is where steps wait.
    fn hang(core: &Arc<Core<M>>, end: End, binder: &mut Binder<'_>) -> Arc<Hinge<M>> {
        let hinge = Arc::new(Hinge {
            core: Arc::clone(core),
            end,
            awaited: AtomicBool::new(false),
        });
        hinge.core.set_gone(end, false);
        binder.doors.push(Arc::clone(&hinge) as Arc<dyn Door>);
        hinge
    }
}

impl<M: Payload> Door for Hinge<M> {
    fn is_awaited(&self) -> bool {
        self.awaited.load(Relaxed)
    }

    fn pass(&self, ended: &dyn Fn() -> bool) -> bool {
        self.core.pass(self.end, ended)
    }

    fn ring(&self) {
        self.core.ring();
    }
}

#[diagnostic::do_not_recommend]
impl<M: Payload> ModelField<Param<Receiver<M>>, Loihi> for Inflow<M> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let receiver = binder.member::<Param<Receiver<M>>>(name).clone();
        Ok(Inflow {
            hinge: Hinge::hang(&receiver.core, End::Receiving, binder),
            row: vec![M::Record::default(); receiver.core.dims.len()],
        })
    }
}

#[diagnostic::do_not_recommend]
impl<M: Payload> ModelField<Param<Sender<M>>, Loihi> for Outflow<M> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let sender = binder.member::<Param<Sender<M>>>(name).clone();
        let hinge = Hinge::hang(&sender.core, End::Sending, binder);
        Ok(Outflow { hinge })
    }
}

impl<M: Payload> fmt::Debug for Inflow<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflow").finish_non_exhaustive()
    }
}

impl<M: Payload> fmt::Debug for Outflow<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outflow").finish_non_exhaustive()
    }
}
