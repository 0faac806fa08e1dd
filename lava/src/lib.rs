//! Networks of **processes**: stateful units that own their memory, talk through ports only, and
//! get their behaviour from a model.
//!
//! | concept | what it is | where |
//! |---|---|---|
//! | Process | declares ports, Vars and parameters; the handle the user holds | [`mod@process`], [`macro@process`] |
//! | Model | how a process behaves under a protocol | [`model`], [`macro@implements`] |
//! | Network | processes and connections under a run configuration | [`Network`], [`network!`](macro@network) |
//! | Var | a piece of state, read and written between runs | [`Var`] |
//! | Port | where messages leave and arrive: [`OutPort`], [`InPort`]; [`Spike`]s or numbers | [`mod@process`] |
//! | Protocol | what calls a model when: [`Loihi`](model::Loihi), in the phases of a step; [`Async`](model::Async), once in a run | [`model`] |
//! | Channel | the way in and out of a running network, for threads of the user | [`channel`] |
//! | Library | ready-made neurons, synapses, sources and sinks | [`proc`] |
//! | Vector | equations that are networks: `&y << (w * &x);` | [`vector`] |
//! | Probe | the recording of a Var or port | [`monitor`] |
//!
//! A process, its model and a program that uses them:
//!
//! ```
//! use lava::prelude::*;
//!
//! /// Counts its steps.
//! #[process]
//! pub struct Counter {
//!     /// The present count.
//!     #[var(init = 0)]
//!     count: Var<i32>,
//! }
//!
//! #[implements(proc = Counter, protocol = Loihi)]
//! struct CounterModel {
//!     count: ArrayD<i32>,
//! }
//!
//! impl LoihiModel for CounterModel {
//!     fn run_spk(&mut self) -> lava::Result<()> {
//!         self.count += 1;
//!         Ok(())
//!     }
//! }
//!
//! fn main() -> lava::Result<()> {
//!     let net = Network::<Loihi1SimCfg>::new();
//!     let counter = net.add(Counter::shape([3]))?;
//!     net.run(RunSteps(5))?;
//!     assert_eq!(counter.count.get()?, ndarray::arr1(&[5, 5, 5]).into_dyn());
//!     net.stop()
//! }
//! ```

extern crate self as lava;

pub mod channel;
mod compiler;
mod engine;
pub mod error;
mod graph;
pub mod model;
pub mod monitor;
pub mod network;
pub mod proc;
pub mod process;
pub mod vector;

pub use error::{Error, Result};
pub use lava_macros::{implements, network, process, requires, tag};
pub use ndarray;
pub use network::{Network, RunContinuous, RunSteps};
pub use process::{InPort, OutPort, Param, RefPort, Spike, Var, VarPort};

/// What a program that declares, models and runs processes needs.
pub mod prelude {
    pub use crate::model::{
        Async, AsyncIn, AsyncModel, AsyncOut, AsyncRun, Context, Exposed, In, Loihi, LoihiModel,
        Out, PerNeuron, RemoteVars, Shardable, Spikes, VarRef,
    };
    pub use crate::network::{
        Cpu, FixedPt, FloatingPt, Loihi1SimCfg, Loihi2SimCfg, Network, RunConfig, RunContinuous,
        RunSteps, SubModel,
    };
    pub use crate::process::{
        Build, D1, D2, D3, D4, Dyn, InPort, OutPort, Param, Process, RefPort, Shape, Spike, Var,
        VarPort,
    };
    pub use lava_macros::{implements, network, process, requires, tag};
    pub use ndarray::ArrayD;
}

/// What the macros generate code against. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::graph::{ExportBinder, HasModel, ModelOf, ModelSpec, export_both};
    pub use crate::model::*;
    pub use crate::network::{AnyTag, Cpu, FixedPt, FloatingPt};
    pub use crate::network::{
        BreaksLoop, Complete, Composite, Export, Fed, Feed, Network, NoRequired, Problems, Unfed,
        add, add_async, add_async_with, add_detached, add_detached_with, add_with, breaks_loop,
        builds, complete, export, feed, unexported, wiring,
    };
    pub use crate::process::*;
    pub use crate::{Error, Result};
}

/// The README's programs, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
