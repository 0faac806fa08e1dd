//! Probes: [`Probe`] for Vars and ports of numbers, [`SpikeProbe`] for ports of spikes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ndarray::{ArrayD, IxDyn};

use crate::network::PortId;
use crate::process::{
    AnyShape, Dims, Element, OutPort, Payload, ProcessRef, Shape, Spike, Value, Var, VarCore,
};
use crate::runtime::{Clock, Engine, Floor, Outlet, Recorder};

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
    fn probe(&self) -> (Self::Probe, Starter);
    /// The port to record, if it is one.
    #[doc(hidden)]
    fn port(&self) -> Option<usize> {
        None
    }
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
    rows: Arc<Mutex<Vec<T>>>,
}

impl<T: Element> Probe<T> {
    fn new(dims: Dims) -> Probe<T> {
        Probe {
            dims,
            rows: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many steps have been recorded.
    pub fn steps(&self) -> usize {
        self.lock().len() / self.dims.len()
    }

    /// Everything recorded so far, as an array of shape `[steps, …]`.
    pub fn data(&self) -> ArrayD<T> {
        let rows = self.lock().clone();
        let steps = rows.len() / self.dims.len();
        let shape = [&[steps], self.dims.as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), rows).expect("whole rows are recorded")
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
    record: Arc<Mutex<SpikeRecord>>,
}

#[derive(Debug, Default)]
struct SpikeRecord {
    steps: u64,
    events: Vec<(u64, usize)>,
}

impl SpikeProbe {
    fn lock(&self) -> MutexGuard<'_, SpikeRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many steps have been recorded.
    pub fn steps(&self) -> usize {
        self.lock().steps as usize
    }

    /// The raster: for every spike the step, counted from 1, and the row-major index of the
    /// neuron, in order.
    pub fn events(&self) -> Vec<(u64, usize)> {
        self.lock().events.clone()
    }

    /// How often each neuron has fired, in the shape of the port.
    pub fn counts(&self) -> ArrayD<u64> {
        let mut counts = ArrayD::zeros(IxDyn(&[self.dims.len()]));
        for &(_, neuron) in &self.lock().events {
            counts[neuron] += 1;
        }
        let shape = IxDyn(self.dims.as_slice());
        counts
            .into_shape_with_order(shape)
            .expect("one count per neuron")
    }

    /// Everything recorded so far, as an array of shape `[steps, …]`.
    pub fn data(&self) -> ArrayD<bool> {
        let record = self.lock();
        let (steps, neurons) = (record.steps as usize, self.dims.len());
        let mut fired = vec![false; steps * neurons];
        for &(step, neuron) in &record.events {
            fired[(step as usize - 1) * neurons + neuron] = true;
        }
        let shape = [&[steps], self.dims.as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), fired).expect("whole rows are recorded")
    }
}

impl<T: Element, S: AnyShape> Probed for Var<T, S> {
    type Probe = Probe<T>;

    fn probe(&self) -> (Probe<T>, Starter) {
        let probe = Probe::new(self.core.dims.clone());
        let process = self.process.index;
        let recorder = VarRecorder {
            process,
            core: Arc::clone(&self.core),
            probe: probe.clone(),
        };
        let start = move |engine: &Engine| engine.record(process, Box::new(recorder));
        (probe, Starter(Box::new(start)))
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<T: Value, S: Shape, L> Probed for OutPort<T, S, L> {
    type Probe = Probe<T>;

    fn probe(&self) -> (Probe<T>, Starter) {
        let probe = Probe::new(self.dims.clone());
        (probe.clone(), self.start(probe))
    }

    fn port(&self) -> Option<usize> {
        Some(self.port)
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<S: Shape, L> Probed for OutPort<Spike, S, L> {
    type Probe = SpikeProbe;

    fn probe(&self) -> (SpikeProbe, Starter) {
        let probe = SpikeProbe {
            dims: self.dims.clone(),
            record: Arc::default(),
        };
        (probe.clone(), self.start(probe))
    }

    fn port(&self) -> Option<usize> {
        Some(self.port)
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }
}

impl<T: Payload, S, L> OutPort<T, S, L> {
    /// Records into `probe` what this port sends.
    fn start<P: Send + 'static>(&self, probe: P) -> Starter
    where
        PortRecorder<T, P>: Recorder,
    {
        let port = PortId {
            process: self.process.index,
            port: self.port,
        };
        Starter(Box::new(move |engine| {
            let (outlet, clock) = engine.outlet(port);
            let recorder = PortRecorder {
                outlet: outlet.of::<T>(),
                clock,
                probe,
            };
            engine.record(port.process, Box::new(recorder));
        }))
    }
}

struct VarRecorder<T> {
    process: usize,
    core: Arc<VarCore<T>>,
    probe: Probe<T>,
}

impl<T: Element> Recorder for VarRecorder<T> {
    fn prepare(&mut self, steps: u64) -> bool {
        reserve(&self.probe, steps)
    }

    fn record(&mut self, floor: &Floor) {
        let mut rows = self.probe.lock();
        let row = push_row(&mut rows, self.probe.dims.len());
        floor
            .models
            .with(self.process, |node| self.core.copy_to(node.model(), row));
    }

    fn clear(&mut self) {
        self.probe.lock().clear();
    }
}

struct PortRecorder<M: Payload, P> {
    outlet: Arc<Outlet<M>>,
    clock: Arc<Clock>,
    probe: P,
}

impl<T: Value> Recorder for PortRecorder<T, Probe<T>> {
    fn prepare(&mut self, steps: u64) -> bool {
        reserve(&self.probe, steps)
    }

    fn record(&mut self, _: &Floor) {
        let mut rows = self.probe.lock();
        let row = push_row(&mut rows, self.probe.dims.len());
        if let Some(items) = self.outlet.message(self.clock.tick()) {
            row.copy_from_slice(items);
        }
    }

    fn clear(&mut self) {
        self.probe.lock().clear();
    }
}

impl Recorder for PortRecorder<Spike, SpikeProbe> {
    fn prepare(&mut self, _: u64) -> bool {
        Arc::strong_count(&self.probe.record) > 1
    }

    fn record(&mut self, _: &Floor) {
        let mut record = self.probe.lock();
        record.steps += 1;
        let step = record.steps;
        if let Some(neurons) = self.outlet.message(self.clock.tick()) {
            let events = neurons.iter().map(|&neuron| (step, neuron as usize));
            record.events.extend(events);
        }
    }

    fn clear(&mut self) {
        *self.probe.lock() = SpikeRecord::default();
    }
}

/// Reserves memory for a run; for a very long one it grows as it goes. False if the recorder is
/// the only one to hold the probe.
fn reserve<T: Element>(probe: &Probe<T>, steps: u64) -> bool {
    const MOST: usize = 1 << 28;
    let elements = (steps as usize).saturating_mul(probe.dims.len());
    probe.lock().reserve(elements.min(MOST));
    Arc::strong_count(&probe.rows) > 1
}

fn push_row<T: Element>(rows: &mut Vec<T>, len: usize) -> &mut [T] {
    let start = rows.len();
    rows.resize(start + len, T::default());
    &mut rows[start..]
}
