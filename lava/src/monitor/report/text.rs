//! Reports as text.

use std::fmt;

use super::{COLUMNS, NetworkReport};
use crate::process::WIDEST_NAME;

impl fmt::Display for NetworkReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.summary() {
            writeln!(f, "{line}")?;
        }
        writeln!(f)?;
        let rows = self.table();
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells
                .max()
                .unwrap_or(0)
                .max(COLUMNS[column].chars().count())
                .min(WIDEST_NAME)
        };
        let widths: [usize; 9] = std::array::from_fn(width);
        write_row(f, &widths, &COLUMNS)?;
        for row in &rows {
            write_row(
                f,
                &widths,
                &std::array::from_fn(|column| row[column].as_str()),
            )?;
        }
        writeln!(f)?;
        for advice in self.advice() {
            writeln!(f, "- {advice}")?;
        }
        Ok(())
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, widths: &[usize; 9], cells: &[&str; 9]) -> fmt::Result {
    let mut line = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        // Names to the left, numbers to the right.
        let cell = match column {
            0 | 1 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        };
        line += &cell;
        line += "  ";
    }
    writeln!(f, "{}", line.trim_end())
}
