//! The targets of probes: Vars, out-ports, and neurons chosen of either.

use std::fmt;
use std::ops::Range;
use std::panic::Location;
use std::sync::Arc;

use lava_core::data::{
    AnyShape, Dims, Element, IndexMap, IntoSelection, NumberPayload, Payload, Selection, Shape,
    Spike, SpikePayload, Value, VarSlice,
};
use lava_core::executor::TaskId;
use lava_core::transport::MessageRing;

use super::error::ProbeError;
use super::options::ProbeOptions;
use super::probe::Probe;
use super::recorder::{
    NeuronPositions, NumberSource, RecordSource, Recorder, SpikeSource, VarSource,
};
use super::recording::Recording;
use super::row_store::{NumberTable, Positions, RowTable, SpikeTable};
use super::spike_probe::SpikeProbe;
use crate::engine::Engine;
use crate::graph::{Graph, PortId, Sealed, SourceRef, VirtualPort};
use crate::process::{OutPort, ProcessId, ProcessRef, Var, VarInner};

/// Attaches the recorders of a probe to a compiled network.
pub(crate) type AttachFn = Box<dyn FnOnce(&Engine) + Send>;

/// A target of probes: a [`Var`], or an [`OutPort`] of numbers or of spikes; neurons of either,
/// chosen by `select`; or several ports as one, seen through
/// [`reshape`](VirtualPort::reshape), [`transpose`](VirtualPort::transpose) and
/// [`concat_with`](VirtualPort::concat_with). Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be probed [E3203]",
    label = "neither a Var nor an out-port",
    note = "probe a Var, `net.probe(&lif.v)`, or an out-port, `net.probe(&lif.s_out)`; some neurons of either, `net.probe(&lif.v.select(0..5))`",
    note = "a path gives the handle: `net.probe(&net.var::<f32>(\"layer.lif.v\")?)`",
    note = "a port is recorded as it is sent: `cast` and `delayed` belong to its connections"
)]
pub trait Probed: Sealed {
    /// The handle of the recording.
    type Probe;
    /// Makes the probe, and the function that attaches its recorders.
    #[doc(hidden)]
    fn probe(
        &self,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Self::Probe, AttachProbe), ProbeError>;
    /// The processes to record.
    #[doc(hidden)]
    fn processes(&self) -> Vec<&ProcessRef>;
}

/// The function that attaches the recorders of a probe.
#[doc(hidden)]
pub struct AttachProbe(pub(crate) AttachFn);

impl fmt::Debug for AttachProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachProbe").finish_non_exhaustive()
    }
}

/// Some elements of a Var, to be probed: made by [`Var::select`].
#[derive(Clone)]
pub struct SelectedVar<T, S> {
    var: Var<T, S>,
    elements: Selection,
    origin: &'static Location<'static>,
}

impl<T, S> Sealed for SelectedVar<T, S> {}

impl<T, S> fmt::Debug for SelectedVar<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SelectedVar")
            .field("var", &format_args!("{}", self.var.label()))
            .field("elements", &self.elements)
            .finish_non_exhaustive()
    }
}

impl<T: Element, S: AnyShape> Var<T, S> {
    /// Chooses elements to be probed by their row-major indices: a range, or a list, whose order
    /// their recording has. It has one axis beside time.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant([1.0, 2.0, 3.0]).vth(100.0))?;
    /// let voltage = net.probe(&lif.v.select([2, 0]))?;
    /// net.run(RunSteps(2))?;
    /// assert_eq!(voltage.data(), ndarray::arr2(&[[3.0, 1.0], [6.0, 2.0]]).into_dyn());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// A selection that is empty, names an element twice, or one that does not exist, is reported by
    /// [`probe`](crate::Network::probe), with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn select(&self, elements: impl IntoSelection) -> SelectedVar<T, S> {
        SelectedVar {
            var: self.clone(),
            elements: elements.into_selection(),
            origin: Location::caller(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S: AnyShape> Probed for Var<T, S> {
    type Probe = Probe<T>;

    fn probe(
        &self,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Probe<T>, AttachProbe), ProbeError> {
        check_available(self)?;
        let dims = self.core.dims().clone();
        probe_var(self, (dims, IndexMap::Offset(0)), graph, options)
    }

    fn processes(&self) -> Vec<&ProcessRef> {
        vec![&self.process]
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S: AnyShape> Probed for SelectedVar<T, S> {
    type Probe = Probe<T>;

    fn probe(
        &self,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Probe<T>, AttachProbe), ProbeError> {
        check_available(&self.var)?;
        let dims = self.var.core.sample_dims();
        let indices = self.elements.indices(dims.len());
        let indices = indices.map_err(|cause| ProbeError::Select {
            var: self.var.label(),
            dims: dims.clone(),
            cause,
            origin: self.origin,
        })?;
        let mut positions = vec![IndexMap::DROPPED; dims.len()];
        for (position, &index) in (0..).zip(&indices) {
            positions[index as usize] = position;
        }
        let (chosen, map) = (Dims::from([indices.len()]), positions.into_iter().collect());
        let row = match self.var.core.is_shared_by_samples() {
            true => (chosen, map),
            false => graph.batch_row(chosen, dims.len(), map),
        };
        probe_var(&self.var, row, graph, options)
    }

    fn processes(&self) -> Vec<&ProcessRef> {
        vec![&self.var.process]
    }
}

/// Fails if the extents of a Var depend on values that cannot be made.
fn check_available<T: Element, S: AnyShape>(var: &Var<T, S>) -> Result<(), ProbeError> {
    let available = var.core.prepare();
    available.map_err(|cause| ProbeError::Unavailable {
        var: var.label(),
        cause,
    })
}

/// Probes a Var: rows have the extents `dims`, and the position of each element by `map`.
fn probe_var<T: Element, S: AnyShape>(
    var: &Var<T, S>,
    (dims, map): (Dims, IndexMap),
    graph: &Graph,
    options: &ProbeOptions,
) -> Result<(Probe<T>, AttachProbe), ProbeError> {
    let (mut process, mut core) = (var.process.id, Arc::clone(&var.core));
    while let Some(exported) = core.alias() {
        (process, core) = exported;
    }
    if graph.process(process).spec().is_none() {
        let member = var.label();
        return Err(ProbeError::NotExported { member });
    }
    check_lockstep(graph, process)?;
    let recording = Recording::new(&var.label(), dims, graph, options)?;
    let probe = Probe::new(Arc::clone(&recording));
    let attach = move |engine: &Engine| {
        recording.attach(engine);
        for (task, slice) in var_slices(engine, process, &core) {
            let Some(chosen) = ChosenElements::new(slice.elements, &map) else {
                continue;
            };
            let source = VarSource {
                task,
                core: Arc::clone(&core),
                values: vec![T::default(); slice.dims.len()],
                dims: slice.dims,
                chosen: chosen.elements,
            };
            add_recorder(engine, task, source, chosen.positions, &recording);
        }
    };
    Ok((probe, AttachProbe(Box::new(attach))))
}

/// The tasks that hold a Var, and the slice of each; the last task of those that hold it whole.
fn var_slices<T: Element>(
    engine: &Engine,
    process: ProcessId,
    core: &VarInner<T>,
) -> Vec<(TaskId, VarSlice)> {
    let shards = engine.shards(process);
    let mut slices: Vec<_> = shards
        .map(|(task, shard)| (task, core.slice_of(shard)))
        .collect();
    let len = core.dims().len();
    if slices.iter().all(|(_, slice)| slice.elements.len() == len) {
        // One rank of those that have it.
        let is_here = engine
            .ranks()
            .is_none_or(|ranks| ranks.rank() == engine.first_rank_of(process));
        slices.drain(..slices.len().saturating_sub(usize::from(is_here)));
    }
    slices
}

/// Recording of the messages of `T` by its kind: numbers by a [`Probe`], spikes by a [`SpikeProbe`].
#[doc(hidden)]
pub trait RecordKind<T: Payload> {
    type Probe;
    #[doc(hidden)]
    fn probe(
        port: PortRow,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Self::Probe, AttachProbe), ProbeError>;
}

/// Out-ports, and their places in a row.
#[doc(hidden)]
#[derive(Debug)]
pub struct PortRow {
    /// The name in errors.
    label: String,
    dims: Dims,
    sources: Vec<SourceRef>,
}

#[diagnostic::do_not_recommend]
impl<T: Payload<Kind: RecordKind<T>>, S: Shape, L> Probed for OutPort<T, S, L> {
    type Probe = <T::Kind as RecordKind<T>>::Probe;

    fn probe(
        &self,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Self::Probe, AttachProbe), ProbeError> {
        let port = PortId::of(&self.process, self.port);
        let row = PortRow {
            label: self.to_string(),
            dims: self.dims.clone(),
            sources: vec![SourceRef::whole(port, self.dims.len())],
        };
        <T::Kind as RecordKind<T>>::probe(row, graph, options)
    }

    fn processes(&self) -> Vec<&ProcessRef> {
        vec![&self.process]
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload<Kind: RecordKind<T>>, S> Probed for VirtualPort<T, S> {
    type Probe = <T::Kind as RecordKind<T>>::Probe;

    fn probe(
        &self,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Self::Probe, AttachProbe), ProbeError> {
        self.result()
            .map_err(|error| ProbeError::Port(Box::new(error)))?;
        let sources = self.sources().iter();
        let row = PortRow {
            label: self.label(),
            dims: self.dims().clone(),
            sources: sources.map(|port| port.source.clone()).collect(),
        };
        <T::Kind as RecordKind<T>>::probe(row, graph, options)
    }

    fn processes(&self) -> Vec<&ProcessRef> {
        self.sources().iter().map(|port| &port.process).collect()
    }
}

impl<T: Value> RecordKind<T> for NumberPayload {
    type Probe = Probe<T>;

    fn probe(
        row: PortRow,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(Probe<T>, AttachProbe), ProbeError> {
        let senders = row.senders(graph)?;
        let recording = Recording::<NumberTable<T>>::new(
            &row.label,
            graph.batch_dims(row.dims),
            graph,
            options,
        )?;
        let probe = Probe::new(Arc::clone(&recording));
        let attach = attach_ports::<T, _, _>(senders, recording, |ring, delay, chosen, width| {
            NumberSource {
                ring,
                delay,
                chosen: chosen.elements.clone(),
                width: chosen.elements.as_ref().map_or(width, Vec::len),
            }
        });
        Ok((probe, attach))
    }
}

impl RecordKind<Spike> for SpikePayload {
    type Probe = SpikeProbe;

    fn probe(
        row: PortRow,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<(SpikeProbe, AttachProbe), ProbeError> {
        let senders = row.senders(graph)?;
        let recording =
            Recording::<SpikeTable>::new(&row.label, graph.batch_dims(row.dims), graph, options)?;
        let probe = SpikeProbe::new(Arc::clone(&recording));
        let attach =
            attach_ports::<Spike, _, _>(senders, recording, |ring, delay, chosen, width| {
                SpikeSource {
                    ring,
                    delay,
                    neurons: chosen.by_neuron(width),
                }
            });
        Ok((probe, attach))
    }
}

/// An out-port of a process with a model, and its place in a row.
struct RecordedPort {
    source: SourceRef,
    dims: Dims,
    /// The delay that the port declares.
    delay: u64,
}

impl PortRow {
    /// The out-ports of processes with models that send the messages.
    fn senders(&self, graph: &Graph) -> Result<Vec<RecordedPort>, ProbeError> {
        let sources = self.sources.iter();
        let len = self.dims.len();
        let senders: Vec<RecordedPort> = sources
            .flat_map(|source| graph.resolve_sources(source))
            .map(|source| graph.batch_source(source, len))
            .map(|source| self.sender(graph, source))
            .collect::<Result<_, _>>()?;
        if senders.is_empty() {
            let member = self.label.clone();
            return Err(ProbeError::NotExported { member });
        }
        Ok(senders)
    }

    fn sender(&self, graph: &Graph, source: SourceRef) -> Result<RecordedPort, ProbeError> {
        let PortId { process, port } = source.port;
        check_lockstep(graph, process)?;
        if source.delay > 0 {
            let port = self.label.clone();
            return Err(ProbeError::Delayed { port });
        }
        if graph.is_accumulate_only(source.port) {
            let port = graph.out_label(source.port);
            return Err(ProbeError::AccumulateOnly { port });
        }
        let decl = &graph.process(process).out_ports[port.index()];
        Ok(RecordedPort {
            source,
            dims: decl.extents.whole().clone(),
            delay: decl.delay as u64,
        })
    }
}

/// Attaches a recorder to each task that sends messages of the ports; `source` makes what it copies
/// of the ring of the port, its delay, the chosen elements and the number of the task's elements.
fn attach_ports<T: Payload, B: RowTable, S: RecordSource<B> + 'static>(
    senders: Vec<RecordedPort>,
    recording: Arc<Recording<B>>,
    source: impl Fn(Arc<MessageRing<T>>, u64, &ChosenElements, usize) -> S + Send + 'static,
) -> AttachProbe {
    AttachProbe(Box::new(move |engine| {
        recording.attach(engine);
        for sender in senders {
            let PortId { process, port } = sender.source.port;
            for (task, shard) in engine.shards(process) {
                let elements = shard.elements(&sender.dims);
                let width = elements.len();
                let Some(chosen) = ChosenElements::new(elements, &sender.source.map) else {
                    continue;
                };
                let ring = engine.ring(task, port).downcast::<T>();
                let source = source(ring, sender.delay, &chosen, width);
                add_recorder(engine, task, source, chosen.positions, &recording);
            }
        }
    }))
}

/// The elements of a task that are recorded.
struct ChosenElements {
    /// Their indices in the task; `None` for all.
    elements: Option<Vec<u32>>,
    /// Their positions in a row.
    positions: Positions,
}

impl ChosenElements {
    /// The chosen ones of a task's elements, by the position of each in a row. Returns `None` if
    /// none is chosen.
    fn new(elements: Range<usize>, map: &IndexMap) -> Option<ChosenElements> {
        if let IndexMap::Offset(first) = map {
            return Some(ChosenElements {
                elements: None,
                positions: Positions::From(first + elements.start),
            });
        }
        let entries = (0..).zip(elements.map(|element| map.entry(element)));
        let (chosen, positions): (Vec<u32>, Vec<u32>) = entries
            .filter(|(_, position)| *position != IndexMap::DROPPED)
            .unzip();
        (!chosen.is_empty()).then_some(ChosenElements {
            elements: Some(chosen),
            positions: Positions::List(positions),
        })
    }

    /// The position of each of a task's `width` neurons.
    fn by_neuron(&self, width: usize) -> NeuronPositions {
        match (&self.elements, &self.positions) {
            (Some(elements), Positions::List(positions)) => {
                let mut table = vec![IndexMap::DROPPED; width];
                for (element, position) in elements.iter().zip(positions) {
                    table[*element as usize] = *position;
                }
                NeuronPositions::Table(table)
            }
            (_, Positions::From(first)) => NeuronPositions::From(*first as u32),
            (None, Positions::List(positions)) => NeuronPositions::Table(positions.clone()),
        }
    }
}

fn add_recorder<B: RowTable, S: RecordSource<B> + 'static>(
    engine: &Engine,
    task: TaskId,
    source: S,
    positions: Positions,
    recording: &Arc<Recording<B>>,
) {
    let recorder = Recorder {
        source,
        clock: engine.clock(task),
        piece: recording.piece(positions),
        recording: Arc::downgrade(recording),
        interval: recording.interval(),
    };
    engine.add_hook(task, Box::new(recorder));
}

/// Fails for an independent process.
fn check_lockstep(graph: &Graph, process: ProcessId) -> Result<(), ProbeError> {
    let decl = graph.process(process);
    if decl.is_independent() {
        let process = decl.name.to_string();
        return Err(ProbeError::NotLockstep { process });
    }
    Ok(())
}
