//! Networks in files: structure, parameters, connections and configuration of a network of registered
//! processes, written by [`Network::store`] and read by [`Network::load`]. With the feature `store`.
//!
//! Processes of the library are registered with their usual type parameters; a crate registers its own by
//! [`register_process!`](crate::register_process), and types of their parameters by
//! [`storable!`](crate::storable) and [`register_parameter!`](crate::register_parameter).
//!
//! ```
//! use lava::prelude::*;
//! use lava::proc::synapse::{Projection, Rule};
//! use lava::proc::{Lif, PoissonSpikes, Sparse};
//!
//! # fn main() -> lava::Result<()> {
//! # let path = std::env::temp_dir().join(format!("lava-store-{}.lava", std::process::id()));
//! let projection = Projection::new(20, 10).rule(Rule::FixedInDegree(5));
//! let net = network! { Loihi1SimCfg;
//!     input:  PoissonSpikes = PoissonSpikes::shape([20]).rate(200.0);
//!     sparse: Sparse        = Sparse::projection(projection);
//!     lif:    Lif           = Lif::shape([10]).vth(3.0).du(0.5);
//!     input.s_out  -> sparse.s_in;
//!     sparse.a_out -> lif.a_in;
//! }?;
//! net.store(&path)?;
//!
//! let read = Network::<Loihi1SimCfg>::load(&path)?; // in another program, perhaps
//! for net in [&net, &read] {
//!     net.run(RunSteps(100))?;
//! }
//! assert_eq!(read.var::<f32>("lif.v")?.get()?, net.lif.v.get()?);
//! # std::fs::remove_file(&path)?;
//! # Ok(())
//! # }
//! ```
//!
//! # What a file has
//!
//! | | |
//! |---|---|
//! | processes | names, types, models, shapes; Vars with the values that they begin with; parameters |
//! | projections | their description, with which they are drawn again, or the lists of their synapses |
//! | composite processes | what is inside of them, and what they export; their code does not run again |
//! | connections | ends, delays, conversions, queues, and the elements that virtual ports choose |
//! | configuration | seed, time step, workers, shards, limit of memory |
//! | types | the members of each process, which reading compares with those of the program |
//!
//! Closures, channels and data sets have no place in a file: a process that was given one is refused by its
//! name. A state between two steps is a [`snapshot`](mod@crate::snapshot), which a network that was read restores as
//! well. Probes and callbacks belong to a run, as its steps do, and are those of the program: their handles have what is
//! recorded, and `lava run FILE --record lif.v` names it. The constraints of Vars are those that the program declares,
//! and each value that is read is checked against them.
//!
//! # The file
//!
//! The container is that of snapshots, with `LAVA-NET` at its beginning: version, length, named entries, and a
//! checksum over all. The entry ` description`, which is the first, is JSON; [`description`] returns it. An
//! array is there `{"array": "f32 [3, 4]"}`, and its elements, row-major and little-endian, are the entry
//! with the names on the way to it: `processes/dense/vars/weights`. Floating-point numbers have the digits
//! that make them to the bit, and what is no number is `"inf"`, `"-inf"` or `"nan"`.

mod build;
mod describe;
mod error;
mod file;
mod library;
mod links;
mod registry;
mod types;

use std::path::Path;

pub use error::StoreError;
#[doc(hidden)]
pub use inventory;
#[doc(hidden)]
pub use registry::{HasNone, HasOne, ModelFor, RegisteredParameter, RegisteredProcess, model};

use crate::Result;
use crate::graph::RunConfig;
use crate::network::Network;
use crate::schema::StoredValue;

impl<C: RunConfig> Network<C> {
    /// Writes the network to a file: processes, parameters, the values that Vars begin with, connections
    /// and configuration, see [`store`](mod@crate::store). The file takes the place of an older one when all
    /// of it is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] if a process or its model is not registered, a parameter is a closure or another value
    /// that no file can hold, or the file cannot be written.
    pub fn store(&self, path: impl AsRef<Path>) -> Result<()> {
        let (seed, dt) = self.seed_and_dt();
        let chip = C::CHIP;
        let configuration = describe::Configuration { chip, seed, dt };
        let description = self.look(|graph| describe::describe(graph, &configuration))?;
        Ok(file::write(&description, path.as_ref())?)
    }

    /// Reads a network that [`store`](Network::store) has written, and builds it: its runs give the bits of
    /// the one that was written. Ports and Vars are found by [`var`](Network::var),
    /// [`out_port`](Network::out_port) and [`in_port`](Network::in_port).
    ///
    /// ```no_run
    /// use lava::prelude::*;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::load("digits.lava")?;
    /// let spikes = net.probe(&net.out_port::<Spike>("output.s_out")?)?;
    /// net.run(RunSteps(100))?;
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StoreError`] for a file that cannot be read, was cut off or altered, or says what this program cannot
    /// build: a process that is not registered, a member that is missing, or has another type or shape, a
    /// value that a Var refuses, ports that do not fit. Nothing is built then.
    pub fn load(path: impl AsRef<Path>) -> Result<Network<C>> {
        let path = path.as_ref();
        let description = file::read(path)?;
        built(&description, &path.display().to_string())
    }

    /// Builds the network in the bytes of a file; `path` names it in errors.
    ///
    /// # Errors
    /// As [`load`](Network::load).
    pub fn load_from(bytes: &[u8], path: &str) -> Result<Network<C>> {
        built(&file::parse(bytes.to_vec(), path)?, path)
    }
}

fn built<C: RunConfig>(description: &StoredValue, path: &str) -> Result<Network<C>> {
    let net = build::build(description);
    Ok(
        net.map_err(|build::Misfit { place, what }| StoreError::Unfit {
            path: path.to_owned(),
            place,
            what,
        })?,
    )
}

/// Returns `true` for bytes that begin as the file of a network does.
pub fn is_network(bytes: &[u8]) -> bool {
    file::is_network(bytes)
}

/// The description in the bytes of a file, as JSON; `path` names it in errors.
///
/// # Errors
/// [`StoreError`] for bytes that are no stored network, or were cut off or altered.
pub fn description(bytes: &[u8], path: &str) -> Result<String> {
    Ok(file::text(bytes.to_vec(), path)?)
}

/// The run configuration of the network in the bytes of a file, if it is one of the library:
/// `Loihi1SimCfg`. `path` names the file in errors.
///
/// # Errors
/// [`StoreError`] for bytes that are no stored network, or were cut off or altered.
pub fn run_configuration(bytes: &[u8], path: &str) -> Result<Option<String>> {
    let description = file::parse(bytes.to_vec(), path)?;
    Ok(build::run_configuration(&description))
}
