//! The file of a program's picture.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The file for a program's picture: its first argument, or `name` in the folder `target`.
///
/// # Errors
/// If the folder of the file cannot be created.
pub fn picture_path(name: &str) -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target");
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let path = given.unwrap_or_else(|| target.join(name));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(path)
}
