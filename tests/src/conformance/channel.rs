//! Messages between the host and a process between runs: the channel of an Injector or
//! Extractor.

use anyhow::{Context, Result, ensure};
use lava::channel::{Receiver, Sender};
use ndarray::{ArrayD, Axis, IxDyn};

use super::array;

/// The host's end of a channel.
pub struct Channel {
    /// The host's sending end, if it sends.
    sender: Option<Sender<f64>>,
    /// The receiving end of the host, or of the process.
    receiver: Receiver<f64>,
    room: usize,
    policy: Policy,
}

/// The policy of a channel that is full, empty, or neither. By default, an end that finds it full
/// or empty waits; as nobody else acts meanwhile, that is an error.
#[derive(Clone, Copy, Default)]
pub struct Policy {
    /// Messages that find no room are dropped.
    pub drops: bool,
    /// A receiver that finds nothing takes zeros.
    pub zeros: bool,
    /// All items are taken at once, as their sum.
    pub sums: bool,
}

impl Channel {
    /// The host sends to a process through a channel of so much room.
    pub fn to_process(
        (sender, receiver): (Sender<f64>, Receiver<f64>),
        room: usize,
        policy: Policy,
    ) -> Channel {
        Channel {
            sender: Some(sender),
            receiver,
            room,
            policy,
        }
    }

    /// The host receives from a process through a channel of so much room.
    pub fn from_process(receiver: Receiver<f64>, room: usize, policy: Policy) -> Channel {
        Channel {
            sender: None,
            receiver,
            room,
            policy,
        }
    }

    /// Fails if the process would wait for the host in one of the next steps.
    ///
    /// # Errors
    /// If it would wait for ever.
    pub fn can_run(&self, steps: usize) -> Result<()> {
        let Policy { drops, zeros, sums } = self.policy;
        let items = self.receiver.len();
        match self.sender {
            Some(_) => {
                let lasts = if sums { items.min(1) } else { items };
                ensure!(zeros || lasts >= steps, "there is nothing to receive");
            }
            None => ensure!(
                drops || items + steps <= self.room,
                "there is no room for more than {} items",
                self.room
            ),
        }
        Ok(())
    }

    /// Puts a list of items into the channel.
    ///
    /// # Errors
    /// If they are of another shape, or there is no room.
    pub fn send(&self, items: &ArrayD<f64>) -> Result<()> {
        let sender = self.sender.as_ref().context("the host receives from it")?;
        if items.is_empty() {
            return Ok(());
        }
        ensure!(items.ndim() > 0, "not a list of items");
        for item in items.axis_iter(Axis(0)) {
            let room = self.room;
            let sent = sender.try_send(&item)? || self.policy.drops;
            ensure!(sent, "there is no room for more than {room} items");
        }
        Ok(())
    }

    /// Takes `count` times.
    ///
    /// # Errors
    /// If there is nothing to take.
    pub fn receive(&self, count: usize) -> Result<ArrayD<f64>> {
        let shape = [&[count], self.receiver.shape()].concat();
        array::check_size(&shape)?;
        let mut received = ArrayD::zeros(IxDyn(&shape));
        for mut item in received.axis_iter_mut(Axis(0)) {
            let mut next = self.receiver.try_recv();
            ensure!(
                next.is_some() || self.policy.zeros,
                "there is nothing to receive"
            );
            while let Some(message) = next {
                item += &message;
                next = if self.policy.sums {
                    self.receiver.try_recv()
                } else {
                    None
                };
            }
        }
        Ok(received)
    }
}
