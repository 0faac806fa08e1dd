//! What is put together: processes and connections, checked as they are made.
//!
//! A [`Network`] owns the graph until it is compiled and the engine afterwards. Checks that need
//! only the two ends of a connection live here; those that need the whole graph are the
//! compiler's.

mod callback;
mod connect;
#[cfg(feature = "ctrlc")]
mod ctrl_c;
mod draw;
mod ends;
mod error;
mod graph;
mod inside;
mod layout;
mod path;
mod reference;
mod running;
mod seeing;
mod state;
mod wiring;

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

pub use callback::Then;
pub use connect::{Converted, Joined, Plain, Problems, VirtualPort};
pub use ends::{Joins, Sends, Sources, Target, Targets};
pub use error::{ConnectError, PathError};
pub use graph::Graph;
pub use inside::{Admits, Gathered, Hierarchical, Put, SubModel, Within, both, inner, nothing};
pub use reference::{Referred, VirtualRef};
pub use wiring::{
    BreaksLoop, Complete, Fed, Feed, FeedAt, Here, Next, RequiredMark, Timed, Unfed, Wiring, add,
    add_timed, breaks_loop, builds, complete, feed, wiring,
};

pub(crate) use graph::{Edge, Places, PortId, Reference, Role};
pub(crate) use inside::{MakeInside, make_inside};
pub(crate) use state::{Shared, Stage};

use crate::Result;
use crate::model::{
    Blueprint, Builds, HasModel, Make, OverrideTable, Overrides, Pace, RunConfig,
};
use crate::monitor::Probed;
use crate::process::{Assembly, BuildError, Home, Process, ProcessBuilder};
use crate::runtime::RunError;
use inside::Nest;

/// A network of processes under the run configuration `C`.
///
/// Adding a process that has no model for `C` does not compile. Clones, and the handles of the
/// processes, all refer to the same network; when the last of them is dropped the network stops
/// and its threads are joined.
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
    shared: Arc<Shared>,
    /// What the names of processes begin with: the process that they are inside, and a dot.
    path: Arc<str>,
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
            shared: Arc::new(Shared::new()),
            path: "".into(),
            overrides: Arc::new(Overrides::of_config()),
            config: PhantomData,
        }
    }

    /// The inside of a process of a network.
    fn within(shared: Arc<Shared>, process: &str, overrides: &OverrideTable) -> Network<C>
    where
        C: RunConfig,
    {
        Network {
            shared,
            path: format!("{process}.").into(),
            overrides: Arc::new(Overrides::within(overrides)),
            config: PhantomData,
        }
    }

    /// Adds a process and returns its handle. The run configuration says which model it gets and
    /// when that runs, unless the builder does: see [`Build`](crate::prelude::Build).
    ///
    /// # Errors
    /// [`BuildError`] where an initial value does not fit, a shape is empty, the name is taken,
    /// a hierarchical process is to be detached, or the network has been compiled. The network is
    /// then as it was before.
    #[track_caller]
    pub fn add<P, B>(&self, builder: B) -> Result<P>
    where
        C: RunConfig,
        B: Builds<P, C>,
        P: Process + HasModel<B::Key, C::Tag, C::Resource>,
    {
        let model = self.overrides.choose::<P, B::Key>();
        let model = if B::DETACHED {
            model.detached()
        } else {
            model
        };
        self.insert(builder, model, Location::caller())
    }

    fn insert<P, B>(
        &self,
        mut builder: B,
        blueprint: Blueprint,
        origin: &'static Location<'static>,
    ) -> Result<P>
    where
        C: RunConfig,
        B: ProcessBuilder<Process = P>,
        P: Process,
    {
        let values = std::mem::take(builder.values());
        let mut state = self.shared.lock();
        let index = state.graph.processes.len();
        let path = &self.path;
        let name: Arc<str> = match values.name() {
            Some(name) => format!("{path}{name}").into(),
            None => format!("{path}{}_{index}", P::DECLARATION.name).into(),
        };
        if let Some(state) = state.stage.past_building() {
            let process = name.to_string();
            return Err(BuildError::Late { process, state }.into());
        }
        if state.graph.processes.iter().any(|other| other.name == name) {
            let process = name.to_string();
            return Err(BuildError::Name { process }.into());
        }
        if blueprint.pace == Pace::Detached && matches!(blueprint.make, Make::Inside(_)) {
            let process = name.to_string();
            return Err(BuildError::Detached { process }.into());
        }
        let home = Arc::clone(&self.shared) as Arc<dyn Home>;
        let mut assembly = Assembly::new(home, index, Arc::clone(&name), origin, values);
        let process = P::declare(&mut assembly);
        let process = process.map_err(|error| error.of(&name))?;
        let ports = [
            assembly.in_ports.len(),
            assembly.out_ports.len(),
            assembly.ref_ports.len(),
        ];
        let this = assembly.process();
        state.graph.add(name, P::DECLARATION.name, assembly);
        let Make::Inside(make) = &blueprint.make else {
            state.graph.processes[index].role = Role::Runs(blueprint);
            return Ok(process);
        };
        // What is inside is built by the user's code, which uses the network itself.
        drop(state);
        let inside = make(
            &process,
            Nest {
                shared: Arc::clone(&self.shared),
                process: this,
                ports,
                overrides: self.overrides.table().clone(),
            },
        );
        let mut state = self.shared.lock();
        match inside {
            Ok(inside) => {
                state.graph.processes[index].role = Role::Contains(inside);
                Ok(process)
            }
            Err(error) => {
                state.graph.remove(index);
                Err(error)
            }
        }
    }

    /// Sets how many workers (threads) run the network. Without it the compiler takes as many as
    /// the machine has cores and the network is worth. Results do not depend on it.
    ///
    /// At first models are shared out by how many elements they have. Where a step takes more than
    /// 20 µs they are measured after 500 steps, and again ever more rarely, and go to other workers
    /// if that evens out what these have to do.
    ///
    /// # Errors
    /// [`RunError::Workers`] for none, [`RunError::Compiled`] once the network is compiled.
    pub fn set_workers(&self, workers: usize) -> Result<()> {
        let mut state = self.shared.lock();
        if workers == 0 {
            return Err(RunError::Workers.into());
        }
        if state.stage.past_building().is_some() {
            return Err(RunError::Compiled.into());
        }
        state.graph.workers = Some(workers);
        Ok(())
    }

    /// Records a Var, or what an out-port sends, in every step from now on: see
    /// [`Probe`](crate::monitor::Probe) and [`SpikeProbe`](crate::monitor::SpikeProbe).
    ///
    /// # Errors
    /// [`RunError::Sum`] for a port that adds straight into its target, [`RunError::Foreign`] for
    /// a process of another network, [`RunError::Running`] during a
    /// run, [`RunError::Stopped`] after `stop`.
    pub fn probe<P: Probed>(&self, target: &P) -> Result<P::Probe> {
        let process = target.process();
        if !std::ptr::addr_eq(Arc::as_ptr(&process.home), Arc::as_ptr(&self.shared)) {
            let process = process.name.to_string();
            return Err(RunError::Foreign { process }.into());
        }
        let mut state = self.shared.lock();
        let (probe, starter) = target.probe(&state.graph)?;
        match &mut state.stage {
            Stage::Building { probes } => probes.push(starter.0),
            Stage::Ready(engine) | Stage::Halted { engine, .. } => starter.0(engine),
            Stage::Running(_) | Stage::Busy => return Err(RunError::Running.into()),
            Stage::Stopped(_) => return Err(RunError::Stopped.into()),
        }
        Ok(probe)
    }

    /// The number of steps that have been run since the start, or since the last reset; in a run, of
    /// those that have begun.
    pub fn time_step(&self) -> u64 {
        self.shared.lock().stage.time_step()
    }

    /// How many workers run the network: 0 before it is compiled.
    pub fn workers(&self) -> usize {
        match self.shared.lock().stage.engine() {
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
            overrides: Arc::clone(&self.overrides),
            config: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Network<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        f.debug_struct("Network")
            .field("processes", &state.graph.processes.len())
            .field("connections", &state.graph.edges.len())
            .field("state", &state.stage.past_building().unwrap_or("building"))
            .finish()
    }
}
