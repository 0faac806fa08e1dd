//! Probes: [`Probe`] for Vars and ports of numbers, [`SpikeProbe`] for ports of spikes.

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
use crate::graph::{Graph, PortId};
use crate::process::{OutPort, ProcessId, ProcessRef, Var, VarInner};

/// Starts a recorder once there is something to record.
pub(crate) type AttachFn = Box<dyn FnOnce(&Engine) + Send>;

/// What can be recorded: a [`Var`], or an [`OutPort`] of numbers or of spikes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be probed",
    label = "neither a Var nor an out-port",
    note = "probe a Var, `net.probe(&lif.v)`, or an out-port, `net.probe(&lif.s_out)`"
)]
pub trait Probed {
    /// What reads the recording.
    type Probe;
    /// Makes the probe, and what starts it.
    #[doc(hidden)]
    fn probe(&self, graph: &Graph) -> Result<(Self::Probe, AttachProbe), ProbeError>;
    /// The process to record.
    #[doc(hidden)]
    fn process(&self) -> &ProcessRef;
}

/// Starts a probe.
#[doc(hidden)]
pub struct AttachProbe(pub(crate) AttachFn);

/// The recording of a Var, or of a port of numbers, one row a step. When all clones of a probe
/// are gone, recording ends with the run.
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
    shards: Shards<Columns<T>>,
}

/// What is recorded of each shard, in the order of their neurons; each worker writes its own.
type Shards<R> = Arc<Mutex<Vec<Arc<Mutex<R>>>>>;

/// Some elements of every row.
#[derive(Debug)]
struct Columns<T> {
    elements: Range<usize>,
    rows: Vec<T>,
}

impl<T: Element> Probe<T> {
    fn new(dims: Dims) -> Probe<T> {
        Probe {
            dims,
            shards: Arc::default(),
        }
    }

    /// A place to record these elements of every row.
    fn columns(&self, elements: Range<usize>) -> Arc<Mutex<Columns<T>>> {
        let rows = Vec::new();
        let columns = Arc::new(Mutex::new(Columns { elements, rows }));
        lock(&self.shards).push(Arc::clone(&columns));
        columns
    }

    /// How many steps have been recorded.
    pub fn steps(&self) -> usize {
        let shards = lock(&self.shards);
        shards.first().map_or(0, |columns| lock(columns).steps())
    }

    /// Everything recorded so far, as an array of shape `[steps, …]`.
    pub fn data(&self) -> ArrayD<T> {
        let shards = lock(&self.shards);
        let (steps, len) = (
            shards.first().map_or(0, |columns| lock(columns).steps()),
            self.dims.len(),
        );
        let mut data = vec![T::default(); steps * len];
        for columns in shards.iter().map(|columns| lock(columns)) {
            let rows = columns.rows.chunks_exact(columns.elements.len());
            for (row, recorded) in data.chunks_exact_mut(len).zip(rows) {
                row[columns.elements.clone()].copy_from_slice(recorded);
            }
        }
        let shape = [&[steps], self.dims.as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), data).expect("whole rows are recorded")
    }
}

impl<T: Element> Columns<T> {
    fn steps(&self) -> usize {
        self.rows.len() / self.elements.len()
    }

    /// Reserves memory for a run; for a very long one, or one without an end, it grows as it goes.
    fn reserve(&mut self, steps: u64) {
        const MOST: usize = 1 << 28;
        const WITHOUT_END: u64 = 10_000;
        let steps = if steps == u64::MAX {
            WITHOUT_END
        } else {
            steps
        };
        let elements = (steps as usize).saturating_mul(self.elements.len());
        self.rows.reserve(elements.min(MOST));
    }

    /// One more row, to be written.
    fn row(&mut self) -> &mut [T] {
        let start = self.rows.len();
        self.rows.resize(start + self.elements.len(), T::default());
        &mut self.rows[start..]
    }
}

/// The recording of a port of spikes. When all clones of a probe are gone, recording ends with
/// the run.
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

/// The spikes of some neurons.
#[derive(Debug)]
struct Raster {
    first: usize,
    steps: u64,
    events: Vec<(u64, usize)>,
}

impl SpikeProbe {
    /// How many steps have been recorded.
    pub fn steps(&self) -> usize {
        let shards = lock(&self.shards);
        shards
            .first()
            .map_or(0, |raster| lock(raster).steps as usize)
    }

    /// The raster: for every spike the step, counted from 1, and the row-major index of the
    /// neuron, in order.
    pub fn events(&self) -> Vec<(u64, usize)> {
        let shards = lock(&self.shards);
        let mut events = Vec::new();
        for raster in shards.iter() {
            events.extend_from_slice(&lock(raster).events);
        }
        // Each shard's are in order already; a stable sort keeps neurons ascending.
        events.sort_by_key(|(step, _)| *step);
        events
    }

    /// How often each neuron has fired, in the shape of the port.
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

    /// Everything recorded so far, as an array of shape `[steps, …]`.
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
        while let Some(behind) = core.alias() {
            (process, core) = behind;
        }
        if graph.process(process).spec().is_none() {
            let var = self.to_string();
            return Err(ProbeError::NotExported { member: var });
        }
        check_lockstep(graph, process)?;
        let clone = probe.clone();
        let start = move |engine: &Engine| {
            for (task, shard) in engine.shards(process) {
                let VarSlice { elements, dims } = core.slice_of(shard);
                let recorder = VarRecorder {
                    task,
                    core: Arc::clone(&core),
                    dims,
                    columns: clone.columns(elements),
                };
                engine.add_hook(task, Box::new(recorder));
            }
        };
        Ok((probe, AttachProbe(Box::new(start))))
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
        let attach = port.attach(graph, move |elements| clone.columns(elements))?;
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
    /// Records what this port sends, the elements of each shard in the place that `place` makes.
    fn attach<R: Send + 'static>(
        &self,
        graph: &Graph,
        place: impl Fn(Range<usize>) -> Arc<Mutex<R>> + Send + 'static,
    ) -> Result<AttachProbe, ProbeError>
    where
        PortRecorder<T, R>: StepHook,
    {
        let dims = self.dims.clone();
        let port = PortId {
            process: self.process.id,
            port: self.port,
        };
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
                    record: place(shard.elements(&dims)),
                };
                engine.add_hook(task, Box::new(recorder));
            }
        })))
    }
}

/// Fails for a process that runs by itself.
fn check_lockstep(graph: &Graph, process: ProcessId) -> Result<(), ProbeError> {
    let decl = &graph.process(process);
    match decl.is_independent() {
        false => Ok(()),
        true => Err(ProbeError::NotLockstep {
            process: decl.name.to_string(),
        }),
    }
}

struct VarRecorder<T> {
    task: TaskId,
    core: Arc<VarInner<T>>,
    dims: Dims,
    columns: Arc<Mutex<Columns<T>>>,
}

impl<T: Element> StepHook for VarRecorder<T> {
    fn reserve(&mut self, steps: u64) -> bool {
        lock(&self.columns).reserve(steps);
        Arc::strong_count(&self.columns) > 1
    }

    fn on_step_end(&mut self, tasks: &Tasks) {
        let mut columns = lock(&self.columns);
        let row = columns.row();
        tasks.with(self.task, |task| {
            self.core.copy_to(task.model(), &self.dims, row);
        });
    }

    fn clear(&mut self) {
        lock(&self.columns).rows.clear();
    }
}

struct PortRecorder<M: Payload, R> {
    ring: Arc<MessageRing<M>>,
    clock: Arc<Clock>,
    record: Arc<Mutex<R>>,
}

impl<T: Value> StepHook for PortRecorder<T, Columns<T>> {
    fn reserve(&mut self, steps: u64) -> bool {
        lock(&self.record).reserve(steps);
        Arc::strong_count(&self.record) > 1
    }

    fn on_step_end(&mut self, _: &Tasks) {
        let mut columns = lock(&self.record);
        let row = columns.row();
        if let Some(items) = self.ring.message(self.clock.tick()) {
            row.copy_from_slice(items);
        }
    }

    fn clear(&mut self) {
        lock(&self.record).rows.clear();
    }
}

impl StepHook for PortRecorder<Spike, Raster> {
    fn reserve(&mut self, _: u64) -> bool {
        Arc::strong_count(&self.record) > 1
    }

    fn on_step_end(&mut self, _: &Tasks) {
        let mut raster = lock(&self.record);
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
        let mut raster = lock(&self.record);
        raster.steps = 0;
        raster.events.clear();
    }
}
