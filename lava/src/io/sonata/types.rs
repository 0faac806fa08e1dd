//! Tables of the types of nodes and edges.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::path::Path;

use super::super::limits::ReadLimits;
use super::error::SonataError;
use super::files::{self, TableLines};

/// The memory that a field of a table takes, in bytes, beside its characters and the name of its column.
const FIELD: usize = 96;

/// A table of types: a row of attributes for each type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeTable {
    pub(super) rows: BTreeMap<u64, BTreeMap<String, String>>,
}

impl TypeTable {
    /// A table without types.
    pub fn new() -> TypeTable {
        TypeTable::default()
    }

    /// Adds a type with its attributes, in place of one with the same id.
    pub fn insert<'a>(
        &mut self,
        id: u64,
        attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) {
        let owned = attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.rows.insert(id, owned.collect());
    }

    /// The ids of the types.
    pub fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        self.rows.keys().copied()
    }

    /// An attribute of a type, as the table has it. Returns `None` if it has none.
    pub fn get(&self, id: u64, attribute: &str) -> Option<&str> {
        self.rows.get(&id)?.get(attribute).map(String::as_str)
    }

    /// Reads the rows for `population` of a table whose column `id` has the ids.
    pub(super) fn read(
        path: &Path,
        id: &str,
        population: &str,
        limits: &ReadLimits,
    ) -> Result<TypeTable, SonataError> {
        let mut lines = TableLines::open(path, limits)?;
        lines.advance()?;
        let columns = take(&mut lines.fields);
        let place = columns.iter().position(|column| column == id);
        let place = place.ok_or_else(|| {
            lines.error(format!(
                "there is no column `{id}`; columns are separated by spaces"
            ))
        })?;
        let of = columns.iter().position(|column| column == "population");
        let (mut table, mut bytes) = (TypeTable::new(), 0);
        while lines.advance()? {
            let fields = &lines.fields;
            if fields.len() != columns.len() {
                let problem = format!("{} fields for {} columns", fields.len(), columns.len());
                return Err(lines.error(problem));
            }
            if of.is_some_and(|of| !is_null(&fields[of]) && fields[of] != population) {
                continue;
            }
            let number: u64 = fields[place].parse().map_err(|_| {
                let problem = format!("`{}` is no id of a type: an integer from 0", fields[place]);
                lines.error(problem)
            })?;
            let named = columns.iter().zip(fields);
            let attributes = named.filter(|(column, field)| *column != id && !is_null(field));
            let row: BTreeMap<String, String> = attributes
                .map(|(column, field)| (column.clone(), field.clone()))
                .collect();
            let texts = row.iter().map(|(name, field)| name.len() + field.len());
            bytes += texts.sum::<usize>() + (row.len() + 1) * FIELD;
            lines.check(bytes)?;
            if table.rows.insert(number, row).is_some() {
                return Err(lines.error(format!("there are two types {number}")));
            }
        }
        Ok(table)
    }

    /// The text of the table.
    pub(super) fn to_text(&self, id: &str) -> String {
        let columns: BTreeSet<&str> = self
            .rows
            .values()
            .flat_map(|row| row.keys().map(String::as_str))
            .collect();
        let line =
            |fields: &mut dyn Iterator<Item = String>| fields.collect::<Vec<_>>().join(" ") + "\n";
        let named = columns.iter().map(|column| files::quoted(column));
        let mut text = line(&mut std::iter::once(id.to_owned()).chain(named));
        for (number, row) in &self.rows {
            let fields = columns.iter().map(|column| {
                let field = row.get(*column);
                field.map_or_else(|| "NULL".to_owned(), |field| files::quoted(field))
            });
            text += &line(&mut std::iter::once(number.to_string()).chain(fields));
        }
        text
    }
}

/// Returns `true` for the field of a table that has no value.
fn is_null(field: &str) -> bool {
    matches!(field, "NULL" | "")
}
