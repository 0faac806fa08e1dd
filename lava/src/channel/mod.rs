//! The way in and out of a running network: bounded channels between threads of the user and
//! models.
//!
//! [`bounded`] makes a channel of messages of one shape. Its [`Sender`] is kept by whoever has data,
//! its [`Receiver`] given to an [`Injector`](crate::proc::io::Injector), which sends what it receives
//! into the network; or the other way around with an [`Extractor`](crate::proc::io::Extractor) or a
//! [`VarWire`](crate::proc::io::VarWire). A model of your own has an [`ModelReceiver`] or an [`ModelSender`].
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
//! // Every step of the network waits for a message, and for room for its own.
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
//! A step that waits for a message, or for room, is not made when a pause or a stop is asked for:
//! a run ends at once, and no message is lost. Messages stay in the channel between runs, and when the
//! network is reset.

pub(crate) mod error;
mod handles;
mod model_ends;
mod shared;

pub use handles::{Receiver, Sender, bounded};
pub use model_ends::{ModelReceiver, ModelSender};
