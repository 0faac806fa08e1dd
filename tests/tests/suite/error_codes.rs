//! Codes of errors, and their pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lava::error::{BuildError, ErrorPage, explain, pages};
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Dense, Lif, Sparse};
use syn::{Attribute, Fields, Item, ItemEnum, Variant};

use crate::support::loihi;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|is| is == extension) {
            found.push(path);
        }
    }
    found
}

fn text(attribute: &Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

fn is_error(item: &ItemEnum) -> bool {
    item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("derive") && text(attribute).contains("thiserror :: Error")
    })
}

/// Returns `true` if the variant has the text of its cause and nothing more.
fn passes_on(variant: &Variant) -> bool {
    let texts = variant
        .attrs
        .iter()
        .filter(|is| is.path().is_ident("error"));
    let is_alone = matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
    texts
        .map(text)
        .any(|text| text == "transparent" || (is_alone && text == "\"{0}\""))
}

/// The errors of the library, as `Enum::Variant`.
fn errors() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["lava/src", "crates/lava-core/src"] {
        for file in files(&workspace().join(folder), "rs") {
            let source = std::fs::read_to_string(&file).expect("a source can be read");
            let syntax = syn::parse_file(&source).expect("a source is Rust");
            for item in syntax.items {
                let Item::Enum(item) = item else { continue };
                if is_error(&item) {
                    let own = item.variants.iter().filter(|variant| !passes_on(variant));
                    found.extend(own.map(|variant| format!("{}::{}", item.ident, variant.ident)));
                }
            }
        }
    }
    found
}

/// The table of codes, as `Enum::Variant` and code.
fn table() -> Vec<(String, String)> {
    let source = std::fs::read_to_string(workspace().join("lava/src/error/codes.rs"));
    let source = source.expect("the table can be read");
    let (_, table) = source.split_once("\ncodes! {").expect("there is a table");
    let mut domain = "";
    let mut found = Vec::new();
    for line in table.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(" {") {
            domain = name;
        } else if let Some((variant, code)) = line.split_once(" = \"E") {
            let code = format!("E{}", code.trim_end_matches("\","));
            found.push((format!("{domain}::{variant}"), code));
        }
    }
    found
}

#[test]
fn every_error_has_a_code_and_a_page() {
    let table: BTreeMap<_, _> = table().into_iter().collect();
    assert!(table.len() > 150, "the table is read");
    for error in errors() {
        let code = table.get(&error);
        let code = code.unwrap_or_else(|| panic!("{error} has no code in error/codes.rs"));
        let page = explain(code).unwrap_or_else(|| panic!("{error}, {code}, has no page"));
        assert_eq!(page.title, error, "the page of {code}");
    }
}

#[test]
fn codes_are_unique_and_none_is_of_rustc() {
    let mut codes: Vec<_> = pages().map(|page| page.code).collect();
    let of_run_time = table().len() + 1; // and `RuleError`, which is no enum
    assert_eq!(
        codes.iter().filter(|code| **code < "E3000").count(),
        of_run_time
    );
    assert!(codes.iter().all(|code| code.len() == 5 && *code >= "E1000"));
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count, "two pages have one code");
}

#[test]
fn every_page_has_a_message_a_cause_and_two_ways_out() {
    for page in pages() {
        assert!(page.messages().next().is_some(), "{}: a message", page.code);
        let ways = page.text.lines().filter(|line| line.starts_with("- "));
        assert!(ways.count() >= 2, "{}: two ways out", page.code);
        let mut paragraphs = page.text.split("\n\n");
        let is_cause = |text: &str| !text.starts_with(['>', '-']);
        assert!(paragraphs.any(is_cause), "{}: a cause", page.code);
    }
}

/// The first lines of the messages of the compile-fail cases: the file, rustc's code if there is one, and the text.
fn compile_time_messages() -> Vec<(PathBuf, String, String)> {
    let mut found = Vec::new();
    for file in files(&workspace().join("tests/compile-fail"), "stderr") {
        let text = std::fs::read_to_string(&file).expect("a text can be read");
        for line in text.lines().filter(|line| line.starts_with("error")) {
            let (kind, message) = line.split_once(": ").expect("a message");
            if !message.starts_with("aborting") {
                found.push((file.clone(), kind.to_owned(), message.to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_message_of_the_compile_fail_cases_has_a_page() {
    let mut unknown = Vec::new();
    for (file, _, message) in compile_time_messages() {
        let mut compile_time = pages().filter(ErrorPage::is_compile_time);
        if !compile_time.any(|page| page.has_message(&message)) {
            unknown.push(format!("{}: {message}", file.display()));
        }
    }
    assert!(unknown.is_empty(), "no page has\n{}", unknown.join("\n"));
}

#[test]
fn every_message_in_lavas_own_words_names_its_code() {
    // What macros say has no code of rustc; what traits and constants say has one of two.
    let may_be_ours = ["error", "error[E0277]", "error[E0080]"];
    // Rustc has them, too.
    let of_others = ["the trait bound `", "expected ", "unused "];
    let mut without = Vec::new();
    for (file, kind, message) in compile_time_messages() {
        let is_ours = may_be_ours.contains(&kind.as_str())
            && !of_others.iter().any(|start| message.starts_with(start));
        if is_ours && !message.contains(" [E3") {
            without.push(format!("{}: {message}", file.display()));
        }
    }
    assert!(without.is_empty(), "no code is in\n{}", without.join("\n"));
}

#[test]
fn a_message_names_one_code_that_of_its_cause() -> lava::Result<()> {
    let net = loihi();
    let _: Lif = net.add(Lif::shape([2]).name("lif"))?;
    let error = net
        .add(Lif::<f32>::shape([1]).name("lif"))
        .map(drop)
        .unwrap_err();
    assert!(
        error.to_string().ends_with("another name [E1010]"),
        "{error}"
    );

    let error = net
        .add(Lif::<f32>::shape([2]).vth([1.0, 2.0, 3.0]))
        .map(drop)
        .unwrap_err();
    assert_eq!(error.code(), Some("E1601"), "{error}");

    let net = loihi();
    let unequal = Projection::new(3, 2)
        .rule(Rule::OneToOne)
        .weights(Distribution::Constant(1.0));
    let error = net
        .add(Sparse::<f32>::projection(unequal))
        .map(drop)
        .unwrap_err();
    assert!(error.downcast_ref::<BuildError>().is_some(), "{error}");
    assert_eq!(error.code(), Some("E1731"), "{error}");
    assert_eq!(error.to_string().matches('[').count(), 1, "{error}");
    Ok(())
}

#[test]
fn each_problem_of_a_list_names_its_code() -> lava::Result<()> {
    let net = loihi();
    let _: Dense = net.add(Dense::weights([[1.0]]))?;
    let text = lava::Error::Several(vec![
        net.var::<f32>("c.v").map(drop).unwrap_err(),
        lava::Error::model("the camera is gone"),
        net.var::<f32>("v").map(drop).unwrap_err(),
    ])
    .to_string();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert!(lines[0].ends_with("[E1452]"), "{text}");
    assert!(lines[1].ends_with("gone"), "{text}");
    assert!(lines[2].ends_with("[E1451]"), "{text}");
    Ok(())
}
