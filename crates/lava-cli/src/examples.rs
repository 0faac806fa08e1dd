//! The list of examples.

/// Its tables have a row for each example: name, line, command.
const LIST: &str = include_str!("../../../examples/README.md");

/// The examples with a line each, under the titles of their tables.
pub(crate) fn list() -> String {
    let mut text = String::new();
    for line in LIST.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            text += &format!("\n{title}:\n");
        } else if let Some((name, about)) = row(line) {
            text += &format!("  {name:<18} {about}\n");
        } else if let Some(command) = line.strip_prefix("    ") {
            text += &format!("  {command}\n");
        }
    }
    text
}

/// The name and the line of a row, without the markup. Returns `None` if `line` is no row of an example.
fn row(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.strip_prefix("| [`")?.split_once("`](")?;
    let (_, text) = text.split_once(") | ")?;
    Some((name, text.trim_end_matches([' ', '|'])))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_example_is_listed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for folder in [
            "examples/examples",
            "crates/lava-demos/examples",
            "crates/lava-benchmarks/examples",
        ] {
            for entry in std::fs::read_dir(root.join(folder)).expect("there are examples") {
                let path = entry.expect("it can be read").path();
                let name = path
                    .file_stem()
                    .expect("a file has a name")
                    .to_string_lossy();
                let listed = LIST
                    .lines()
                    .filter_map(row)
                    .find(|(listed, _)| *listed == name);
                let (_, text) = listed.unwrap_or_else(|| panic!("`{name}` is not listed"));
                assert!((10..100).contains(&text.len()), "`{name}`: a line");
            }
        }
    }
}
