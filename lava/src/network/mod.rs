//! Networks: the user's handle, its life cycle, connections and runs.
//!
//! A [`Network`] owns the graph and, once it is compiled, the engine. This is the topmost layer: no
//! other module but [`proc`](crate::proc) and [`vector`](crate::vector), which use the public
//! interface, depends on it.

mod callbacks;
mod connect;
#[cfg(feature = "ctrlc")]
mod ctrl_c;
mod diagram;
mod drive;
mod endpoints;
pub(crate) mod error;
mod inner;
mod lookup;
mod observe;
mod probe;
mod problems;
mod ranks;
mod report;
mod run;
mod run_condition;
mod serve;
mod session;
mod slot;
mod snapshot;
#[cfg(feature = "store")]
mod stored;
mod sub_model;
pub(crate) mod typestate;

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

pub use crate::compiler::{MemoryEstimate, ProcessMemory, RankShare};
pub use crate::graph::{
    AnyTag, Build, Builds, CanExport, Composite, ConcatKind, ConcatSources, Converted, Cpu, Export,
    FixedPt, FloatingPt, HasChosenModel, HasModel, InPortSelection, Loihi1SimCfg, Loihi2SimCfg,
    ModelOf, OnlyModelUnlessTaggedOrAlternative, Overrides, RunConfig, Unconverted, VirtualPort,
    VirtualRefPort, export, unexported,
};
#[cfg(any(feature = "live", feature = "terminal"))]
pub(crate) use callbacks::Change;
pub use callbacks::StepAction;
pub use connect::RefTarget;
#[cfg(feature = "plot")]
pub(crate) use diagram::{Sketch, SketchNode};
pub use endpoints::{ConnectSources, ConnectTargets, IsOutput};
pub use problems::Problems;
pub use run_condition::{RunCondition, RunContinuous, RunFor, RunLength, RunSteps};
#[cfg(feature = "store")]
pub(crate) use stored::StoredProcess;
pub use sub_model::SubModel;

use crate::Result;
use crate::compiler;
use crate::graph::{CompositeScope, Exports, Factory, Implementation, ModelSpec};
use crate::process::error::BuildError;
use crate::process::values::ProcessBuilder;
use crate::process::{Declarations, Owner, Process, ProcessId, SeedSource};
use crate::units::IntoTime;
use error::{StateError, setting_error};
use inner::{NetworkInner, shared_graph};
use slot::Slot;

/// A network of processes under the run configuration `C`.
///
/// Adding a process that has no model for `C` does not compile. Clones, and the handles of its
/// processes, refer to the same network; when the last of them is dropped, the network stops and
/// its threads are joined.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Dense, Lif};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let input: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(1.5).name("input"))?;
/// let dense: Dense = net.add(Dense::weights([[1.0, 1.0]]))?;
/// let output: Lif = net.add(Lif::shape([1]).vth(10.0))?;
/// input.s_out.connect(&dense.s_in)?;
/// dense.a_out.connect(&output.a_in)?;
/// net.run(RunSteps(10))?;
/// println!("{}", output.v.get()?);
/// net.stop()
/// # }
/// ```
pub struct Network<C> {
    shared: Arc<NetworkInner>,
    /// The prefix of the names of processes: the composite process around them, and a dot.
    path: Arc<str>,
    /// The composite process around them.
    parent: Option<ProcessId>,
    overrides: Arc<Overrides<C>>,
    config: PhantomData<fn() -> C>,
}

impl<C> Network<C> {
    /// An empty network.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Network<C>
    where
        C: RunConfig,
    {
        Network {
            shared: Arc::new(NetworkInner::new()),
            path: "".into(),
            parent: None,
            overrides: Arc::new(Overrides::of_config()),
            config: PhantomData,
        }
    }

    /// The inside of a composite process.
    fn inside(scope: &CompositeScope) -> Network<C>
    where
        C: RunConfig,
    {
        Network {
            shared: NetworkInner::shared(&scope.process),
            path: format!("{}.", scope.process.name).into(),
            parent: Some(scope.process.id),
            overrides: Arc::new(Overrides::inside(&scope.overrides)),
            config: PhantomData,
        }
    }

    /// Adds a process and returns its handle. The run configuration says which model it gets and
    /// when that runs, unless the builder does: see [`Build`].
    ///
    /// # Errors
    /// [`BuildError`] where an initial value does not fit, a shape is empty, the name is taken,
    /// a composite process is to be detached, or the network has been compiled. The network is
    /// then as it was before.
    #[track_caller]
    pub fn add<P, M>(&self, builder: impl Builds<P, M>) -> Result<P>
    where
        C: RunConfig,
        P: Process + HasChosenModel<M, C>,
    {
        self.insert(builder, P::chosen(&self.overrides), Location::caller())
    }

    /// The choice of models for processes that are added.
    fn overrides(&self) -> &Overrides<C> {
        &self.overrides
    }

    fn insert<P, B>(
        &self,
        mut builder: B,
        spec: ModelSpec,
        origin: &'static Location<'static>,
    ) -> Result<P>
    where
        C: RunConfig,
        B: ProcessBuilder<Process = P>,
        P: Process,
    {
        let values = std::mem::take(builder.values());
        if let Some(name) = values.name()
            && (name.is_empty() || name.contains('.'))
        {
            let name = name.to_owned();
            return Err(BuildError::InvalidName { name, origin }.into());
        }
        let kind = P::DECLARATION.name;
        let slot = Slot::reserve(self, kind, values.name(), Some(&spec))?;
        #[cfg(feature = "store")]
        slot.of_type(std::any::TypeId::of::<P>())?;
        let owner = Arc::clone(&self.shared) as Arc<dyn Owner>;
        let seed = SeedSource::new(&self.shared.seed, &slot.name);
        let name = Arc::clone(&slot.name);
        let batch = Arc::clone(&self.shared.batch);
        let mut declarations = Declarations::new(owner, seed, batch, slot.id, name, origin, values);
        // Shapes and initial values are made by code of the user.
        let process = P::declare(&mut declarations);
        let process = process.map_err(|error| error.of(&slot.name))?;
        let this = declarations.process();
        let exports = Exports::none(
            declarations.in_ports.len(),
            declarations.out_ports.len(),
            declarations.ref_ports.len(),
        );
        slot.declare(declarations)?;
        let Factory::Composite(make) = &spec.make else {
            slot.implement(Implementation::Model(spec))?;
            return Ok(process);
        };
        // The processes inside are added by code of the user.
        let inside = make(
            &process,
            CompositeScope {
                process: this,
                exports,
                chip: C::CHIP,
                overrides: self.overrides.table().clone(),
            },
        )?;
        slot.implement(Implementation::Composite(inside))?;
        Ok(process)
    }

    /// Sets the largest number of workers, the threads that run the lockstep processes: a network has
    /// no more of them than it has groups of processes, and shards, to place. The default is one per
    /// core, and fewer for small networks. Results do not depend on it.
    ///
    /// Models are first placed by their numbers of elements. If a step takes longer than 20 µs, they
    /// are profiled after 500 steps, and again at growing intervals, and move to other workers if
    /// that balances the load.
    ///
    /// # Errors
    /// [`StateError::Workers`] for 0, [`StateError::Compiled`] once the network is compiled,
    /// [`StateError::Stopped`] after `stop`.
    pub fn set_workers(&self, workers: usize) -> Result<()> {
        if workers == 0 {
            return Err(StateError::Workers.into());
        }
        let building = self.shared.lifecycle.building();
        let mut state = building.map_err(|refused| setting_error(refused, StateError::Compiled))?;
        state.data.graph_mut().workers = Some(workers);
        Ok(())
    }

    /// Cuts every process that can be sharded into `shards` shards, also where that makes no step
    /// shorter: for tests of one's own [shardable](crate::model#shards) models, whose results
    /// must not depend on it. Shards begin at multiples of 256 neurons, so a smaller population stays
    /// whole, and one of `n` neurons has `n / 256` shards at most, rounded up. Processes with
    /// ref-ports, or connected to another timing domain, stay whole as well.
    ///
    /// The number of workers stays as it is: several shards may share a worker.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let voltages = |shards| -> lava::Result<_> {
    ///     let net = Network::<Loihi1SimCfg>::new();
    ///     net.set_shards(shards)?;
    ///     let lif: Lif = net.add(Lif::shape([1000]).bias_mant(1.0))?;
    ///     net.run(RunSteps(20))?;
    ///     lif.v.get()
    /// };
    /// assert_eq!(voltages(1)?, voltages(4)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::Shards`] for 0, [`StateError::Compiled`] once the network is compiled,
    /// [`StateError::Stopped`] after `stop`.
    pub fn set_shards(&self, shards: usize) -> Result<()> {
        if shards == 0 {
            return Err(StateError::Shards.into());
        }
        let building = self.shared.lifecycle.building();
        let mut state = building.map_err(|refused| setting_error(refused, StateError::Compiled))?;
        state.data.graph_mut().shards = Some(shards);
        Ok(())
    }

    /// Runs a batch of `samples` through the network at once. Each sample has the bits that it has in a run
    /// alone, on any number of workers; weights are stored once, and read once for all samples.
    ///
    /// Vars and probes get a first axis of samples: a Var of `n` neurons has the shape `[samples, n]`. An
    /// array without the axis gives every sample the same values. Scalar Vars, weights, and what else a
    /// process declares with a shape of its own, are shared by all samples and keep their shapes. Ports keep
    /// theirs, too: connections are made as for one sample. The batch is set before probes are attached.
    ///
    /// All samples have the seed of the network, and draw the same random numbers: each is the run alone
    /// with this seed.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::{Dense, Lif, Source};
    /// use ndarray::{arr2, arr3};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     input: Source<Spike> = Source::data([[false, false]]); // one step of two inputs
    ///     dense: Dense         = Dense::weights([[1.0, 2.0], [4.0, 8.0]]);
    ///     lif:   Lif           = Lif::shape([2]).du(1.0).vth(100.0);
    ///     input.s_out -> dense.s_in;
    ///     dense.a_out -> lif.a_in;
    /// }?;
    /// net.set_batch(3)?;
    /// let samples = arr3(&[[[true, false]], [[false, true]], [[true, true]]]);
    /// net.input.data.set(&samples)?;
    /// net.run(RunSteps(2))?;
    /// assert_eq!(net.lif.v.get()?, arr2(&[[1.0, 4.0], [2.0, 8.0], [3.0, 12.0]]).into_dyn());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::Batch`] for 0, for a network that has a batch or a probe already, or is compiled;
    /// [`StateError::OnRanks`] for one that several ranks run;
    /// [`StateError::Stopped`] after `stop`. Compiling the network fails with
    /// [`Problem::Batch`](crate::error::Problem::Batch) for each process that takes no batch.
    pub fn set_batch(&self, samples: usize) -> Result<()> {
        let refused = |why| Err(StateError::Batch { why }.into());
        if samples == 0 {
            return refused("a batch has at least one sample");
        }
        let late = StateError::Batch {
            why: "the network is compiled; set the batch before the first run",
        };
        let building = self.shared.lifecycle.building();
        let state = building.map_err(|refused| setting_error(refused, late))?;
        self.shared.in_one_process("set_batch")?;
        if !state.data.probes.is_empty() {
            return refused("a probe is attached; set the batch before");
        }
        match self.shared.batch.set(samples) {
            true => Ok(()),
            false => refused("the network has a batch already"),
        }
    }

    /// Sets the most memory that the network may need, in bytes: compiling a network whose
    /// [`memory_estimate`](Network::memory_estimate) is larger fails with
    /// [`Problem::Memory`](crate::error::Problem::Memory), before anything is made. The default is the
    /// memory that the machine has available, on Linux, and none on other systems; there, values that
    /// are in memory already do not count.
    ///
    /// # Errors
    /// [`StateError::Compiled`] once the network is compiled, [`StateError::Stopped`] after `stop`.
    pub fn set_memory_limit(&self, bytes: u64) -> Result<()> {
        let building = self.shared.lifecycle.building();
        let mut state = building.map_err(|refused| setting_error(refused, StateError::Compiled))?;
        state.data.graph_mut().memory_limit = Some(bytes);
        Ok(())
    }

    /// Estimates the memory that the network needs, by process, before anything is made: Vars,
    /// synapses, messages and queues.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([1_000_000]))?;
    /// let estimate = net.memory_estimate()?;
    /// assert!(estimate.total() > 8_000_000); // `u` and `v`, 4 bytes each, and messages
    /// println!("{estimate}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`CompileError`](crate::error::CompileError) with every problem of the graph, and
    /// [`StateError`] during a run and after `stop`.
    pub fn memory_estimate(&self) -> Result<MemoryEstimate> {
        let transition = self
            .shared
            .lifecycle
            .transition_of_whole("being measured")?;
        Ok(compiler::memory_estimate(&shared_graph(&transition))?)
    }

    /// Sets the seed of everything random that has no seed of its own. Every process draws from the
    /// network's seed and its own name. Default: 0.
    ///
    /// # Errors
    /// [`StateError::Seed`] if the network is compiled, or something has been drawn already,
    /// [`StateError::Stopped`] after `stop`.
    pub fn set_seed(&self, seed: u64) -> Result<()> {
        let building = self.shared.lifecycle.building();
        let _state = building.map_err(|refused| setting_error(refused, StateError::Seed))?;
        if self.shared.seed.set(seed) {
            Ok(())
        } else {
            Err(StateError::Seed.into())
        }
    }

    /// Sets the time step of the network: that of every process which is not given one. Default: that
    /// of the processes, most often 0.1 ms.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::{IafPscExp, PoissonInput};
    /// use lava::units::ms;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     input:  PoissonInput = PoissonInput::shape([5]).rate(1000.0).seed(1).weight(50.0);
    ///     neuron: IafPscExp    = IafPscExp::shape([5]);
    ///     input.a_out -> neuron.exc_in;
    /// }?;
    /// net.set_dt(0.05 * ms)?;
    /// net.run(RunFor(10.0 * ms))?;
    /// assert_eq!(net.time_step(), 200);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::InvalidDt`] if `dt` is not a finite time above zero, [`StateError::Dt`] once the
    /// network is compiled, [`StateError::Stopped`] after `stop`.
    pub fn set_dt(&self, dt: impl IntoTime) -> Result<()> {
        let dt = dt.into_time();
        if !(dt.in_ms() > 0.0 && dt.in_ms().is_finite()) {
            return Err(StateError::InvalidDt { dt }.into());
        }
        let building = self.shared.lifecycle.building();
        let _state = building.map_err(|refused| setting_error(refused, StateError::Dt))?;
        self.shared.time_step.set(dt);
        Ok(())
    }

    /// The number of steps since the start, or since the last reset; in a run, the current step. Without a
    /// lockstep process, the most steps that a detached one has made.
    pub fn time_step(&self) -> u64 {
        self.shared.lock().stage().time_step()
    }

    /// The number of workers; 0 before the network is compiled and after `stop`.
    pub fn workers(&self) -> usize {
        let state = self.shared.lock();
        state.stage().engine().map_or(0, |engine| engine.workers())
    }
}

impl<C> Clone for Network<C> {
    fn clone(&self) -> Self {
        Network {
            shared: Arc::clone(&self.shared),
            path: Arc::clone(&self.path),
            parent: self.parent,
            overrides: Arc::clone(&self.overrides),
            config: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Network<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        f.debug_struct("Network")
            .field("processes", &state.data.graph().len())
            .field("connections", &state.data.graph().edges.len())
            .field("state", &state.name())
            .finish()
    }
}
