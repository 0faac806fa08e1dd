//! Probes: [`Probe`] for Vars and ports of numbers, [`SpikeProbe`] for ports of spikes.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use lava_core::data::{
    AnyShape, Dims, Element, NumberPayload, Payload, Shape, Spike, SpikePayload, Value, VarSlice,
};
use lava_core::executor::{StepHook, TaskId, Tasks};
use lava_core::sync::{Mutex, lock};
use lava_core::transport::{Clock, MessageRing};
use ndarray::{ArrayD, IxDyn};

use super::error::ProbeError;
use crate::engine::Engine;
use crate::graph::{Graph, PortId, Sealed};
use crate::process::{OutPort, ProcessId, ProcessRef, Var, VarInner};

/// Attaches a recorder to a compiled network.
pub(crate) type AttachFn = Box<dyn FnOnce(&Engine) + Send>;

/// A target of probes: a [`Var`], or an [`OutPort`] of numbers or of spikes. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be probed",
    label = "neither a Var nor an out-port",
    note = "probe a Var, `net.probe(&lif.v)`, or an out-port, `net.probe(&lif.s_out)`"
)]
pub trait Probed: Sealed {
    /// The handle of the recording.
    type Probe;
    /// Makes the probe, and the function that attaches its recorders.
    #[doc(hidden)]
    fn probe(&self, graph: &Graph) -> Result<(Self::Probe, AttachProbe), ProbeError>;
    /// The process to record.
    #[doc(hidden)]
    fn process(&self) -> &ProcessRef;
}

/// The function that attaches the recorders of a probe.
#[doc(hidden)]
pub struct AttachProbe(pub(crate) AttachFn);

impl fmt::Debug for AttachProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachProbe").finish_non_exhaustive()
    }
}

/// The recording of a Var, or of a port of numbers: one row per step. When the last clone of a probe
/// is dropped, recording ends with the current run.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([2]).bias_mant([1.0, 2.0]).vth(10.0))?;
/// let voltage = net.probe(&lif.v)?;
/// net.run(RunSteps(3))?;
/// // Time comes first: row t is step t + 1.
/// assert_eq!(voltage.data(), ndarray::arr2(&[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Probe<T> {
    dims: Dims,
    shards: Shards<Recording<T>>,
}

/// The recordings of the shards, in the order of their neurons; each worker writes its own.
type Shards<R> = Arc<Mutex<Vec<Arc<Mutex<R>>>>>;

/// The recording of a range of elements.
#[derive(Debug)]
struct Recording<T> {
    elements: Range<usize>,
    /// Rows that have been recorded: a row may have no elements.
    steps: usize,
    rows: Vec<T>,
}

impl<T: Element> Probe<T> {
    fn new(dims: Dims) -> Probe<T> {
        Probe {
            dims,
            shards: Arc::default(),
        }
    }

    /// Adds the recording of a range of elements.
    fn recording(&self, elements: Range<usize>) -> Arc<Mutex<Recording<T>>> {
        let recording = Arc::new(Mutex::new(Recording {
            elements,
            steps: 0,
            rows: Vec::new(),
        }));
        lock(&self.shards).push(Arc::clone(&recording));
        recording
    }

    /// The number of steps that have been recorded.
    pub fn steps(&self) -> usize {
        let shards = lock(&self.shards);
        shards.first().map_or(0, |recording| lock(recording).steps)
    }

    /// All values recorded so far, as an array of shape `[steps, …]`.
    pub fn data(&self) -> ArrayD<T> {
        let shards = lock(&self.shards);
        let (steps, len) = (
            shards.first().map_or(0, |recording| lock(recording).steps),
            self.dims.len(),
        );
        let mut data = vec![T::default(); steps * len];
        for recording in shards.iter().map(|recording| lock(recording)) {
            let rows = recording.rows.chunks_exact(recording.elements.len().max(1));
            for (row, recorded) in data.chunks_exact_mut(len.max(1)).zip(rows) {
                row[recording.elements.clone()].copy_from_slice(recorded);
            }
        }
        let shape = [&[steps], self.dims.as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), data).expect("whole rows are recorded")
    }
}

impl<T: Element> Recording<T> {
    /// Reserves memory for a run. For a very long run, or one without an end, the memory grows.
    fn reserve(&mut self, steps: u64) {
        const MAX_ELEMENTS: usize = 1 << 28;
        const STEPS_OF_ENDLESS_RUN: u64 = 10_000;
        let steps = if steps == u64::MAX {
            STEPS_OF_ENDLESS_RUN
        } else {
            steps
        };
        let elements = (steps as usize).saturating_mul(self.elements.len());
        self.rows.reserve(elements.min(MAX_ELEMENTS));
    }

    fn clear(&mut self) {
        self.steps = 0;
        self.rows.clear();
    }

    /// Adds a row, to be written.
    fn row(&mut self) -> &mut [T] {
        let start = self.rows.len();
        self.steps += 1;
        self.rows.resize(start + self.elements.len(), T::default());
        &mut self.rows[start..]
    }
}

/// The recording of a port of spikes. When the last clone of a probe is dropped, recording ends with
/// the current run.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([2]).bias_mant([1.0, 3.0]).vth(5.0))?;
/// let spikes = net.probe(&lif.s_out)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(spikes.events(), [(2, 1), (4, 1)]); // (step, neuron)
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SpikeProbe {
    dims: Dims,
    shards: Shards<Raster>,
}

/// The spikes of a range of neurons.
#[derive(Debug)]
struct Raster {
    first: usize,
    steps: u64,
    events: Vec<(u64, usize)>,
}

impl SpikeProbe {
    /// The number of steps that have been recorded.
    pub fn steps(&self) -> usize {
        let shards = lock(&self.shards);
        shards
            .first()
            .map_or(0, |raster| lock(raster).steps as usize)
    }

    /// The raster: the step, counted from 1, and the row-major neuron of every spike, in the order of
    /// steps, then neurons.
    pub fn events(&self) -> Vec<(u64, usize)> {
        let shards = lock(&self.shards);
        let mut events = Vec::new();
        for raster in shards.iter() {
            events.extend_from_slice(&lock(raster).events);
        }
        // The shards are in order of neurons, which a stable sort keeps within a step.
        events.sort_by_key(|(step, _)| *step);
        events
    }

    /// The number of spikes of each neuron, in the shape of the port.
    pub fn counts(&self) -> ArrayD<u64> {
        let mut counts = ArrayD::zeros(IxDyn(&[self.dims.len()]));
        for raster in lock(&self.shards).iter() {
            for &(_, neuron) in &lock(raster).events {
                counts[neuron] += 1;
            }
        }
        let shape = IxDyn(self.dims.as_slice());
        counts
            .into_shape_with_order(shape)
            .expect("one count per neuron")
    }

    /// All values recorded so far, as an array of shape `[steps, …]`.
    pub fn data(&self) -> ArrayD<bool> {
        let (steps, neurons) = (self.steps(), self.dims.len());
        let mut fired = vec![false; steps * neurons];
        for (step, neuron) in self.events() {
            fired[(step as usize - 1) * neurons + neuron] = true;
        }
        let shape = [&[steps], self.dims.as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), fired).expect("whole rows are recorded")
    }
}

impl<T: Element, S: AnyShape> Probed for Var<T, S> {
    type Probe = Probe<T>;

    fn probe(&self, graph: &Graph) -> Result<(Probe<T>, AttachProbe), ProbeError> {
        let probe = Probe::new(self.core.dims().clone());
        let (mut process, mut core) = (self.process.id, Arc::clone(&self.core));
        while let Some(exported) = core.alias() {
            (process, core) = exported;
        }
        if graph.process(process).spec().is_none() {
            let var = self.label();
            return Err(ProbeError::NotExported { member: var });
        }
        check_lockstep(graph, process)?;
        let clone = probe.clone();
        let attach = move |engine: &Engine| {
            for (task, shard) in engine.shards(process) {
                let VarSlice { elements, dims } = core.slice_of(shard);
                let recorder = VarRecorder {
                    task,
                    core: Arc::clone(&core),
                    dims,
                    recording: clone.recording(elements),
                };
                engine.add_hook(task, Box::new(recorder));
            }
        };
        Ok((probe, AttachProbe(Box::new(attach))))
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

/// Recording of the messages of `T` by its kind: numbers by a [`Probe`], spikes by a [`SpikeProbe`].
#[doc(hidden)]
pub trait RecordKind<T: Payload> {
    type Probe;
    fn probe<S: Shape, L>(
        port: &OutPort<T, S, L>,
        graph: &Graph,
    ) -> Result<(Self::Probe, AttachProbe), ProbeError>;
}

impl<T: Payload<Kind: RecordKind<T>>, S: Shape, L> Probed for OutPort<T, S, L> {
    type Probe = <T::Kind as RecordKind<T>>::Probe;

    fn probe(&self, graph: &Graph) -> Result<(Self::Probe, AttachProbe), ProbeError> {
        <T::Kind as RecordKind<T>>::probe(self, graph)
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<T: Value> RecordKind<T> for NumberPayload {
    type Probe = Probe<T>;

    fn probe<S: Shape, L>(
        port: &OutPort<T, S, L>,
        graph: &Graph,
    ) -> Result<(Probe<T>, AttachProbe), ProbeError> {
        let probe = Probe::new(port.dims.clone());
        let clone = probe.clone();
        let attach = port.attach(graph, move |elements| clone.recording(elements))?;
        Ok((probe, attach))
    }
}

impl RecordKind<Spike> for SpikePayload {
    type Probe = SpikeProbe;

    fn probe<S: Shape, L>(
        port: &OutPort<Spike, S, L>,
        graph: &Graph,
    ) -> Result<(SpikeProbe, AttachProbe), ProbeError> {
        let shards = Shards::<Raster>::default();
        let probe = SpikeProbe {
            dims: port.dims.clone(),
            shards: Arc::clone(&shards),
        };
        let attach = port.attach(graph, move |neurons| {
            let raster = Arc::new(Mutex::new(Raster {
                first: neurons.start,
                steps: 0,
                events: Vec::new(),
            }));
            lock(&shards).push(Arc::clone(&raster));
            raster
        })?;
        Ok((probe, attach))
    }
}

impl<T: Payload, S, L> OutPort<T, S, L> {
    /// Records the messages of this port: each shard in what `recording` makes for its elements.
    fn attach<R: Send + 'static>(
        &self,
        graph: &Graph,
        recording: impl Fn(Range<usize>) -> Arc<Mutex<R>> + Send + 'static,
    ) -> Result<AttachProbe, ProbeError>
    where
        PortRecorder<T, R>: StepHook,
    {
        let dims = self.dims.clone();
        let port = PortId::of(&self.process, self.port);
        let Some(PortId { process, port }) = graph.single_sender(port) else {
            let member = self.to_string();
            return Err(ProbeError::NotExported { member });
        };
        check_lockstep(graph, process)?;
        if graph.is_accumulate_only(PortId { process, port }) {
            let port = graph.out_label(PortId { process, port });
            return Err(ProbeError::AccumulateOnly { port });
        }
        Ok(AttachProbe(Box::new(move |engine| {
            for (task, shard) in engine.shards(process) {
                let (ring, clock) = engine.ring(task, port);
                let recorder = PortRecorder {
                    ring: ring.downcast::<T>(),
                    clock,
                    recording: recording(shard.elements(&dims)),
                };
                engine.add_hook(task, Box::new(recorder));
            }
        })))
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

/// Records a shard of a Var.
struct VarRecorder<T> {
    task: TaskId,
    core: Arc<VarInner<T>>,
    dims: Dims,
    recording: Arc<Mutex<Recording<T>>>,
}

impl<T: Element> StepHook for VarRecorder<T> {
    fn reserve(&mut self, steps: u64) -> bool {
        lock(&self.recording).reserve(steps);
        Arc::strong_count(&self.recording) > 1
    }

    fn on_step_end(&mut self, tasks: &Tasks) {
        let mut recording = lock(&self.recording);
        let row = recording.row();
        tasks.with(self.task, |task| {
            self.core.copy_to(task.model(), &self.dims, row);
        });
    }

    fn clear(&mut self) {
        lock(&self.recording).clear();
    }
}

/// Records the messages of a task's out-port.
struct PortRecorder<M: Payload, R> {
    ring: Arc<MessageRing<M>>,
    clock: Arc<Clock>,
    recording: Arc<Mutex<R>>,
}

impl<T: Value> StepHook for PortRecorder<T, Recording<T>> {
    fn reserve(&mut self, steps: u64) -> bool {
        lock(&self.recording).reserve(steps);
        Arc::strong_count(&self.recording) > 1
    }

    fn on_step_end(&mut self, _: &Tasks) {
        let mut recording = lock(&self.recording);
        let row = recording.row();
        if let Some(items) = self.ring.message(self.clock.tick()) {
            row.copy_from_slice(items);
        }
    }

    fn clear(&mut self) {
        lock(&self.recording).clear();
    }
}

impl StepHook for PortRecorder<Spike, Raster> {
    fn reserve(&mut self, _: u64) -> bool {
        Arc::strong_count(&self.recording) > 1
    }

    fn on_step_end(&mut self, _: &Tasks) {
        let mut raster = lock(&self.recording);
        raster.steps += 1;
        let (step, first) = (raster.steps, raster.first);
        if let Some(neurons) = self.ring.message(self.clock.tick()) {
            let events = neurons
                .iter()
                .map(|&neuron| (step, first + neuron as usize));
            raster.events.extend(events);
        }
    }

    fn clear(&mut self) {
        let mut raster = lock(&self.recording);
        raster.steps = 0;
        raster.events.clear();
    }
}
