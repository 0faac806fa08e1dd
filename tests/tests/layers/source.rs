//! The modules of a crate, read from its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Attribute, Item};

use crate::paths::{Reference, references, use_paths};

/// A crate of the workspace.
pub(crate) struct Crate {
    pub(crate) name: String,
    /// All modules with a file of their own, tests excluded; the root has an empty path.
    pub(crate) modules: Vec<Module>,
    /// The names that the root exports, with their paths from a crate's root.
    pub(crate) exports: BTreeMap<String, Vec<String>>,
    /// The names that the list of errors, `error`, exports.
    pub(crate) errors: BTreeMap<String, Vec<String>>,
    /// The macros that lie at the root by `#[macro_export]`.
    pub(crate) macros: BTreeSet<String>,
}

/// A file.
pub(crate) struct Module {
    /// The file's path from the root of the workspace.
    pub(crate) file: String,
    /// The names that lead to the module from the crate's root.
    pub(crate) path: Vec<String>,
    /// The types that are defined in it, with their lines.
    pub(crate) types: Vec<(String, usize)>,
    syntax: syn::File,
}

impl Crate {
    /// Reads all sources in `folder`, a path from the root of the workspace.
    pub(crate) fn read(name: &str, folder: &str) -> Crate {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
        let root = workspace.join(folder);
        let mut modules = Vec::new();
        for file in files(&root) {
            let path = module_path(file.strip_prefix(&root).expect("it lies there"));
            let shown = file.strip_prefix(&workspace).expect("it lies there");
            let text = std::fs::read_to_string(&file).expect("a source can be read");
            modules.push(Module::parse(&shown.display().to_string(), path, &text));
        }
        let tests: Vec<_> = modules.iter().flat_map(Module::tests).collect();
        modules.retain(|module| !tests.iter().any(|test| module.path.starts_with(test)));
        let exports_of = |path: &[&str]| {
            let module = modules.iter().find(|module| module.path == path);
            module.map_or_else(BTreeMap::new, |module| exports(name, &module.syntax.items))
        };
        let (exports, errors) = (exports_of(&[]), exports_of(&[crate::ERROR]));
        let macros = modules.iter().flat_map(Module::exported_macros).collect();
        Crate {
            name: name.to_owned(),
            modules,
            exports,
            errors,
            macros,
        }
    }
}

impl Module {
    pub(crate) fn parse(file: &str, path: Vec<String>, text: &str) -> Module {
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut types = Vec::new();
        collect_types(&syntax.items, &mut types);
        Module {
            file: file.to_owned(),
            path,
            types,
            syntax,
        }
    }

    /// Every path from the root of a crate, or relative to this module.
    pub(crate) fn references(&self, name: &str) -> Vec<Reference> {
        references(&self.syntax, name, &self.path)
    }

    /// The modules in other files that are compiled for tests only.
    fn tests(&self) -> Vec<Vec<String>> {
        let modules = self.syntax.items.iter().filter_map(|item| match item {
            Item::Mod(module) if is_test(&module.attrs) => Some(module.ident.to_string()),
            _ => None,
        });
        modules
            .map(|name| [&*self.path, &[name]].concat())
            .collect()
    }

    fn exported_macros(&self) -> Vec<String> {
        let macros = self.syntax.items.iter().filter_map(|item| match item {
            Item::Macro(item) if has(&item.attrs, "macro_export") => item.ident.as_ref(),
            _ => None,
        });
        macros.map(ToString::to_string).collect()
    }
}

/// All Rust files in a folder and the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// `model/port.rs` is `model::port`, `model/mod.rs` is `model`, `lib.rs` is the root.
fn module_path(file: &Path) -> Vec<String> {
    let names = file.with_extension("");
    let names = names.iter().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.pop_if(|last| last == "mod" || last == "lib");
    names
}

/// The names that a crate's root gives to paths elsewhere.
fn exports(name: &str, items: &[Item]) -> BTreeMap<String, Vec<String>> {
    let mut exports = BTreeMap::new();
    for item in items {
        let Item::Use(item) = item else { continue };
        for (mut path, name_here) in use_paths(&item.tree) {
            match path[0].as_str() {
                "crate" | "self" => path[0] = name.to_owned(),
                _ => path.insert(0, name.to_owned()),
            }
            // A path that begins with the name of another crate stays as it is.
            if path[1].starts_with("lava") || path[1] == "ndarray" {
                path.remove(0);
            }
            exports.insert(name_here, path);
        }
    }
    exports
}

fn collect_types(items: &[Item], types: &mut Vec<(String, usize)>) {
    for item in items {
        let (ident, attrs) = match item {
            Item::Struct(item) => (&item.ident, &item.attrs),
            Item::Enum(item) => (&item.ident, &item.attrs),
            Item::Trait(item) => (&item.ident, &item.attrs),
            Item::Type(item) => (&item.ident, &item.attrs),
            Item::Union(item) => (&item.ident, &item.attrs),
            Item::Mod(item) if !is_test(&item.attrs) => {
                if let Some((_, items)) = &item.content {
                    collect_types(items, types);
                }
                continue;
            }
            _ => continue,
        };
        if !is_test(attrs) {
            types.push((ident.to_string(), ident.span().start().line));
        }
    }
}

/// Returns `true` if an item is compiled for tests only.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            ["test", "doctest"].contains(&condition.as_str()) || condition.starts_with("all (test")
        }
        _ => false,
    })
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident(name))
}
