//! The text of reports on files: a table, and remarks below it.

use std::fmt;

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
        widths.max().unwrap_or(0)
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
