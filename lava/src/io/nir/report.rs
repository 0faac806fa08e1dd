//! The report of a check: what becomes of a graph.

use std::fmt;

/// The report of a check: what becomes of a graph, and what does not fit, found before anything is built.
///
/// `Display` writes it as a table, followed by choices, delayed edges and problems.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Every node, in the order of its path.
    pub nodes: Vec<ReportNode>,
    /// The choices that were made where the format leaves them open.
    pub choices: Vec<String>,
    /// Edges that take a step since they close a loop: the paths of their nodes.
    pub delayed: Vec<(String, String)>,
    /// Notes: worth knowing, and no obstacle.
    pub notes: Vec<String>,
    /// Everything that does not fit. A graph with problems is not built.
    pub problems: Vec<String>,
}

/// A node of a [`Report`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportNode {
    /// The path, as `graph.node`.
    pub path: String,
    /// The primitive of the format.
    pub primitive: &'static str,
    /// Input and output, as `[2] → [3]`.
    pub shape: String,
    /// The process that it becomes.
    pub becomes: String,
    /// It computes what the format states, but for rounding of numbers.
    pub is_exact: bool,
    /// The reason why it is not exact, or the condition under which it is; empty if there is nothing to say.
    pub why: String,
}

impl Report {
    /// Returns `true` if the graph can be built.
    pub fn fits(&self) -> bool {
        self.problems.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = |node: &ReportNode| {
            let fidelity = if node.is_exact {
                "exact"
            } else {
                "approximate"
            };
            let fidelity = match node.why.as_str() {
                "" => fidelity.to_owned(),
                why => format!("{fidelity}: {why}"),
            };
            [
                node.path.clone(),
                node.primitive.to_owned(),
                node.shape.clone(),
                node.becomes.clone(),
                fidelity,
            ]
        };
        let head = ["node", "primitive", "shape", "becomes", "fidelity"].map(str::to_owned);
        let rows: Vec<[String; 5]> = std::iter::once(head)
            .chain(self.nodes.iter().map(cells))
            .collect();
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
        for choice in &self.choices {
            writeln!(f, "{choice}")?;
        }
        for (from, to) in &self.delayed {
            writeln!(f, "one step of delay, as it closes a loop: {from} → {to}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for problem in &self.problems {
            writeln!(f, "problem: {problem}")?;
        }
        Ok(())
    }
}
