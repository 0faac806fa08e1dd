//! Tables of connections.

use std::fmt::Write;
use std::path::Path;

use super::{Columns, TableError, TextTable, ending, fields, index};
use crate::Result;
use crate::io::ReadLimits;
use crate::proc::synapse::{Synapse, Synapses, WeightStorage};
use crate::proc::weights::Weight;

/// The memory that a synapse takes while a table is read, in bytes: in the list, in an order of it, and as
/// it is stored.
const SYNAPSE: usize = size_of::<Synapse>() + 8 + 32;
/// The memory that a neuron takes while its lists are made, in bytes: an entry of 40 in one that doubles its
/// length.
const NEURON: usize = 80;

const ENDINGS: &str = "`.csv`, `.tsv`, `.txt` or `.mtx`";

/// Connections as a file lists them.
struct Connections {
    sources: usize,
    targets: usize,
    synapses: Vec<Synapse>,
}

impl<T: Weight, W: WeightStorage<T>> Synapses<T, W> {
    /// Reads connections: a table with the columns `source`, `target` and, if there are any, `weight` (else 1)
    /// and `delay` in steps (else 1), of neurons from 0; or a Matrix Market file of a matrix of weights,
    /// `[targets, sources]` as [`Dense`](crate::proc::Dense) has them. There are as many neurons as the file
    /// has: give their numbers by [`read_sized`](Synapses::read_sized) where the last ones may have none.
    ///
    /// ```
    /// use lava::proc::synapse::Synapses;
    ///
    /// # fn main() -> lava::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("lava-connections-{}.csv", std::process::id()));
    /// std::fs::write(&path, "source,target,weight\n0,2,0.5\n1,0,-1.0\n")?;
    /// let synapses = Synapses::<f32>::read(&path)?;
    /// assert_eq!((synapses.sources(), synapses.targets(), synapses.len()), (2, 3, 2));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TableError`] if the file cannot be read, with the line that is wrong;
    /// [`SynapseError`](crate::proc::synapse::SynapseError) if a delay or weight is out of range.
    pub fn read(path: impl AsRef<Path>) -> Result<Synapses<T, W>> {
        Synapses::read_with(path, None, &ReadLimits::new())
    }

    /// Reads connections of `sources` neurons to `targets`.
    ///
    /// # Errors
    /// As [`read`](Synapses::read), also for a neuron beyond these.
    pub fn read_sized(
        path: impl AsRef<Path>,
        sources: usize,
        targets: usize,
    ) -> Result<Synapses<T, W>> {
        Synapses::read_with(path, Some([sources, targets]), &ReadLimits::new())
    }

    /// Reads connections within `limits`, of as many sources and targets as `sizes` says.
    ///
    /// # Errors
    /// As [`read_sized`](Synapses::read_sized).
    pub fn read_with(
        path: impl AsRef<Path>,
        sizes: Option<[usize; 2]>,
        limits: &ReadLimits,
    ) -> Result<Synapses<T, W>> {
        let path = path.as_ref();
        let ending = known(path)?;
        let table = TextTable::read(path, limits)?;
        let mut connections = match ending.as_str() {
            "mtx" => matrix(&table)?,
            _ => list(&table)?,
        };
        if let Some([sources, targets]) = sizes {
            (connections.sources, connections.targets) = (sources, targets);
        }
        let Connections {
            sources,
            targets,
            synapses,
        } = connections;
        if sizes.is_none() {
            table.check(sources.saturating_add(targets), NEURON)?;
        }
        Ok(Synapses::from_list(sources, targets, &synapses)?)
    }

    /// Writes connections: a table with the columns `source`, `target`, `weight` and `delay`, or a Matrix
    /// Market file, which has no delays.
    ///
    /// # Errors
    /// [`TableError`] if the file cannot be written, or if delays differ from 1 in a Matrix Market file.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let ending = known(path)?;
        let mut text = String::new();
        if ending == "mtx" {
            if self.delays() != (1..=1) && !self.is_empty() {
                let what = "delays; write a table, `.csv`";
                return Err(TableError::Format { path: name, what }.into());
            }
            text.push_str("%%MatrixMarket matrix coordinate real general\n");
            let sizes = [self.targets(), self.sources(), self.len()];
            // A text takes every line.
            let _ = writeln!(text, "{} {} {}", sizes[0], sizes[1], sizes[2]);
            for Synapse {
                source,
                target,
                weight,
                ..
            } in self.iter()
            {
                let _ = writeln!(text, "{} {} {weight:?}", target + 1, source + 1);
            }
        } else {
            let comma = if ending == "csv" { ',' } else { '\t' };
            let _ = writeln!(text, "source{comma}target{comma}weight{comma}delay");
            for Synapse {
                source,
                target,
                weight,
                delay,
            } in self.iter()
            {
                let _ = writeln!(
                    text,
                    "{source}{comma}{target}{comma}{weight:?}{comma}{delay}"
                );
            }
        }
        std::fs::write(path, text).map_err(|cause| TableError::File { path: name, cause })?;
        Ok(())
    }
}

/// The ending of a file of connections.
fn known(path: &Path) -> Result<String, TableError> {
    let ending = ending(path);
    match ending.as_str() {
        "csv" | "tsv" | "txt" | "mtx" => Ok(ending),
        _ => Err(TableError::Ending {
            path: path.display().to_string(),
            endings: ENDINGS,
        }),
    }
}

/// A list of connections.
fn list(table: &TextTable) -> Result<Connections, TableError> {
    const COLUMNS: [&[&str]; 4] = [
        &["source", "pre", "from", "i", "source_id", "pre_id"],
        &["target", "post", "to", "j", "target_id", "post_id"],
        &["weight", "w", "syn_weight"],
        &["delay", "d"],
    ];
    let columns = Columns::new(table, &COLUMNS, 2)?;
    let mut connections = Connections {
        sources: 0,
        targets: 0,
        synapses: Vec::new(),
    };
    for (line, content) in table.lines('#').skip(usize::from(columns.has_header)) {
        let [source, target, weight, delay] = columns.numbers(table, (line, content))?;
        let neuron = |number: Option<f64>| index(table, line, number.unwrap_or(-1.0));
        let (source, target) = (neuron(source)?, neuron(target)?);
        connections.sources = connections.sources.max(source + 1);
        connections.targets = connections.targets.max(target + 1);
        table.check(connections.synapses.len() + 1, SYNAPSE)?;
        connections.synapses.push(Synapse {
            source,
            target,
            weight: weight.unwrap_or(1.0),
            delay: index(table, line, delay.unwrap_or(1.0))?,
        });
    }
    Ok(connections)
}

/// A matrix in the format of Matrix Market.
///
/// Source: Boisvert, Pozo, Remington (1996), *The Matrix Market Exchange Formats: Initial Design*.
fn matrix(table: &TextTable) -> Result<Connections, TableError> {
    let header = table.text.lines().next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = header.split_whitespace().collect();
    let ["%%matrixmarket", "matrix", form, kind, symmetry] = words[..] else {
        let what = "a Matrix Market file begins with `%%MatrixMarket matrix …`";
        return Err(table.error(1, what));
    };
    let is_list = match form {
        "coordinate" => true,
        "array" => false,
        _ => return Err(table.error(1, format!("`{form}` is neither `coordinate` nor `array`"))),
    };
    if !matches!(kind, "real" | "integer" | "pattern") {
        return Err(table.error(
            1,
            format!("elements are `{kind}`, not `real`, `integer` or `pattern`"),
        ));
    }
    let mirrored = match symmetry {
        "general" => None,
        "symmetric" => Some(1.0),
        "skew-symmetric" => Some(-1.0),
        _ => return Err(table.error(1, format!("the symmetry `{symmetry}` is not read"))),
    };
    if !is_list && mirrored.is_some() {
        return Err(table.error(
            1,
            "a symmetric `array` is not read; write it as `coordinate`",
        ));
    }
    let mut lines = table.lines('%');
    let (line, sizes) = lines
        .next()
        .ok_or_else(|| table.error(1, "the sizes are missing"))?;
    let mut sizes = fields(sizes).map(str::parse::<usize>);
    let mut size = || match sizes.next() {
        Some(Ok(size)) => Ok(size),
        _ => Err(table.error(line, "the sizes are missing")),
    };
    let (targets, sources) = (size()?, size()?);
    let count = if is_list { Some(size()?) } else { None };
    let mut connections = Connections {
        sources,
        targets,
        synapses: Vec::new(),
    };
    let mut add = |line: usize, target: usize, source: usize, weight: f64| {
        if target >= targets || source >= sources {
            let what = format!("there is no element {}, {}", target + 1, source + 1);
            return Err(table.error(line, what));
        }
        table.check(connections.synapses.len() + 1, SYNAPSE)?;
        connections.synapses.push(Synapse {
            source,
            target,
            weight,
            delay: 1,
        });
        Ok(())
    };
    let mut found = 0;
    for (line, content) in lines {
        let mut values = fields(content).map(str::parse::<f64>);
        let mut number = || match values.next() {
            Some(Ok(number)) => Ok(number),
            _ => Err(table.error(line, "a number is missing")),
        };
        if !is_list {
            // Column by column.
            let (target, source) = (found % targets.max(1), found / targets.max(1));
            let weight = number()?;
            if weight != 0.0 || source >= sources {
                add(line, target, source, weight)?;
            }
            found += 1;
            continue;
        }
        let (row, column) = (number()?, number()?);
        let weight = if kind == "pattern" { 1.0 } else { number()? };
        let place = |number: f64| index(table, line, number - 1.0);
        let (target, source) = (place(row)?, place(column)?);
        add(line, target, source, weight)?;
        if let Some(sign) = mirrored.filter(|_| target != source) {
            add(line, source, target, sign * weight)?;
        }
        found += 1;
    }
    let expected = count.unwrap_or(targets.saturating_mul(sources));
    if found != expected {
        let what = format!("the file has {found} elements of {expected}");
        return Err(table.error(line, what));
    }
    Ok(connections)
}
