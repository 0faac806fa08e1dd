//! Probes: [`Probe`] for Vars and ports of numbers, [`SpikeProbe`] for ports of spikes.

use std::ops::Range;
use std::sync::Arc;

use ndarray::{ArrayD, IxDyn};

use crate::Result;
use crate::model::Node;
use crate::network::{Graph, PortId};
use crate::process::{
    AnyShape, Dims, Element, OutPort, Payload, Piece, ProcessRef, Shape, Spike, Value, Var, VarCore,
};
use crate::runtime::sync::{Mutex, lock};
use crate::runtime::{Clock, Engine, Floor, Outlet, Recorder, RunError};

/// Starts a recorder once there is something to record.
pub(crate) type Attach = Box<dyn FnOnce(&Engine) + Send>;

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
    fn probe(&self, graph: &Graph) -> Result<(Self::Probe, Starter)>;
    /// The process to record.
    #[doc(hidden)]
    fn process(&self) -> &ProcessRef;
}

/// Starts a probe.
#[doc(hidden)]
pub struct Starter(pub(crate) Attach);

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

    fn probe(&self, graph: &Graph) -> Result<(Probe<T>, Starter)> {
        let probe = Probe::new(self.core.dims().clone());
        let (mut process, mut core) = (self.process.index, Arc::clone(&self.core));
        while let Some(behind) = core.alias() {
            (process, core) = behind;
        }
        if graph.processes[process].blueprint().is_none() {
            let var = self.to_string();
            return Err(RunError::Hollow { member: var }.into());
        }
        in_step(graph, process)?;
        let clone = probe.clone();
        let start = move |engine: &Engine| {
            for (part, shard) in engine.shards(process) {
                let Piece { elements, dims } = core.held_by(shard);
                let recorder = VarRecorder {
                    part,
                    core: Arc::clone(&core),
                    dims,
                    columns: clone.columns(elements),
                };
                engine.record(part, Box::new(recorder));
            }
        };
        Ok((probe, Starter(Box::new(start))))
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<T: Value, S: Shape, L> Probed for OutPort<T, S, L> {
    type Probe = Probe<T>;

    fn probe(&self, graph: &Graph) -> Result<(Probe<T>, Starter)> {
        let probe = Probe::new(self.dims.clone());
        let clone = probe.clone();
        let start = self.start(graph, move |elements| clone.columns(elements))?;
        Ok((probe, start))
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<S: Shape, L> Probed for OutPort<Spike, S, L> {
    type Probe = SpikeProbe;

    fn probe(&self, graph: &Graph) -> Result<(SpikeProbe, Starter)> {
        let shards = Shards::<Raster>::default();
        let probe = SpikeProbe {
            dims: self.dims.clone(),
            shards: Arc::clone(&shards),
        };
        let start = self.start(graph, move |neurons| {
            let raster = Arc::new(Mutex::new(Raster {
                first: neurons.start,
                steps: 0,
                events: Vec::new(),
            }));
            lock(&shards).push(Arc::clone(&raster));
            raster
        })?;
        Ok((probe, start))
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<T: Payload, S, L> OutPort<T, S, L> {
    /// Records what this port sends, the elements of each shard in the place that `place` makes.
    fn start<R: Send + 'static>(
        &self,
        graph: &Graph,
        place: impl Fn(Range<usize>) -> Arc<Mutex<R>> + Send + 'static,
    ) -> Result<Starter>
    where
        PortRecorder<T, R>: Recorder,
    {
        let dims = self.dims.clone();
        let port = PortId {
            process: self.process.index,
            port: self.port,
        };
        let Some(PortId { process, port }) = graph.sender(port) else {
            let member = self.to_string();
            return Err(RunError::Hollow { member }.into());
        };
        in_step(graph, process)?;
        if graph.only_adds(PortId { process, port }) {
            let port = graph.out_label(PortId { process, port });
            return Err(RunError::Sum { port }.into());
        }
        Ok(Starter(Box::new(move |engine| {
            for (part, shard) in engine.shards(process) {
                let (outlet, clock) = engine.outlet(part, port);
                let recorder = PortRecorder {
                    outlet: outlet.of::<T>(),
                    clock,
                    record: place(shard.elements(&dims)),
                };
                engine.record(part, Box::new(recorder));
            }
        })))
    }
}

/// Fails for a process that runs by itself.
fn in_step(graph: &Graph, process: usize) -> Result<()> {
    let decl = &graph.processes[process];
    match decl.is_alone() {
        false => Ok(()),
        true => Err(RunError::Alone {
            process: decl.name.to_string(),
        }
        .into()),
    }
}

struct VarRecorder<T> {
    part: usize,
    core: Arc<VarCore<T>>,
    dims: Dims,
    columns: Arc<Mutex<Columns<T>>>,
}

impl<T: Element> Recorder for VarRecorder<T> {
    fn prepare(&mut self, steps: u64) -> bool {
        lock(&self.columns).reserve(steps);
        Arc::strong_count(&self.columns) > 1
    }

    fn record(&mut self, floor: &Floor) {
        let mut columns = lock(&self.columns);
        let row = columns.row();
        let copy = |node: &mut dyn Node| self.core.copy_to(node.model(), &self.dims, row);
        floor.models.with(self.part, copy);
    }

    fn clear(&mut self) {
        lock(&self.columns).rows.clear();
    }
}

struct PortRecorder<M: Payload, R> {
    outlet: Arc<Outlet<M>>,
    clock: Arc<Clock>,
    record: Arc<Mutex<R>>,
}

impl<T: Value> Recorder for PortRecorder<T, Columns<T>> {
    fn prepare(&mut self, steps: u64) -> bool {
        lock(&self.record).reserve(steps);
        Arc::strong_count(&self.record) > 1
    }

    fn record(&mut self, _: &Floor) {
        let mut columns = lock(&self.record);
        let row = columns.row();
        if let Some(items) = self.outlet.message(self.clock.tick()) {
            row.copy_from_slice(items);
        }
    }

    fn clear(&mut self) {
        lock(&self.record).rows.clear();
    }
}

impl Recorder for PortRecorder<Spike, Raster> {
    fn prepare(&mut self, _: u64) -> bool {
        Arc::strong_count(&self.record) > 1
    }

    fn record(&mut self, _: &Floor) {
        let mut raster = lock(&self.record);
        raster.steps += 1;
        let (step, first) = (raster.steps, raster.first);
        if let Some(neurons) = self.outlet.message(self.clock.tick()) {
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
