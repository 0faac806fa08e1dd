//! Files of others: graphs and networks that are read, written, built and run.

// Tests that need other data say that they are left out.
#![allow(clippy::print_stderr)]

mod arrays;
mod cameras;
mod files;
mod netx;
mod netx_layers;
mod nodes;
mod npy;
mod platforms;
mod recordings;
mod recurrent;
mod refused;
mod sonata;
mod sonata_mistakes;

use std::path::{Path, PathBuf};

/// A fixture of the project, made by `tests/fixtures/make.py`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// The folder of data that are not part of the project: `LAVA_SHARED_DATA`, or `shared/data` beside the
/// checkout or one folder further up. Returns `None`, and says so, if there is none.
fn shared(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let candidates = match std::env::var_os("LAVA_SHARED_DATA") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![root.join("../shared/data"), root.join("../../shared/data")],
    };
    let found = candidates
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|path| path.exists());
    if found.is_none() {
        eprintln!(
            "left out: `{name}` is not there; set LAVA_SHARED_DATA to the folder that has it"
        );
    }
    found
}

/// The fixtures that are graphs.
const GRAPHS: [&str; 4] = ["all_primitives", "recurrent", "several", "old"];
