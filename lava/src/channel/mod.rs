//! Bounded channels between the threads of a program and the models of a running network.
//!
//! [`bounded`] makes a channel for messages of one shape. To send into a network, keep its [`Sender`]
//! and give its [`Receiver`] to an [`Injector`](crate::proc::io::Injector); to receive from one, give
//! the `Sender` to an [`Extractor`](crate::proc::io::Extractor) or a
//! [`VarWire`](crate::proc::io::VarWire) and keep the `Receiver`. A model of your own holds a
//! [`ModelReceiver`] or a [`ModelSender`].
//!
//! ```
//! use std::thread;
//!
//! use lava::channel;
//! use lava::prelude::*;
//! use lava::proc::Lif;
//! use lava::proc::io::{Extractor, Injector};
//!
//! # fn main() -> lava::Result<()> {
//! let (current, into) = channel::bounded::<f32>([2], 10);
//! let (out_of, spikes) = channel::bounded::<Spike>([2], 10);
//! let net = network! { Loihi1SimCfg;
//!     input:  Injector         = Injector::source(into);
//!     lif:    Lif              = Lif::shape([2]).vth(0.5);
//!     output: Extractor<Spike> = Extractor::target(out_of);
//!     input.s_out -> lif.a_in;
//!     lif.s_out -> output.a_in;
//! }?;
//!
//! // Every step of the network waits for a message, and for space for its own.
//! net.start(RunContinuous)?;
//! let feeding = thread::spawn(move || -> lava::Result<()> {
//!     for step in 0..100 {
//!         current.send(&ndarray::arr1(&[0.0, (step % 2) as f32]))?;
//!     }
//!     Ok(())
//! });
//! let fired: Vec<bool> = spikes.iter().take(4).map(|spikes| spikes[1]).collect();
//! assert_eq!(fired, [false, true, true, true]);
//! # drop(spikes);
//! # net.stop()?;
//! # let _ = feeding.join();
//! # Ok(())
//! # }
//! ```
//!
//! A step that waits for a message, or for space, is abandoned if a pause or a stop is requested: the
//! run ends at once, and no message is lost. Messages stay in the channel between runs and after a
//! reset of the network.

mod error;
mod handles;
mod model_ends;
mod shared;

pub use error::ChannelError;
pub use handles::{Receiver, Sender, bounded};
pub use model_ends::{ModelReceiver, ModelSender};
