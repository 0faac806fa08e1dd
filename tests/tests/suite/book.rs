//! The book: chapters, links, pictures, and the programs that it includes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("book/src")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All pages, with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let mut folders = vec![book()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = read(&path);
                found.push((path, text));
            }
        }
    }
    found
}

/// The texts between `open` and `close`.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = text.split(open).skip(1);
    parts.filter_map(move |part| part.split_once(close).map(|(inner, _)| inner))
}

/// Pages and pictures that a text refers to, other sites and places on a page left out.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let links = between(text, "](", ")").map(|link| link.split('#').next().unwrap_or(link));
    links.filter(|link| !link.is_empty() && !link.contains("://") && !link.contains(' '))
}

#[test]
fn every_page_of_the_book_is_in_its_summary() {
    let summary = read(&book().join("SUMMARY.md"));
    let listed: BTreeSet<PathBuf> = links(&summary).map(|link| book().join(link)).collect();
    let pages: BTreeSet<PathBuf> = pages().into_iter().map(|(path, _)| path).collect();
    let mut pages = pages;
    pages.remove(&book().join("SUMMARY.md"));
    assert_eq!(listed, pages);
    assert_eq!(links(&summary).count(), pages.len(), "each once");
}

#[test]
fn programs_and_texts_that_the_book_includes_exist() {
    let mut count = 0;
    for (page, text) in pages() {
        for include in between(&text, "{{#include ", "}}") {
            let mut parts = include.splitn(3, ':');
            let file = parts.next().unwrap_or_default();
            let source = read(&page.with_file_name(file));
            let Some(anchor) = parts.next().filter(|part| part.parse::<usize>().is_err()) else {
                continue;
            };
            let (open, close) = (
                format!("ANCHOR: {anchor}\n"),
                format!("ANCHOR_END: {anchor}\n"),
            );
            let regions: Vec<&str> = between(&source, &open, &close).collect();
            assert_eq!(regions.len(), 1, "{}: {include}", page.display());
            assert!(regions[0].lines().count() > 2, "{include} has some lines");
            count += 1;
        }
    }
    assert!(count > 40, "the book has programs");
}

/// Those of `docs` are tests of their own, `tests/src/lib.rs`.
#[test]
fn programs_of_the_book_are_programs_that_tests_run() {
    for (page, text) in pages() {
        for program in between(&text, "```rust", "\n```") {
            let is_example = program.contains("{{#include ../../examples/examples/");
            assert!(is_example, "{}: {program}", page.display());
        }
    }
}

#[test]
fn links_and_pictures_of_the_book_exist() {
    for (page, text) in pages() {
        for link in links(&text) {
            let target = page.with_file_name(link);
            assert!(target.exists(), "{}: {link}", page.display());
        }
    }
}

#[test]
fn pages_that_the_book_includes_whole_have_links_that_hold_there() {
    for (page, text) in pages() {
        for include in between(&text, "{{#include ", "}}").filter(|it| it.contains(".md")) {
            let file = include.split(':').next().unwrap_or_default();
            let source = read(&page.with_file_name(file));
            for link in links(&source) {
                let target = page.with_file_name(link);
                assert!(target.exists(), "{file} in {}: {link}", page.display());
            }
        }
    }
}

#[test]
fn every_page_of_an_error_is_in_the_book() {
    let included: String = pages().into_iter().map(|(_, text)| text).collect();
    let folder = book().join("../../crates/lava-errors/src/index");
    for entry in std::fs::read_dir(folder)
        .expect("there are pages")
        .flatten()
    {
        let name = format!("index/{}}}}}", entry.file_name().to_string_lossy());
        assert!(included.contains(&name), "{name}");
        let text = read(&entry.path());
        let mut pages = lava::error::pages();
        let code = text
            .split("\n## ")
            .nth(1)
            .and_then(|part| part.split(' ').next());
        assert!(
            pages.any(|page| Some(page.code) == code),
            "{name} is in lava-errors"
        );
    }
}

#[test]
fn examples_that_the_book_names_exist() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    for (page, text) in pages() {
        for name in text.split("--example ").skip(1) {
            let end = name.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
            let name = &name[..end.unwrap_or(name.len())];
            let folders = ["examples", "crates/lava-demos", "crates/lava-benchmarks"];
            let exists = |folder| {
                let programs = workspace.join(folder).join("examples");
                let files = [format!("{name}.rs"), format!("{name}/main.rs")];
                files.iter().any(|file| programs.join(file).exists())
            };
            assert!(
                folders.into_iter().any(exists),
                "{}: {name}",
                page.display()
            );
        }
    }
}
