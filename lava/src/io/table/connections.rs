//! Tables of connections.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use lava_core::files;

use super::{Columns, TableError, TextTable, ending, fields};
use crate::Result;
use crate::io::ReadLimits;
use crate::proc::synapse::{Synapse, Synapses, WeightStorage};
use crate::proc::weights::Weight;
use crate::process::MAX_DELAY;

/// The memory that a synapse takes while a table is read, in bytes: in the list, in an order of it, and as
/// it is stored.
const SYNAPSE: usize = size_of::<Synapse>() + 8 + 32;
/// The memory that a neuron takes while its lists are made, in bytes: an entry of 40 in one that doubles its
/// length.
const NEURON: usize = 80;

const ENDINGS: &str = "`.csv`, `.tsv`, `.txt` or `.mtx`";

/// Connections as a file lists them.
#[derive(Default)]
struct Connections {
    sources: usize,
    targets: usize,
    synapses: Vec<Synapse>,
}

impl Connections {
    /// Adds a synapse of `table`, within its limit.
    fn add(&mut self, table: &TextTable, synapse: Synapse) -> Result<(), TableError> {
        if !synapse.weight.is_finite() {
            return Err(table.error(format!("`{}` is no weight", synapse.weight)));
        }
        table.check([(self.synapses.len() + 1, SYNAPSE)])?;
        self.synapses.push(synapse);
        Ok(())
    }

    /// Fails if there are no neurons, or if synapses and lists of neurons take more memory than the limit of `table`.
    fn check(&self, table: &TextTable) -> Result<(), TableError> {
        if self.sources == 0 || self.targets == 0 {
            let what =
                "there are no connections; give the numbers of neurons by `Synapses::read_sized`";
            return Err(table.error(what));
        }
        let neurons = self.sources.saturating_add(self.targets);
        table.check([(self.synapses.len(), SYNAPSE), (neurons, NEURON)])
    }
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
        let is_matrix = known(path)? == "mtx";
        let comment = if is_matrix { '%' } else { '#' };
        let mut table = TextTable::open(path, comment, limits)?;
        let mut connections = match is_matrix {
            true => matrix(&mut table)?,
            false => list(&mut table)?,
        };
        match sizes {
            Some([sources, targets]) => {
                (connections.sources, connections.targets) = (sources, targets);
            }
            None => connections.check(&table)?,
        }
        let Connections {
            sources,
            targets,
            synapses,
        } = connections;
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
        let is_matrix = known(path)? == "mtx";
        if is_matrix && self.delays() != (1..=1) && !self.is_empty() {
            let what = "delays; write a table, `.csv`";
            return Err(TableError::Format { path: name, what }.into());
        }
        let written = files::replace(path, files::writing, |part| {
            let mut file = BufWriter::new(File::create(part)?);
            match is_matrix {
                true => self.write_matrix(&mut file)?,
                false if ending(path) == "csv" => self.write_list(&mut file, ',')?,
                false => self.write_list(&mut file, '\t')?,
            }
            file.flush()
        });
        written.map_err(|cause| TableError::File {
            path: name,
            cause: files::writing(cause),
        })?;
        Ok(())
    }

    fn write_matrix(&self, file: &mut impl Write) -> std::io::Result<()> {
        writeln!(file, "%%MatrixMarket matrix coordinate real general")?;
        writeln!(file, "{} {} {}", self.targets(), self.sources(), self.len())?;
        self.iter().try_for_each(|synapse| {
            let (row, column) = (synapse.target + 1, synapse.source + 1);
            writeln!(file, "{row} {column} {:?}", synapse.weight)
        })
    }

    fn write_list(&self, file: &mut impl Write, comma: char) -> std::io::Result<()> {
        writeln!(file, "source{comma}target{comma}weight{comma}delay")?;
        self.iter().try_for_each(|synapse| {
            let Synapse {
                source,
                target,
                weight,
                delay,
            } = synapse;
            writeln!(
                file,
                "{source}{comma}{target}{comma}{weight:?}{comma}{delay}"
            )
        })
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
fn list(table: &mut TextTable) -> Result<Connections, TableError> {
    const COLUMNS: [&[&str]; 4] = [
        &["source", "pre", "from", "i", "source_id", "pre_id"],
        &["target", "post", "to", "j", "target_id", "post_id"],
        &["weight", "w", "syn_weight"],
        &["delay", "d"],
    ];
    table.is_pending = table.advance()?;
    let columns = Columns::new(table, &COLUMNS, 2)?;
    table.is_pending &= !columns.has_header;
    let mut connections = Connections::default();
    while table.advance()? {
        let [source, target, weight, delay] = columns.numbers(table)?;
        let index = |number: Option<f64>| table.index(number.unwrap_or(1.0));
        let delay = delay.unwrap_or(1.0);
        if delay.fract() != 0.0 || !(1.0..=MAX_DELAY as f64).contains(&delay) {
            let what = format!("a delay is 1 to {MAX_DELAY} steps, `{delay}` is none");
            return Err(table.error(what));
        }
        let synapse = Synapse {
            source: index(source)?,
            target: index(target)?,
            weight: weight.unwrap_or(1.0),
            delay: delay as usize,
        };
        connections.sources = connections.sources.max(synapse.source + 1);
        connections.targets = connections.targets.max(synapse.target + 1);
        connections.add(table, synapse)?;
    }
    Ok(connections)
}

/// The header of a Matrix Market file.
struct MatrixForm {
    /// Elements are listed with their places; otherwise all are there, column by column.
    is_list: bool,
    has_values: bool,
    /// The factor of the elements above the diagonal, which are left out.
    mirrored: Option<f64>,
}

impl MatrixForm {
    /// The header that the first line of a table is.
    fn of(table: &TextTable) -> Result<MatrixForm, TableError> {
        let header = table.lines.line().to_lowercase();
        let words: Vec<&str> = header.split_whitespace().collect();
        let ["%%matrixmarket", "matrix", form, kind, symmetry] = words[..] else {
            return Err(table.error("a Matrix Market file begins with `%%MatrixMarket matrix …`"));
        };
        let is_list = match form {
            "coordinate" => true,
            "array" => false,
            _ => return Err(table.error(format!("`{form}` is neither `coordinate` nor `array`"))),
        };
        if !matches!(kind, "real" | "integer" | "pattern") {
            let what = format!("elements are `{kind}`, not `real`, `integer` or `pattern`");
            return Err(table.error(what));
        }
        let mirrored = match symmetry {
            "general" => None,
            "symmetric" => Some(1.0),
            "skew-symmetric" => Some(-1.0),
            _ => return Err(table.error(format!("the symmetry `{symmetry}` is not read"))),
        };
        if !is_list && mirrored.is_some() {
            return Err(table.error("a symmetric `array` is not read; write it as `coordinate`"));
        }
        Ok(MatrixForm {
            is_list,
            has_values: kind != "pattern",
            mirrored,
        })
    }

    /// The rows, the columns and the number of elements that a line says.
    fn sizes(&self, table: &TextTable) -> Result<[usize; 3], TableError> {
        let mut sizes = fields(table.content());
        let mut size = || {
            let size = sizes.next();
            let size = size.ok_or_else(|| table.error("the sizes are missing"))?;
            let parsed = size.parse::<usize>();
            parsed.map_err(|_| table.error(format!("`{size}` is no size")))
        };
        let (rows, columns) = (size()?, size()?);
        let count = match self.is_list {
            true => size()?,
            false => rows.saturating_mul(columns),
        };
        Ok([rows, columns, count])
    }

    /// The element of a line, which is number `number` in a matrix of `rows`.
    fn element(
        &self,
        table: &TextTable,
        number: usize,
        rows: usize,
    ) -> Result<Synapse, TableError> {
        let mut values = fields(table.content()).map(str::parse::<f64>);
        let mut value = || match values.next() {
            Some(Ok(value)) => Ok(value),
            _ => Err(table.error("a number is missing")),
        };
        let (target, source) = match self.is_list {
            true => (table.index(value()? - 1.0)?, table.index(value()? - 1.0)?),
            false => (number % rows.max(1), number / rows.max(1)),
        };
        Ok(Synapse {
            source,
            target,
            weight: if self.has_values { value()? } else { 1.0 },
            delay: 1,
        })
    }
}

/// A matrix in the format of Matrix Market.
///
/// Source: Boisvert, Pozo, Remington (1996), *The Matrix Market Exchange Formats: Initial Design*.
fn matrix(table: &mut TextTable) -> Result<Connections, TableError> {
    table.next_line()?;
    let form = MatrixForm::of(table)?;
    if !table.advance()? {
        return Err(table.error_at(1, "the sizes are missing"));
    }
    let ([targets, sources, expected], line_of_sizes) = (form.sizes(table)?, table.line());
    let mut connections = Connections {
        sources,
        targets,
        synapses: Vec::new(),
    };
    let mut found = 0;
    while table.advance()? {
        let synapse = form.element(table, found, targets)?;
        let Synapse { source, target, .. } = synapse;
        if target >= targets || source >= sources {
            let what = format!("there is no element {}, {}", target + 1, source + 1);
            return Err(table.error(what));
        }
        if form.is_list || synapse.weight != 0.0 {
            connections.add(table, synapse)?;
        }
        if let Some(sign) = form.mirrored.filter(|_| target != source) {
            let mirrored = Synapse {
                source: target,
                target: source,
                weight: sign * synapse.weight,
                ..synapse
            };
            connections.add(table, mirrored)?;
        }
        found += 1;
    }
    if found != expected {
        let what = format!("the file has {found} elements of {expected}");
        return Err(table.error_at(line_of_sizes, what));
    }
    Ok(connections)
}
