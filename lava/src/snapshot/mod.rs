//! Snapshots: the state of a network between two steps, in memory and in files.
//!
//! [`Network::save`](crate::Network::save) writes one, [`Network::restore`](crate::Network::restore)
//! continues from it, and [`Network::checkpoint_every`](crate::Network::checkpoint_every) writes one at
//! regular intervals. A [`Snapshot`] shows what a file holds, without the network:
//!
//! ```
//! use lava::prelude::*;
//! use lava::proc::Lif;
//! use lava::snapshot::Snapshot;
//!
//! # fn main() -> lava::Result<()> {
//! # let path = std::env::temp_dir().join(format!("lava-doc-{}.snapshot", std::process::id()));
//! let net = Network::<Loihi1SimCfg>::new();
//! let lif: Lif = net.add(Lif::shape([3]).bias_mant(1.0).vth(1e3).name("lif"))?;
//! net.run(RunSteps(5))?;
//! net.save(&path)?;
//!
//! let snapshot = Snapshot::open(&path)?;
//! assert_eq!(snapshot.time_step(), 5);
//! let v = snapshot.entries().find(|entry| entry.name == "var lif.v").expect("the Var `v`");
//! assert_eq!((v.layout, v.bytes.len()), ("f32 [3]", 12));
//!
//! net.run(RunSteps(5))?;
//! net.restore(&path)?;
//! assert_eq!(net.time_step(), 5);
//! # std::fs::remove_file(&path)?;
//! # net.stop()
//! # }
//! ```
//!
//! # The file
//!
//! Numbers are little-endian; a text is its length as `u64` and its bytes in UTF-8.
//!
//! | bytes | |
//! |---|---|
//! | `LAVASNAP` | |
//! | `u32` | version of the format: 1 |
//! | `u64` | length of the file |
//! | `u64` | number of entries |
//! | for each: text, text, `u64`, … | name, layout, number of bytes, bytes |
//! | `u64` | CRC-64/XZ of all bytes before |
//!
//! | entry | layout | |
//! |---|---|---|
//! | `network steps` | `u64` | the number of steps since the start or the last reset |
//! | `network structure` | `text` | processes, ports, Vars, connections |
//! | `network seed` | `u64` | |
//! | `network dt` | `f64?` | the time step in ms, if the network has one |
//! | `network unchecked` | `[text]` | processes of which a Var was set since the last run |
//! | `var lif.v` | `f32 [3]` | the elements of a Var, row-major |
//! | `initial lif.w` | `u64` | a Var with its initial value, known by its fingerprint |
//! | `state lif.x` | any | a local field `x`, or what `save_state` has put |
//! | `messages lif.s_out` | `[(i64, [u32])]` | messages of an out-port that are still to arrive, with the steps since each was sent; negative for those of steps to come |
//! | `queue 3` | `[[u32]]` | messages that wait in connection 3, which leads to another timing domain |
//! | `clock camera` | `u64` | the number of steps of a detached process |
//!
//! Entries do not depend on workers and shards: messages and Vars are whole, spikes of all shards united.

pub(crate) mod container;
mod error;
mod file;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound::{Included, Unbounded};
use std::ops::{Deref, Range};
use std::sync::Arc;

use lava_core::data::{Checksum, Persist, load_whole};

pub use error::SnapshotError;
pub(crate) use file::write;

/// The state of a network between two steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    entries: BTreeMap<String, SnapshotValue>,
    /// The file, for errors.
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SnapshotValue {
    pub(crate) layout: String,
    pub(crate) content: Content,
}

/// The bytes of a value.
#[derive(Clone)]
pub(crate) enum Content {
    Own(Vec<u8>),
    /// A part of a file.
    Part(Arc<Vec<u8>>, Range<usize>),
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Content::Own(bytes) => bytes,
            Content::Part(file, range) => &file[range.clone()],
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        **self == **other
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A value in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotEntry<'a> {
    /// Its kind and its name: `var lif.v`.
    pub name: &'a str,
    /// Its type and, for Vars, its shape.
    pub layout: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The name of the entry with the number of steps.
pub(crate) const STEPS: &str = "network steps";

impl Snapshot {
    /// The number of steps that the network had made.
    pub fn time_step(&self) -> u64 {
        self.get(STEPS).unwrap_or_default()
    }

    /// The values, by name.
    pub fn entries(&self) -> impl Iterator<Item = SnapshotEntry<'_>> {
        self.entries.iter().map(|(name, value)| SnapshotEntry {
            name,
            layout: &value.layout,
            bytes: &value.content,
        })
    }

    /// The value of a name, if there is one.
    pub(crate) fn entry(&self, name: &str) -> Option<SnapshotEntry<'_>> {
        let (name, value) = self.entries.get_key_value(name)?;
        Some(SnapshotEntry {
            name,
            layout: &value.layout,
            bytes: &value.content,
        })
    }

    /// The values whose names begin with `prefix`; their names without it.
    pub(crate) fn with_prefix(&self, prefix: &str) -> Vec<(&str, SnapshotEntry<'_>)> {
        let entries = self.entries.range::<str, _>((Included(prefix), Unbounded));
        let entries = entries.map(|(name, _)| name);
        entries
            .map_while(|name| Some((name.strip_prefix(prefix)?, self.entry(name)?)))
            .collect()
    }

    /// The value of a name.
    ///
    /// # Errors
    /// [`SnapshotError`] if there is none, or one of another type.
    pub(crate) fn get<T: Persist>(&self, name: &str) -> Result<T, SnapshotError> {
        let entry = self.entry(name).ok_or_else(|| self.missing(name))?;
        load_whole(name, entry.layout, entry.bytes).map_err(|cause| self.unfit(name, cause))
    }

    /// A number by which ranks compare what they have read.
    pub(crate) fn checksum(&self) -> u64 {
        let entries = self.entries().map(|entry| Checksum::of(entry.bytes));
        entries.fold(self.entries.len() as u64, |all, entry| {
            all.rotate_left(7) ^ entry
        })
    }

    /// The error of a value that does not fit the network.
    pub(crate) fn unfit(
        &self,
        entry: impl Into<String>,
        cause: lava_core::data::PersistError,
    ) -> SnapshotError {
        SnapshotError::Entry {
            path: self.path.clone(),
            entry: entry.into(),
            cause,
        }
    }

    /// The error of a value that is not there.
    pub(crate) fn missing(&self, name: &str) -> SnapshotError {
        let name = name.to_owned();
        self.unfit(
            name.clone(),
            lava_core::data::PersistError::Missing { name },
        )
    }

    /// The error of a snapshot of another network; `what` says in which they differ.
    pub(crate) fn of_another(&self, what: String) -> SnapshotError {
        SnapshotError::Network {
            path: self.path.clone(),
            what,
        }
    }

    /// Puts a value.
    pub(crate) fn put<T: Persist>(&mut self, name: &str, value: &T) {
        let mut bytes = Vec::new();
        value.save(&mut bytes);
        self.insert(name.to_owned(), T::layout(), bytes);
    }

    /// Puts the bytes of a value.
    pub(crate) fn insert(&mut self, name: String, layout: String, bytes: Vec<u8>) {
        let content = Content::Own(bytes);
        self.entries.insert(name, SnapshotValue { layout, content });
    }
}
