//! Input from user threads to a running network.

use super::finite::check_row;
use crate::channel::{ModelReceiver, Receiver};
use crate::prelude::*;
use crate::process::Payload;

/// Policy of a step that finds its channel empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Empty {
    /// Waits for a message, unless all senders are dropped.
    Wait,
    /// Sends nothing: zeros, or no spikes.
    Zeros,
}

/// Policy of a step that finds several messages in its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taking {
    /// Takes the oldest.
    First,
    /// Takes all and sums them; of spikes it takes the union.
    Sum,
}

/// Input channel: sends the messages that user threads put into a [channel](crate::channel), in
/// every step the next one, which arrives in the same step.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/injector.svg"))]
///
/// Messages may be put into the channel before the first run and between runs. A pause or stop ends
/// a wait for a message, and the step is not completed. The port has the shape of the channel.
///
/// ```
/// use lava::channel;
/// use lava::prelude::*;
/// use lava::proc::io::{Injector, Sink};
/// use ndarray::arr1;
///
/// # fn main() -> lava::Result<()> {
/// let (data, source) = channel::bounded::<i32>([2], 10);
/// let net = network! { Loihi1SimCfg;
///     input:  Injector<i32> = Injector::source(source);
///     output: Sink<i32>     = Sink::shape([2]).steps(2);
///     input.s_out -> output.a_in;
/// }?;
/// data.send(&arr1(&[1, 2]))?;
/// data.send(&arr1(&[3, 4]))?;
/// net.run(RunSteps(2))?;
/// assert_eq!(net.output.data.get()?, ndarray::arr2(&[[1, 2], [3, 4]]).into_dyn());
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.injector`, where the channel is a part of the process, holds
/// 50 messages and carries `float64`.
#[process]
pub struct Injector<M: Payload = f32> {
    /// The messages of the channel.
    #[port(shape = source.shape())]
    s_out: OutPort<M>,
    /// Receiving end of the channel.
    #[param]
    source: Param<Receiver<M>>,
    /// Policy of a step without a message.
    #[param(default = Empty::Wait)]
    when_empty: Param<Empty>,
    /// Policy of a step with several messages.
    #[param(default = Taking::First)]
    taking: Param<Taking>,
    /// Accepts infinite numbers and NaN, which are an error otherwise.
    #[param(default = false)]
    non_finite: Param<bool>,
}

#[implements(proc = Injector<M>, protocol = Loihi)]
struct InjectorModel<M: Payload> {
    s_out: Out<M>,
    source: ModelReceiver<M>,
    when_empty: Empty,
    taking: Taking,
    non_finite: bool,
}

impl<M: Payload> LoihiModel for InjectorModel<M> {
    fn start(&mut self) -> crate::Result<()> {
        self.source.set_waiting(self.when_empty == Empty::Wait);
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let message = match self.taking {
            Taking::First => self.source.recv(),
            Taking::Sum => self.source.recv_sum(),
        };
        let Some(message) = message else {
            return Ok(());
        };
        check_row("the message", message, self.non_finite)?;
        self.s_out.send_slice(message)
    }
}
