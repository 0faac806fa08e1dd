//! The report of a check: what becomes of a graph.

use std::fmt;

use super::super::report::{write_remarks, write_table};

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
        let head = ["node", "primitive", "shape", "becomes", "fidelity"];
        write_table(f, head, self.nodes.iter().map(cells))?;
        for choice in &self.choices {
            writeln!(f, "{choice}")?;
        }
        for (from, to) in &self.delayed {
            writeln!(f, "one step of delay, as it closes a loop: {from} → {to}")?;
        }
        write_remarks(f, &self.notes, &self.problems)
    }
}
