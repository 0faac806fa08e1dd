//! The targets of probes: Vars, out-ports, and neurons chosen of either.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use lava_core::data::{
    AnyShape, Dims, Element, IndexMap, IntoSelection, NumberPayload, Payload, Selection, Shape,
    Spike, SpikePayload, Value,
};

use super::attach::{
    AttachProbe, ChosenElements, RecordedPort, add_recorder, attach_ports, var_slices,
};
use super::error::ProbeError;
use super::options::ProbeOptions;
use super::probe::Probe;
use super::recorder::{NumberSource, SpikeSource, VarSource};
use super::recording::{AnyRecording, Recording};
use super::row_store::{NumberTable, SpikeTable};
use super::spike_probe::SpikeProbe;
use super::target::ProbeTarget;
use crate::engine::Engine;
use crate::graph::{Graph, PortId, Sealed, SourceRef, VirtualPort};
use crate::process::{OutPort, ProcessId, ProcessRef, Var, VarInner};

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
        let (row, core) = VarRow::new(self, (dims, IndexMap::Offset(0)), graph)?;
        probe_var(core, row, graph, options)
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
        let (row, core) = VarRow::new(&self.var, row, graph)?;
        probe_var(core, row, graph, options)
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

/// A Var of a process with a model, and the places of its elements in a row.
#[derive(Clone, Debug)]
pub(crate) struct VarRow {
    pub(super) process: ProcessId,
    /// The name in errors: of the Var that the user has named.
    pub(super) label: String,
    /// The extents of a row.
    pub(super) dims: Dims,
    /// The position of each element.
    pub(super) map: IndexMap,
}

impl VarRow {
    /// The row of a Var, with the Var of an inner process for which it may be an alias.
    fn new<T: Element, S: AnyShape>(
        var: &Var<T, S>,
        (dims, map): (Dims, IndexMap),
        graph: &Graph,
    ) -> Result<(VarRow, Arc<VarInner<T>>), ProbeError> {
        let (mut process, mut core) = (var.process.id, Arc::clone(&var.core));
        while let Some(exported) = core.alias() {
            (process, core) = exported;
        }
        let label = var.label();
        if graph.process(process).spec().is_none() {
            return Err(ProbeError::NotExported { member: label });
        }
        check_lockstep(graph, process)?;
        let row = VarRow {
            process,
            label,
            dims,
            map,
        };
        Ok((row, core))
    }
}

/// Probes a Var.
pub(super) fn probe_var<T: Element>(
    core: Arc<VarInner<T>>,
    row: VarRow,
    graph: &Graph,
    options: &ProbeOptions,
) -> Result<(Probe<T>, AttachProbe), ProbeError> {
    let recording = Recording::new(&row.label, row.dims.clone(), graph, options)?;
    let probe = Probe::new(Arc::clone(&recording));
    let target = ProbeTarget::Var {
        name: core.name.to_owned(),
        row: row.clone(),
    };
    let erased = Arc::clone(&recording) as Arc<dyn AnyRecording>;
    let attach = move |engine: &Engine| {
        recording.attach(engine);
        for (task, slice) in var_slices(engine, row.process, &core) {
            let Some(chosen) = ChosenElements::new(slice.elements, &row.map) else {
                continue;
            };
            let source = VarSource {
                task,
                is_late: engine.is_late(row.process),
                core: Arc::clone(&core),
                values: vec![T::default(); slice.dims.len()],
                dims: slice.dims,
                chosen: chosen.elements,
            };
            add_recorder(engine, task, source, chosen.positions, &recording);
        }
    };
    let attach = AttachProbe {
        target,
        recording: erased,
        attach: Box::new(attach),
    };
    Ok((probe, attach))
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
    pub(super) label: String,
    pub(super) dims: Dims,
    pub(super) sources: Vec<SourceRef>,
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
            graph.batch_dims(row.dims.clone()),
            graph,
            options,
        )?;
        let probe = Probe::new(Arc::clone(&recording));
        let source = |ring, delay, chosen: &ChosenElements, width| NumberSource {
            ring,
            delay,
            chosen: chosen.elements.clone(),
            width: chosen.elements.as_ref().map_or(width, Vec::len),
        };
        let attach = attach_ports::<T, _, _>(row, senders, recording, source);
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
        let dims = graph.batch_dims(row.dims.clone());
        let recording = Recording::<SpikeTable>::new(&row.label, dims, graph, options)?;
        let probe = SpikeProbe::new(Arc::clone(&recording));
        let source = |ring, delay, chosen: &ChosenElements, width| SpikeSource {
            ring,
            delay,
            neurons: chosen.by_neuron(width),
        };
        let attach = attach_ports::<Spike, _, _>(row, senders, recording, source);
        Ok((probe, attach))
    }
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

/// Fails for an independent process.
fn check_lockstep(graph: &Graph, process: ProcessId) -> Result<(), ProbeError> {
    let decl = graph.process(process);
    if decl.is_independent() {
        let process = decl.name.to_string();
        return Err(ProbeError::NotLockstep { process });
    }
    Ok(())
}
