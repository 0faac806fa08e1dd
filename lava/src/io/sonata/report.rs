//! The report of a check: what becomes of a circuit.

use std::fmt;

use super::super::report::{write_remarks, write_table};

/// The report of a check: what becomes of a circuit, and what does not fit, found before anything is built.
///
/// `Display` writes it as a table, followed by choices, notes and problems.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CircuitReport {
    /// The processes that nodes and edges become.
    pub rows: Vec<ReportRow>,
    /// The choices that were made where the files leave them open.
    pub choices: Vec<String>,
    /// Notes: worth knowing, and no obstacle.
    pub notes: Vec<String>,
    /// Everything that does not fit. A circuit with problems is not built.
    pub problems: Vec<String>,
}

/// Nodes of one model in a population, or a population of edges.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportRow {
    /// The population.
    pub population: String,
    /// The number of nodes or edges.
    pub count: usize,
    /// The model in the file.
    pub model: String,
    /// The processes that they become.
    pub becomes: String,
    /// The reason why they do not compute what the model states, but for rounding; empty if they do.
    pub why: String,
}

impl CircuitReport {
    /// Returns `true` if the circuit can be built.
    pub fn fits(&self) -> bool {
        self.problems.is_empty()
    }

    /// Adds a problem, once.
    pub(super) fn problem(&mut self, problem: String) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

impl fmt::Display for CircuitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = |row: &ReportRow| {
            let fidelity = match (row.becomes.as_str(), row.why.as_str()) {
                ("none", _) => "not built".to_owned(),
                (_, "") => "exact".to_owned(),
                (_, why) => format!("approximate: {why}"),
            };
            let count = row.count.to_string();
            [
                row.population.clone(),
                count,
                row.model.clone(),
                row.becomes.clone(),
                fidelity,
            ]
        };
        let head = ["population", "count", "model", "becomes", "fidelity"];
        write_table(f, head, self.rows.iter().map(cells))?;
        for choice in &self.choices {
            writeln!(f, "{choice}")?;
        }
        write_remarks(f, &self.notes, &self.problems)
    }
}
