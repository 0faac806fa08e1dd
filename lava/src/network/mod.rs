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
    AnyTag, CanExport, Composite, ConcatKind, ConcatSources, Converted, Cpu, Export, FixedPt,
    FloatingPt, HasModel, Loihi1SimCfg, Loihi2SimCfg, ModelOf, Overrides, RunConfig, Unconverted,
    VirtualPort, VirtualRefPort, export, unexported,
};
pub use callbacks::StepAction;
pub use connect::RefTarget;
pub use endpoints::{ConnectSources, ConnectTargets, IsOutput};
pub use problems::Problems;
pub use run_condition::{RunCondition, RunContinuous, RunSteps};
pub use sub_model::SubModel;
pub use typestate::{
    BreaksLoop, Complete, Fed, Feed, NoRequired, Unfed, add, add_async, add_async_with,
    add_detached, add_detached_with, add_with, breaks_loop, builds, complete, feed, wiring,
};

use crate::Result;
use crate::graph::{CompositeScope, Exports, Factory, Implementation, ModelSpec};
use crate::model::{Async, Loihi, Timing};
use crate::monitor::Probed;
use crate::monitor::error::ProbeError;
use crate::process::{BuildError, Builds, Declarations, Owner, Process, ProcessId};
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

    /// Adds a process and returns its handle.
    ///
    /// # Errors
    /// [`BuildError`] where an initial value does not fit, a shape is empty, the name is taken,
    /// or the network has been compiled. The network is then as it was before.
    #[track_caller]
    pub fn add<P, B>(&self, builder: B) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P>,
        P: Process + HasModel<C::Protocol, C::Tag, C::Resource>,
    {
        self.insert(builder, self.overrides.choose::<P>(), Location::caller())
    }

    /// Adds a process that behaves as the model `M` says, whatever the configuration would choose. It
    /// runs under the protocol of the model.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # #[process]
    /// # pub struct Noise { a_out: OutPort<f32> }
    /// # #[implements(proc = Noise, protocol = Loihi)]
    /// # struct NoiseModel { a_out: Out<f32> }
    /// # impl LoihiModel for NoiseModel {}
    /// #[implements(proc = Noise, protocol = Loihi, alternative)]
    /// struct Silence { a_out: Out<f32> }
    /// # impl LoihiModel for Silence {}
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let quiet = net.add_with::<Silence, _, _>(Noise::shape([3]))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`add`](Network::add).
    #[track_caller]
    pub fn add_with<M, P, B>(&self, builder: B) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P>,
        P: Process,
        M: ModelOf<P>,
    {
        self.insert(builder, M::spec(), Location::caller())
    }

    /// Adds a process that runs by itself, on a thread of its own: it gets its model under the
    /// [`Async`] protocol, which says what connections carry.
    ///
    /// # Errors
    /// As [`add`](Network::add).
    #[track_caller]
    pub fn add_async<P, B>(&self, builder: B) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P>,
        P: Process + HasModel<Async, C::Tag, C::Resource>,
    {
        let spec = self.overrides.choose_under::<P, Async>();
        self.insert(builder, spec, Location::caller())
    }

    /// Adds a process whose model under the [`Loihi`] protocol runs by itself, on a thread of its own
    /// and in steps of its own: it takes a step whenever there is a message on every connection that
    /// leads to it, and as often as those in step do where there is none. In a run it takes as many
    /// steps as the run has at most. What connections carry is said at [`Async`].
    ///
    /// A loop of such processes that nothing else feeds stands still: there is never a first message.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Lif, Sink, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let input: Source = net.add(Source::data([[1.0], [2.0], [3.0]]))?;
    /// let lif: Lif = net.add_detached(Lif::shape([1]).du(1.0).vth(100.0))?;
    /// input.s_out.connect(&lif.a_in)?;
    /// net.run(RunSteps(3))?;
    /// assert_eq!(lif.v.get()?[0], 6.0);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`BuildError::Detached`] for a process with a hierarchical model; otherwise as
    /// [`add`](Network::add).
    #[track_caller]
    pub fn add_detached<P, B>(&self, builder: B) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P>,
        P: Process + HasModel<Loihi, C::Tag, C::Resource>,
    {
        let spec = self.overrides.choose_under::<P, Loihi>();
        self.insert(builder, spec.detached(), Location::caller())
    }

    /// As [`add_detached`](Network::add_detached), with the model `M`.
    ///
    /// # Errors
    /// As there.
    #[track_caller]
    pub fn add_detached_with<M, P, B>(&self, builder: B) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P>,
        P: Process,
        M: ModelOf<P, Protocol = Loihi>,
    {
        self.insert(builder, M::spec().detached(), Location::caller())
    }

    fn insert<P, B>(
        &self,
        builder: B,
        spec: ModelSpec,
        origin: &'static Location<'static>,
    ) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P>,
        P: Process,
    {
        let mut state = self.shared.lock();
        let id = state.graph.next_id();
        let path = &self.path;
        let name: Arc<str> = match builder.given_name() {
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
        let mut declarations =
            Declarations::new(owner, &self.shared.seed, id, Arc::clone(&name), origin);
        let process = builder.build(&mut declarations);
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

    /// Sets the number of workers, the threads that run the lockstep processes. The default is one
    /// per core, and fewer for small networks. Results do not depend on it.
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
        if !std::ptr::addr_eq(Arc::as_ptr(&process.owner), Arc::as_ptr(&self.shared)) {
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
