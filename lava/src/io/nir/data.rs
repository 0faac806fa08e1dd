//! NIRData: spikes and traces of the nodes of a graph.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::hdf5::{self, FileGroup, Item};
use super::super::limits::ReadLimits;
use super::super::tensor::Tensor;
use super::error::NirError;

/// Recordings of the nodes of a graph: the format NIRData.
///
/// ```
/// use lava::nir::{NirData, Observable};
///
/// # fn main() -> lava::Result<()> {
/// let mut data = NirData::default();
/// let spikes = Observable::events(&[(1, 0), (4, 1)], 2, 5, 1e-4);
/// data.insert("lif", "spikes", spikes);
/// assert_eq!(NirData::from_bytes(data.to_bytes()?)?, data);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NirData {
    /// Recordings of nodes, by their names.
    pub nodes: BTreeMap<String, NodeData>,
}

/// Recordings of a node.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NodeData {
    /// Recordings by the name of what is recorded: `spikes`, `v`.
    Node(BTreeMap<String, Observable>),
    /// Recordings of the nodes of a graph in the graph.
    Graph(NirData),
}

/// A recording.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Observable {
    /// A value for each step.
    TimeGridded {
        /// `[samples, steps, neurons]`: numbers, or truth values for spikes.
        data: Tensor,
        /// Time step, in s.
        dt: f64,
    },
    /// Events.
    Events {
        /// `[samples, events]`: neurons; −1 where there is no event.
        idx: Tensor,
        /// `[samples, events]`: times, in s; infinite where there is no event.
        time: Tensor,
        /// `[samples, events]`: values, if events have some.
        value: Option<Tensor>,
        /// The number of neurons.
        n_neurons: i64,
        /// The end of the recording, in s.
        t_max: f64,
    },
}

impl Observable {
    /// Spikes of one sample, as a [`SpikeProbe`](crate::monitor::SpikeProbe) lists them: pairs of step and
    /// neuron. The first step, 1, is at time 0.
    pub fn events(events: &[(u64, usize)], neurons: usize, steps: u64, dt: f64) -> Observable {
        let idx = events.iter().map(|(_, neuron)| *neuron as i64).collect();
        let times = events
            .iter()
            .map(|(step, _)| step.saturating_sub(1) as f64 * dt);
        Observable::Events {
            idx: Tensor::new([1, events.len()], idx),
            time: Tensor::new([1, events.len()], times.collect()),
            value: None,
            n_neurons: neurons as i64,
            t_max: steps as f64 * dt,
        }
    }

    /// A trace of one sample, `[steps, neurons]`.
    ///
    /// # Panics
    /// If `trace` has not as many elements as `neurons` divide.
    pub fn trace(trace: Vec<f32>, neurons: usize, dt: f64) -> Observable {
        let steps = trace.len() / neurons.max(1);
        Observable::TimeGridded {
            data: Tensor::new([1, steps, neurons], trace),
            dt,
        }
    }

    fn read(group: &FileGroup, at: &str) -> Result<Observable, NirError> {
        let missing = |what: &str| NirError::Data(format!("`{at}` has no `{what}`"));
        let number = |name: &str| {
            let value = group.attributes.get(name).and_then(Tensor::to_f64);
            value
                .and_then(|value| value.first().copied())
                .ok_or_else(|| missing(name))
        };
        let data = |name: &str| group.data(name).cloned().ok_or_else(|| missing(name));
        match kind(group) {
            Some("TimeGriddedData") => {
                let data = data("data")?;
                if data.shape().len() != 3 {
                    let message = format!("`{at}/data` has not the axes samples, steps, neurons");
                    return Err(NirError::Data(message));
                }
                Ok(Observable::TimeGridded {
                    data,
                    dt: number("dt")?,
                })
            }
            Some(kind @ ("EventData" | "ValuedEventData")) => {
                let (idx, time) = (data("idx")?, data("time")?);
                let value = (kind == "ValuedEventData")
                    .then(|| data("value"))
                    .transpose()?;
                let fits = |other: &Tensor| other.shape() == idx.shape();
                if !fits(&time) || !value.as_ref().is_none_or(fits) {
                    return Err(NirError::Data(format!(
                        "the arrays of `{at}` differ in shape"
                    )));
                }
                let n_neurons = number("n_neurons")? as i64;
                let t_max = number("t_max")?;
                Ok(Observable::Events {
                    idx,
                    time,
                    value,
                    n_neurons,
                    t_max,
                })
            }
            other => Err(NirError::Data(format!("`{at}` is of type {other:?}"))),
        }
    }

    fn to_group(&self) -> FileGroup {
        let mut group = FileGroup::default();
        match self {
            Observable::TimeGridded { data, dt } => {
                set_kind(&mut group, "TimeGriddedData");
                group.insert("data", data.clone());
                group
                    .attributes
                    .insert("dt".to_owned(), Tensor::scalar(*dt));
            }
            Observable::Events {
                idx,
                time,
                value,
                n_neurons,
                t_max,
            } => {
                let kind = if value.is_some() {
                    "ValuedEventData"
                } else {
                    "EventData"
                };
                set_kind(&mut group, kind);
                group.insert("idx", idx.clone());
                group.insert("time", time.clone());
                if let Some(value) = value {
                    group.insert("value", value.clone());
                }
                group
                    .attributes
                    .insert("n_neurons".to_owned(), Tensor::scalar(*n_neurons));
                group
                    .attributes
                    .insert("t_max".to_owned(), Tensor::scalar(*t_max));
            }
        }
        group
    }
}

/// The type that a group states.
fn kind(group: &FileGroup) -> Option<&str> {
    group.attributes.get("__type__").and_then(Tensor::text)
}

fn set_kind(group: &mut FileGroup, kind: &str) {
    let kind = Tensor::scalar(kind.to_owned());
    group.attributes.insert("__type__".to_owned(), kind);
}

impl NirData {
    /// Adds a recording of a node, in place of one of the same names.
    pub fn insert(&mut self, node: &str, observable: &str, data: Observable) {
        let empty = || NodeData::Node(BTreeMap::new());
        let entry = self.nodes.entry(node.to_owned()).or_insert_with(empty);
        if let NodeData::Graph(_) = entry {
            *entry = empty();
        }
        if let NodeData::Node(observables) = entry {
            observables.insert(observable.to_owned(), data);
        }
    }

    /// Reads a file, within the default limits.
    ///
    /// # Errors
    /// [`NirError`] if the file cannot be read, or is no NIRData.
    pub fn read(path: impl AsRef<Path>) -> Result<NirData, NirError> {
        NirData::read_with(path, &ReadLimits::new())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    /// Those of [`read`](NirData::read).
    pub fn read_with(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<NirData, NirError> {
        let root = hdf5::read(path.as_ref(), limits)?;
        NirData::of_group(&root, "")
    }

    /// Reads the bytes of a file, within the default limits.
    ///
    /// # Errors
    /// Those of [`read`](NirData::read).
    pub fn from_bytes(bytes: Vec<u8>) -> Result<NirData, NirError> {
        let root = hdf5::read_bytes(bytes, &ReadLimits::new())?;
        NirData::of_group(&root, "")
    }

    /// Writes a file, in place of an older one.
    ///
    /// # Errors
    /// [`NirError`] if the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), NirError> {
        Ok(hdf5::write(path.as_ref(), &self.to_group())?)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Those of [`write`](NirData::write).
    pub fn to_bytes(&self) -> Result<Vec<u8>, NirError> {
        Ok(hdf5::to_bytes(&self.to_group())?)
    }

    fn of_group(group: &FileGroup, at: &str) -> Result<NirData, NirError> {
        if kind(group) != Some("NIRGraphData") {
            return Err(NirError::Data(format!(
                "`{at}/` is not of type NIRGraphData"
            )));
        }
        let nodes = group.group("nodes");
        let nodes = nodes.ok_or_else(|| NirError::Data(format!("`{at}/` has no `nodes`")))?;
        let mut data = NirData::default();
        for (name, node) in groups(nodes) {
            let at = format!("{at}/{name}");
            let node = match kind(node) {
                Some("NIRGraphData") => NodeData::Graph(NirData::of_group(node, &at)?),
                Some("NIRNodeData") => NodeData::Node(observables(node, &at)?),
                other => return Err(NirError::Data(format!("`{at}` is of type {other:?}"))),
            };
            data.nodes.insert(name.clone(), node);
        }
        Ok(data)
    }

    fn to_group(&self) -> FileGroup {
        let mut nodes = FileGroup::default();
        for (name, node) in &self.nodes {
            let group = match node {
                NodeData::Graph(data) => data.to_group(),
                NodeData::Node(observables) => {
                    let mut inner = FileGroup::default();
                    for (name, observable) in observables {
                        inner.insert_group(name, observable.to_group());
                    }
                    let mut group = FileGroup::default();
                    set_kind(&mut group, "NIRNodeData");
                    group.insert_group("observables", inner);
                    group
                }
            };
            nodes.insert_group(name, group);
        }
        let mut group = FileGroup::default();
        set_kind(&mut group, "NIRGraphData");
        group.insert_group("nodes", nodes);
        group
    }
}

fn groups(group: &FileGroup) -> impl Iterator<Item = (&String, &FileGroup)> {
    group.items.iter().filter_map(|(name, item)| match item {
        Item::Group(group) => Some((name, group)),
        Item::Data(_) => None,
    })
}

fn observables(node: &FileGroup, at: &str) -> Result<BTreeMap<String, Observable>, NirError> {
    let observables = node.group("observables");
    let observables =
        observables.ok_or_else(|| NirError::Data(format!("`{at}` has no `observables`")))?;
    let read = |(name, group): (&String, &FileGroup)| {
        let at = format!("{at}/{name}");
        Ok((name.clone(), Observable::read(group, &at)?))
    };
    groups(observables).map(read).collect()
}
