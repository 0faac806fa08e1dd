//! Networks of **processes**: stateful units that own their memory, talk through ports only, and
//! get their behaviour from a model.
//!
//! | concept | what it is | where |
//! |---|---|---|
//! | Process | declares ports, Vars and parameters; the handle that the user holds | [`mod@process`], [`macro@process`] |
//! | Model | the behaviour of a process under a protocol | [`model`], [`macro@implements`] |
//! | Network | processes and connections under a run configuration | [`Network`], [`network!`](macro@network) |
//! | Var | state of a process, read and written between runs | [`Var`] |
//! | Port | sends or receives messages of [`Spike`]s or numbers: [`OutPort`], [`InPort`] | [`mod@process`] |
//! | Protocol | the schedule of a model: [`Loihi`](model::Loihi), in the phases of each step; [`Async`](model::Async), once per run | [`model`] |
//! | Composite process | a process made of processes, whose ports and Vars it exports | [`SubModel`](network::SubModel) |
//! | Channel | connects models of a running network with threads of the user | [`channel`] |
//! | Library | ready-made neurons, synapses, sources and sinks | [`proc`] |
//! | Vector | equations that are networks: `&y << (w * &x);` | [`vector`] |
//! | Field | populations over a space, with local excitation and global inhibition | [`dnf`] |
//! | Time | model time in units, `0.1 * ms` | [`units`] |
//! | Probe | the recording of a Var or port | [`monitor`] |
//! | Statistics | rates, CV, correlations, spectra of what was recorded | [`statistics`] |
//! | Snapshot | the state of a network, in memory or a file | [`snapshot`] |
//! | Rank | one of several processes of the operating system that run one network | [`ranks`] |
//! | Picture | rasters, traces, matrices, networks as SVG and PNG: feature `plot` | `plot` |
//! | Live view | a page, or the terminal, that shows a running network: features `live`, `terminal` | `live` |
//! | Error | the error of each domain, and [`Error`], which is any of them | [`mod@error`] |
//!
//! # Layers
//!
//! Each layer names only those below it: a network owns a *graph* of processes and connections; the
//! *compiler* turns it into a plan, which is plain data; the *engine* turns the plan into models,
//! message rings and threads, and runs them.
//!
//! ```text
//! proc, vector, dnf  the library, on the public interface
//! live             live views, with the feature `live` or `terminal`
//! plot             pictures, with the feature `plot`
//! network          the user's handle: life cycle, connections, runs
//! monitor          probes, profiles, watchdogs
//! engine           plan → models, message rings, threads
//! compiler         graph → plan
//! graph            processes, edges, composite processes, selection of models
//! channel          threads of the user ↔ models
//! model            behaviour: ports and fields of models, protocols
//! process          declarations: handles, ports, Vars, builders
//! snapshot         the state of a network as a file
//! statistics       statistics of spike trains and signals
//! units            units of time
//! lava-core        executor, transport, data, locks
//! ```
//!
//! # Example
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

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private_0_1_0;
pub mod channel;
mod compiler;
pub mod dnf;
mod engine;
pub mod error;
mod graph;
#[cfg(any(
    feature = "events",
    feature = "hdf5",
    feature = "nir",
    feature = "netx",
    feature = "npy",
    feature = "tables",
))]
pub mod io;
#[cfg(any(feature = "live", feature = "terminal"))]
pub mod live;
pub mod model;
pub mod monitor;
pub mod network;
#[cfg(feature = "plot")]
pub mod plot;
pub mod proc;
pub mod process;
pub mod ranks;
#[cfg(feature = "store")]
pub mod schema;
pub mod snapshot;
pub mod statistics;
#[cfg(feature = "store")]
pub mod store;
pub mod units;
pub mod vector;

use error::from_cause;
pub use error::{Error, Result};
#[cfg(feature = "netx")]
pub use io::netx;
#[cfg(feature = "nir")]
pub use io::nir;
#[cfg(feature = "sonata")]
pub use io::sonata;
pub use lava_macros::{
    implements, learning_rule, network, neuron, process, requires, synapse, tag,
};
pub use ndarray;
pub use network::{Network, RunContinuous, RunFor, RunSteps};
pub use process::{InPort, OutPort, Param, RefPort, Spike, Var, VarPort};

/// The names for programs that declare, model and run processes.
///
/// It consists of [`network`](mod@prelude::network), for programs that use networks of existing
/// processes, and of [`model`](mod@prelude::model), for crates that declare processes and models.
pub mod prelude {
    pub use model::*;
    pub use network::*;

    /// The names for using networks: configurations, run conditions, handles and builders.
    pub mod network {
        pub use lava_macros::{learning_rule, network};
        pub use ndarray::ArrayD;

        pub use crate::network::{
            Build, FixedPt, FloatingPt, Loihi1SimCfg, Loihi2SimCfg, Network, RunConfig,
            RunContinuous, RunFor, RunSteps,
        };
        pub use crate::process::{InPort, OutPort, Param, Process, RefPort, Spike, Var, VarPort};
    }

    /// The names for writing processes and models: attributes, types of members, protocols.
    pub mod model {
        pub use lava_macros::{implements, neuron, process, requires, synapse, tag};
        pub use ndarray::ArrayD;

        pub use crate::model::{
            Async, AsyncIn, AsyncModel, AsyncOut, AsyncRun, Context, Exposed, In, Loihi,
            LoihiModel, Out, PerNeuron, RemoteVars, Spikes, VarRef,
        };
        pub use crate::network::{Cpu, FixedPt, FloatingPt, SubModel};
        pub use crate::process::{
            D1, D2, D3, D4, Dyn, InPort, OutPort, Param, Process, RefPort, Shape, Spike, Value,
            Var, VarPort,
        };
    }
}

/// `storable!` for the rules that `synapse!` makes, with the feature `store`.
#[cfg(feature = "store")]
#[doc(hidden)]
#[macro_export]
macro_rules! __storable_rule {
    ($($rule:tt)*) => {
        $crate::storable! { $($rule)* }
    };
}

/// `storable!` for the rules that `synapse!` makes: nothing without the feature `store`.
#[cfg(not(feature = "store"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __storable_rule {
    ($($rule:tt)*) => {};
}

/// The README's programs, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
