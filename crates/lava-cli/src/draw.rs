//! Pictures of networks.

use std::path::Path;

use anyhow::{Context, bail};
use lava::prelude::*;
use lava_core::files;

use crate::arguments::Arguments;

/// Writes the picture of a network.
pub(crate) fn write<C>(net: &Network<C>, arguments: &Arguments) -> anyhow::Result<()> {
    let beside = || arguments.file.with_extension("svg");
    let path = arguments.out.clone().unwrap_or_else(beside);
    match crate::ending(&path).as_str() {
        "svg" | "png" => net.picture().save(&path)?,
        "dot" => text(&path, net.to_dot())?,
        "mmd" => text(&path, net.to_mermaid())?,
        _ => bail!(
            "`{}` is no picture: .svg, .png, .dot or .mmd",
            path.display()
        ),
    }
    println!("→ {}", path.display());
    Ok(())
}

fn text(path: &Path, text: String) -> anyhow::Result<()> {
    files::write(path, text).with_context(|| format!("`{}` cannot be written", path.display()))
}
