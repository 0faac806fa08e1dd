//! The name that the manifest of the compiled crate gives to the library.

use std::fs;
use std::path::Path;

/// The package of the library.
const PACKAGE: &str = "lava";

/// Returns the name of the library as a dependency of the compiled crate, if it is renamed there:
/// `snn` for `snn = { package = "lava", … }`.
pub(crate) fn renamed() -> Option<String> {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&folder);
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    renamed_in(&manifest, || {
        let above = folder.ancestors().map(|above| above.join("Cargo.toml"));
        let mut manifests = above.filter_map(|manifest| fs::read_to_string(manifest).ok());
        manifests.find(|manifest| {
            manifest
                .lines()
                .any(|line| line.trim().starts_with("[workspace"))
        })
    })
}

/// A dependency of a manifest.
#[derive(Default)]
struct Dependency {
    name: String,
    package: Option<String>,
    /// The workspace says the rest.
    is_inherited: bool,
}

impl Dependency {
    fn is_library(&self) -> bool {
        self.package.as_deref().unwrap_or(&self.name) == PACKAGE
    }
}

fn renamed_in(manifest: &str, workspace: impl FnOnce() -> Option<String>) -> Option<String> {
    let mut found = dependencies(manifest, "dependencies");
    if found.iter().any(|dependency| dependency.is_inherited) {
        let shared = workspace().unwrap_or_default();
        for shared in dependencies(&shared, "workspace.dependencies") {
            for dependency in &mut found {
                if dependency.is_inherited && dependency.name == shared.name {
                    dependency.package.clone_from(&shared.package);
                }
            }
        }
    }
    let library = |dependency: &&Dependency| dependency.is_library();
    let plain = |dependency: &Dependency| dependency.name == PACKAGE;
    if found.iter().filter(library).any(plain) {
        return None;
    }
    let name = found.iter().find(library)?.name.replace('-', "_");
    Some(name)
}

/// The dependencies in the tables whose names end in `table`, or in `dev-` and `build-` ones.
fn dependencies(manifest: &str, table: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut header = String::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            header = name.trim_end_matches(']').trim().to_owned();
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let key = key.trim().replace('"', "");
        // `[dependencies]` and `name = …`, or `[dependencies.name]` and `key = …`.
        let path = format!("{header}.{key}");
        let Some((_, path)) = path
            .split_once(table)
            .filter(|(before, _)| is_before(before))
        else {
            continue;
        };
        let Some(path) = path.strip_prefix('.') else {
            continue;
        };
        let (name, option) = path.split_once('.').unwrap_or((path, ""));
        let known = found.iter().position(|dependency| dependency.name == name);
        let index = known.unwrap_or_else(|| {
            found.push(Dependency {
                name: name.to_owned(),
                ..Dependency::default()
            });
            found.len() - 1
        });
        let dependency = &mut found[index];
        let package = match option {
            "package" => string_in(value),
            "" => value
                .split_once("package")
                .and_then(|(_, rest)| string_in(rest)),
            _ => None,
        };
        dependency.package = package.or(dependency.package.take());
        dependency.is_inherited |=
            option == "workspace" || option.is_empty() && value.contains("workspace");
    }
    found
}

/// Returns `true` for what stands before `dependencies` in the name of a table of dependencies.
fn is_before(text: &str) -> bool {
    text.is_empty() || text.ends_with(['.', '-']) && !text.starts_with("workspace")
}

/// The first string in a value.
fn string_in(value: &str) -> Option<String> {
    value.split(['"', '\'']).nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(manifest: &str) -> Option<String> {
        renamed_in(manifest, || {
            Some(
                "[workspace.dependencies]\nspikes = { package = 'lava' }\nlava.path = 'lava'"
                    .to_owned(),
            )
        })
    }

    #[test]
    fn a_dependency_may_have_another_name() {
        for manifest in [
            "[dependencies]\nserde = \"1\"\nmy-snn = { version = \"0.1\", package = \"lava\" }",
            "[dev-dependencies.my-snn]\npackage = 'lava'\npath = '.'",
            "[target.'cfg(unix)'.dependencies]\nmy-snn.package = \"lava\"",
        ] {
            assert_eq!(name(manifest).as_deref(), Some("my_snn"), "{manifest}");
        }
        assert_eq!(
            name("[dependencies]\nspikes.workspace = true").as_deref(),
            Some("spikes")
        );
    }

    #[test]
    fn a_dependency_of_this_name_is_the_library() {
        for manifest in [
            "[dependencies]\nlava = \"0.1\"\nsnn = { package = \"lava\" }",
            "[dependencies]\nlava.workspace = true",
            "[dependencies.lava]\npath = \"..\"",
            "[package]\nname = \"lava\"\n[dependencies]\nndarray = \"0.17\"",
            "[dependencies]\nlavalamp = { package = \"lava-lamp\" }",
            "[features]\nsnn = [\"lava\"]",
        ] {
            assert_eq!(name(manifest), None, "{manifest}");
        }
    }
}
