//! The pictures of the library's processes: on their pages, in the book, and small.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|is| is == "rs") {
            found.push(path);
        }
    }
    found
}

/// The picture that an attribute includes, as the path in the source.
fn included(attribute: &Attribute) -> Option<String> {
    let syn::Meta::List(list) = &attribute.meta else {
        return None;
    };
    let tokens = list.tokens.to_string();
    let (_, path) = tokens.split_once("include_str")?.1.split_once('"')?;
    let (path, _) = path.split_once('"')?;
    path.ends_with(".svg").then(|| path.to_owned())
}

/// The processes of the library, each with the file that declares it and the pictures on its page.
fn processes() -> Vec<(String, PathBuf, Vec<String>)> {
    let mut found = Vec::new();
    for folder in ["lava/src/proc", "lava/src/dnf"] {
        for file in sources(&workspace().join(folder)) {
            let syntax = syn::parse_file(&read(&file)).expect("a source is Rust");
            for item in syntax.items {
                let Item::Struct(item) = item else { continue };
                let is_process = |it: &Attribute| it.path().is_ident("process");
                if item.attrs.iter().any(is_process) {
                    let pictures = item.attrs.iter().filter_map(included).collect();
                    found.push((item.ident.to_string(), file.clone(), pictures));
                }
            }
        }
    }
    found
}

#[test]
fn every_process_shows_its_picture_on_its_page() {
    let processes = processes();
    assert!(processes.len() > 60, "the processes are read");
    for (name, file, pictures) in processes {
        assert_eq!(pictures.len(), 1, "{name} has one picture");
        let path = file.with_file_name(&pictures[0]);
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('_', "");
        assert_eq!(stem, name.to_lowercase(), "the picture of {name}");
        assert!(
            path.exists(),
            "{name}: {} is made by `book/pictures.sh`",
            path.display()
        );
    }
}

#[test]
fn pictures_of_processes_are_small_and_fit_into_a_page() {
    let book = read(&workspace().join("book/src/library.md"));
    let makers: String = sources(&workspace().join("examples/examples/library"))
        .iter()
        .map(|file| read(file))
        .collect();
    let folder = workspace().join("lava/pictures");
    let files = std::fs::read_dir(folder)
        .expect("there are pictures")
        .flatten();
    let pictures: BTreeSet<PathBuf> = files.map(|entry| entry.path()).collect();
    assert!(pictures.len() >= processes().len());
    for path in pictures {
        let svg = read(&path);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        assert!(svg.len() < 16_000, "{name} has {} bytes", svg.len());
        assert!(
            !svg.contains("\n\n"),
            "a blank line would end {name} on a page"
        );
        assert!(
            !svg.contains("<rect width=\"600\""),
            "{name} has no background"
        );
        assert!(
            book.contains(&format!("pictures/{name}.svg}}}}")),
            "{name} is in the book"
        );
        assert!(
            makers.contains(&format!("(\"{name}\", {name})")),
            "{name} is made by a program"
        );
    }
}
