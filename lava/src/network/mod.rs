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
mod endpoints;
pub(crate) mod error;
mod lifecycle;
mod lookup;
mod observe;
mod problems;
mod run;
mod run_condition;
mod sub_model;
pub(crate) mod typestate;

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

pub use crate::graph::{
    AnyTag, Build, Builds, CanExport, Composite, ConcatKind, ConcatSources, Converted, Cpu, Export,
    FixedPt, FloatingPt, HasChosenModel, HasModel, Loihi1SimCfg, Loihi2SimCfg, ModelOf, Overrides,
    RunConfig, Unconverted, VirtualPort, VirtualRefPort, export, unexported,
};
pub use callbacks::StepAction;
pub use connect::RefTarget;
pub use endpoints::{ConnectSources, ConnectTargets, IsOutput};
pub use problems::Problems;
pub use run_condition::{RunCondition, RunContinuous, RunSteps};
pub use sub_model::SubModel;

use crate::Result;
use crate::graph::{CompositeScope, Exports, Factory, Implementation, ModelSpec};
use crate::model::Timing;
use crate::monitor::Probed;
use crate::monitor::error::ProbeError;
use crate::process::error::BuildError;
use crate::process::values::ProcessBuilder;
use crate::process::{Declarations, Owner, Process, ProcessId, SeedSource};
use error::StateError;
use lifecycle::{Lifecycle, NetworkInner};

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
        let mut state = self.shared.lock();
        let id = state.graph.next_id();
        let path = &self.path;
        let name: Arc<str> = match values.name() {
            Some(name) => format!("{path}{name}").into(),
            None => format!("{path}{}_{}", P::DECLARATION.name, id.index()).into(),
        };
        if let Some(state) = state.lifecycle.built_state() {
            let process = name.to_string();
            return Err(BuildError::Late { process, state }.into());
        }
        if state.graph.by_name(&name).is_some() {
            let process = name.to_string();
            return Err(BuildError::Name { process }.into());
        }
        if spec.timing == Timing::Detached && matches!(spec.make, Factory::Composite(_)) {
            let process = name.to_string();
            return Err(BuildError::Detached { process }.into());
        }
        let owner = Arc::clone(&self.shared) as Arc<dyn Owner>;
        let seed = SeedSource::new(&self.shared.seed, &name);
        let mut declarations =
            Declarations::new(owner, seed, id, Arc::clone(&name), origin, values);
        let process = P::declare(&mut declarations);
        let process = process.map_err(|error| error.of(&name))?;
        let this = declarations.process();
        let exports = Exports::none(
            declarations.in_ports.len(),
            declarations.out_ports.len(),
            declarations.ref_ports.len(),
        );
        state
            .graph
            .add(name, P::DECLARATION.name, self.parent, declarations);
        let Factory::Composite(make) = &spec.make else {
            state.graph.implement(id, Implementation::Model(spec));
            return Ok(process);
        };
        // What is inside is built by the user's code, which uses the network itself.
        drop(state);
        let inside = make(
            &process,
            CompositeScope {
                process: this,
                exports,
                overrides: self.overrides.table().clone(),
            },
        );
        let mut state = self.shared.lock();
        match inside {
            Ok(inside) => {
                state.graph.implement(id, Implementation::Composite(inside));
                Ok(process)
            }
            Err(error) => {
                state.graph.remove(id);
                Err(error)
            }
        }
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
    /// [`StateError::Workers`] for 0, [`StateError::Compiled`] once the network is compiled.
    pub fn set_workers(&self, workers: usize) -> Result<()> {
        let mut state = self.shared.lock();
        if workers == 0 {
            return Err(StateError::Workers.into());
        }
        if state.lifecycle.built_state().is_some() {
            return Err(StateError::Compiled.into());
        }
        state.graph.workers = Some(workers);
        Ok(())
    }

    /// Sets the seed of everything random that has no seed of its own. Every process draws from the
    /// network's seed and its own name. Default: 0.
    ///
    /// # Errors
    /// [`StateError::Seed`] if the network is compiled, or something has been drawn already.
    pub fn set_seed(&self, seed: u64) -> Result<()> {
        let is_built = self.shared.lock().lifecycle.built_state().is_some();
        if is_built || !self.shared.seed.set(seed) {
            return Err(StateError::Seed.into());
        }
        Ok(())
    }

    /// Records a Var, or the messages of an out-port, in every step from now on: see
    /// [`Probe`](crate::monitor::Probe) and [`SpikeProbe`](crate::monitor::SpikeProbe).
    ///
    /// # Errors
    /// [`ProbeError`] if the target keeps nothing to record, is not in lockstep, or belongs to
    /// another network; [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn probe<P: Probed>(&self, target: &P) -> Result<P::Probe> {
        let process = target.process();
        if !self.shared.owns(process) {
            let process = process.name.to_string();
            return Err(ProbeError::Foreign { process }.into());
        }
        let mut state = self.shared.lock();
        let (probe, attach) = target.probe(&state.graph)?;
        match &mut state.lifecycle {
            Lifecycle::Building { probes, .. } => probes.push(attach.0),
            Lifecycle::Ready(engine) | Lifecycle::Halted { engine, .. } => attach.0(engine),
            Lifecycle::Running(_) | Lifecycle::Transition => return Err(StateError::Running.into()),
            Lifecycle::Stopped(_) => return Err(StateError::Stopped.into()),
        }
        Ok(probe)
    }

    /// The number of steps since the start, or since the last reset; in a run, the current step.
    pub fn time_step(&self) -> u64 {
        self.shared.lock().lifecycle.time_step()
    }

    /// The number of workers; 0 before the network is compiled, during a run and after `stop`.
    pub fn workers(&self) -> usize {
        match self.shared.lock().lifecycle.engine() {
            Ok(Some(engine)) => engine.workers(),
            Ok(None) | Err(_) => 0,
        }
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
            .field("processes", &state.graph.len())
            .field("connections", &state.graph.edges.len())
            .field(
                "state",
                &state.lifecycle.built_state().unwrap_or("building"),
            )
            .finish()
    }
}
