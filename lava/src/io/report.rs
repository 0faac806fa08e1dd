//! The text of reports on files: a table, and remarks below it.

use std::fmt;

use crate::process::WIDEST_NAME;

/// Writes rows of five columns below a head, aligned.
pub(super) fn write_table(
    f: &mut fmt::Formatter<'_>,
    head: [&str; 5],
    rows: impl Iterator<Item = [String; 5]>,
) -> fmt::Result {
    let head = head.map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0).min(WIDEST_NAME)
    };
    let widths: [usize; 4] = std::array::from_fn(width);
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            write!(f, "{cell:width$}  ")?;
        }
        writeln!(f, "{}", row[4])?;
    }
    Ok(())
}

/// Writes notes, then problems, a line each.
pub(super) fn write_remarks(
    f: &mut fmt::Formatter<'_>,
    notes: &[String],
    problems: &[String],
) -> fmt::Result {
    for note in notes {
        writeln!(f, "note: {note}")?;
    }
    for problem in problems {
        writeln!(f, "problem: {problem}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_length_is_written() {
        struct Table(String);

        impl fmt::Display for Table {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let row = ["a", &self.0, "b", "c", "d"].map(str::to_owned);
                write_table(f, ["1", "2", "3", "4", "5"], std::iter::once(row))
            }
        }

        let name = "n".repeat(70_000);
        let text = Table(name.clone()).to_string();
        assert!(text.contains(&name) && text.len() < 71_000);
    }
}
