//! Texts, trees and JSON of files, within bounds.

use std::io::Read;
use std::path::{Path, PathBuf};

use lava_core::files::reading;
use serde_json::Value;

use super::super::hdf5::{self, FileGroup, Hdf5Error, Item};
use super::super::limits::ReadLimits;
use super::super::lines::{LineError, Lines};
use super::super::tensor::Tensor;
use super::error::SonataError;

/// The memory that a value of JSON takes, in bytes, beside its characters.
const JSON_VALUE: u64 = 96;
/// The memory that an element of an array takes once it has the type that is computed with, in bytes: a byte in
/// the file becomes an id.
const ELEMENT: u64 = 24;

/// The name of a file, for messages.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The error of the file system.
pub(super) fn refused(path: &Path) -> impl Fn(std::io::Error) -> SonataError {
    let path = shown(path);
    move |cause| SonataError::File {
        path: path.clone(),
        cause,
    }
}

/// Fails if `bytes` of memory are more than `limit`.
fn check(path: &Path, bytes: u64, limit: u64) -> Result<(), SonataError> {
    match bytes > limit {
        true => Err(SonataError::Large {
            path: shown(path),
            limit,
        }),
        false => Ok(()),
    }
}

/// Reads JSON. Its nesting is bounded by the parser.
pub(super) fn json(path: &Path, limits: &ReadLimits) -> Result<Value, SonataError> {
    let (file, _, limit) = limits.open(path).map_err(refused(path))?;
    let mut text = String::new();
    let read = file.take(limit.saturating_add(1)).read_to_string(&mut text);
    read.map_err(|cause| refused(path)(reading(cause)))?;
    let values = text
        .bytes()
        .filter(|byte| matches!(byte, b',' | b':' | b'[' | b'{'));
    let values = values.count() as u64 * JSON_VALUE;
    check(path, values + text.len() as u64, limit)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // An empty file stands for no entries, as writers of parameters leave it.
    if text.trim().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_str(text).map_err(|error| SonataError::Json {
        path: shown(path),
        problem: error.to_string(),
    })
}

/// A table that is read line by line: fields between spaces or tabs, in quotes where they have such.
pub(super) struct TableLines {
    path: PathBuf,
    lines: Lines,
    /// The fields of the line.
    pub(super) fields: Vec<String>,
    /// The memory that reading may take, in bytes.
    limit: u64,
}

impl TableLines {
    pub(super) fn open(path: &Path, limits: &ReadLimits) -> Result<TableLines, SonataError> {
        let (file, _, limit) = limits.open(path).map_err(refused(path))?;
        Ok(TableLines {
            limit,
            lines: Lines::new(file),
            path: path.to_owned(),
            fields: Vec::new(),
        })
    }

    /// Goes to the next line that has fields. Returns `false` if there is none.
    pub(super) fn advance(&mut self) -> Result<bool, SonataError> {
        self.fields.clear();
        while self.fields.is_empty() {
            let more = self.lines.advance().map_err(|error| match error {
                LineError::File(cause) => refused(&self.path)(cause),
                LineError::Content(problem) => self.error(problem),
            });
            if !more? {
                return Ok(false);
            }
            self.fields = fields(self.lines.line()).map_err(|problem| self.error(problem))?;
        }
        Ok(true)
    }

    /// A mistake in the line.
    pub(super) fn error(&self, problem: impl Into<String>) -> SonataError {
        SonataError::Table {
            path: shown(&self.path),
            line: self.lines.number().max(1),
            problem: problem.into(),
        }
    }

    /// Fails if `bytes` of memory are more than the limit.
    pub(super) fn check(&self, bytes: usize) -> Result<(), SonataError> {
        check(&self.path, bytes as u64, self.limit)
    }
}

/// The fields of a line; a quote inside quotes is written twice.
fn fields(line: &str) -> Result<Vec<String>, &'static str> {
    let mut fields = Vec::new();
    let mut characters = line.chars().peekable();
    loop {
        while characters.next_if(char::is_ascii_whitespace).is_some() {}
        let Some(first) = characters.peek() else {
            return Ok(fields);
        };
        let mut field = String::new();
        if *first == '"' {
            characters.next();
            loop {
                match characters.next() {
                    Some('"') if characters.next_if_eq(&'"').is_none() => break,
                    Some(character) => field.push(character),
                    None => return Err("a quote is not closed"),
                }
            }
        }
        while let Some(character) = characters.next_if(|next| !next.is_ascii_whitespace()) {
            field.push(character);
        }
        fields.push(field);
    }
}

/// A field as a table has it: in quotes where it needs them.
pub(super) fn quoted(field: &str) -> String {
    let is_plain =
        !field.is_empty() && !field.contains(|c: char| c == '"' || c.is_ascii_whitespace());
    match is_plain {
        true => field.to_owned(),
        false => format!("\"{}\"", field.replace('"', "\"\"")),
    }
}

/// Reads the tree of an HDF5 file.
pub(super) fn tree(path: &Path, limits: &ReadLimits) -> Result<FileGroup, SonataError> {
    let tree = hdf5::read(path, limits).map_err(|cause| of_hdf5(path, cause))?;
    let bytes = elements(&tree).saturating_mul(ELEMENT);
    let (_, _, limit) = limits.open(path).map_err(refused(path))?;
    check(path, bytes, limit)?;
    Ok(tree)
}

/// The elements of all arrays.
fn elements(tree: &FileGroup) -> u64 {
    let items = tree.items.values().map(|item| match item {
        Item::Data(data) => data.len() as u64,
        Item::Group(group) => elements(group),
    });
    items.sum()
}

/// Writes the tree of an HDF5 file, which is marked as one of SONATA. It is not compressed: libsonata's HDF5 library
/// has no filters.
pub(super) fn write_tree(path: &Path, mut root: FileGroup) -> Result<(), SonataError> {
    let attributes = &mut root.attributes;
    attributes.insert("magic".to_owned(), Tensor::scalar(0x0a7a_u32));
    attributes.insert("version".to_owned(), Tensor::new([2], vec![0_u32, 1]));
    hdf5::write_plain(path, &root).map_err(|cause| of_hdf5(path, cause))
}

fn of_hdf5(path: &Path, error: Hdf5Error) -> SonataError {
    match error {
        Hdf5Error::File { cause, .. } => refused(path)(cause),
        cause => SonataError::Hdf5 {
            path: shown(path),
            cause,
        },
    }
}

/// The elements of an array of one axis as integers from 0.
///
/// # Errors
/// A text that says what is wrong.
pub(super) fn naturals(group: &FileGroup, name: &str) -> Result<Vec<u64>, String> {
    let data = group
        .data(name)
        .ok_or_else(|| format!("there is no array `{name}`"))?;
    let values = data.to_i64().filter(|_| data.shape().len() == 1);
    let values = values.ok_or_else(|| format!("`{name}` is no array of integers with one axis"))?;
    let naturals: Result<_, _> = values.into_iter().map(u64::try_from).collect();
    naturals.map_err(|_| format!("`{name}` has a number below 0"))
}

/// [`naturals`] that are as many as `count`.
pub(super) fn naturals_of(group: &FileGroup, name: &str, count: usize) -> Result<Vec<u64>, String> {
    let values = naturals(group, name)?;
    match values.len() == count {
        true => Ok(values),
        false => Err(format!(
            "`{name}` has {} elements, not {count}",
            values.len()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_at_spaces_outside_of_quotes() {
        fn split(line: &str) -> Vec<String> {
            fields(line).expect("the quotes are closed")
        }
        assert_eq!(split("100  a\tei=='e' "), ["100", "a", "ei=='e'"]);
        assert_eq!(
            split("1 \"a b\" \"\" \"say \"\"x\"\"\""),
            ["1", "a b", "", "say \"x\""]
        );
        assert!(fields("1 \"a").is_err());
        for field in ["plain", "two words", "", "a \"quote\""] {
            assert_eq!(split(&quoted(field)), [field]);
        }
    }
}
