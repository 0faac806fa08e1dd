//! Networks of [`lava`] over MPI ranks.
//!
//! A program that is started by a launcher of MPI gives its network the communicator of all ranks:
//!
//! ```no_run
//! use lava::prelude::*;
//! use lava::proc::Lif;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let net = Network::<Loihi1SimCfg>::new();
//!     net.set_ranks(lava_mpi::world()?)?;
//!     let lif: Lif = net.add(Lif::shape([100_000]).bias_mant(1.0))?;
//!     net.run(RunSteps(1000))?;
//!     println!("{}", lif.v.get()?[0]);
//!     Ok(())
//! }
//! ```
//!
//! ```text
//! mpirun -n 8 target/release/program
//! ```
//!
//! So every rank runs the program. With [`Network::drive`](lava::Network::drive) one does, and the others serve it:
//!
//! ```no_run
//! # use lava::prelude::*;
//! # use lava::proc::Lif;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let net = Network::<Loihi1SimCfg>::new();
//! # net.set_ranks(lava_mpi::world()?)?;
//! # let lif: Lif = net.add(Lif::shape([100_000]).bias_mant(1.0))?;
//! net.drive(|| {
//!     net.run(RunSteps(1000))?;
//!     println!("{}", lif.v.get()?[0]); // once
//!     Ok(())
//! })?;
//! # Ok(())
//! # }
//! ```
//!
//! Ranks, and the networks that run on them, are described in [`lava::ranks`]. The crate is outside the workspace of `lava`: it
//! needs an MPI library (Open MPI or MPICH) and libclang to be built.

mod error;
mod packets;
mod world;

pub use error::MpiError;
pub use world::{World, world};

/// The page about clusters, whose program is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/clusters.md")]
struct Clusters;
