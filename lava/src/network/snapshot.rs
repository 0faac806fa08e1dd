//! Saving and restoring: a network continues where another has been saved.

use std::path::{Path, PathBuf};

use lava_core::executor::{RunError, error_text};
use lava_core::lifecycle::Stage;

use super::Network;
use super::error::StateError;
use super::inner::{NetworkData, NetworkInner, shared_graph};
use super::run_condition::RunCondition;
use crate::Result;
use crate::engine::{Command, Engine, agreed};
use crate::snapshot::{Snapshot, write};
use crate::units::Time;

const SEED: &str = "network seed";
const DT: &str = "network dt";

/// Snapshots at regular intervals.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    /// In steps.
    pub(super) interval: u64,
    path: PathBuf,
}

impl<C> Network<C> {
    /// Writes the state of the network to a file: Vars, local fields of models, spikes on their way,
    /// random numbers, the number of steps. A network of the same program, or of another that builds the
    /// same network, [restores](Network::restore) it and goes on as this one does, with the same bits, on
    /// any number of workers. Compiles the network first if necessary.
    ///
    /// The file is written beside `path` and renamed when all of it is on the disk: a crash leaves an
    /// older file as it was. See [`snapshot`](mod@crate::snapshot) for its format.
    ///
    /// On several ranks all call it, and the first writes the file, which any number of ranks can restore.
    ///
    /// # What is not saved
    ///
    /// Parameters, connections and initial values are those of the program that restores; so are
    /// recordings of probes, closures, iterators and data sets. Messages in a
    /// [`channel`](crate::channel) belong to the threads at its ends.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::{Lif, PoissonSpikes, Sparse};
    /// use lava::proc::synapse::{Projection, Rule};
    ///
    /// fn build() -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    ///     let net = Network::new();
    ///     let input = net.add(PoissonSpikes::shape([20]).rate(200.0))?;
    ///     let projection = Projection::new(20, 10).rule(Rule::FixedInDegree(5));
    ///     let sparse: Sparse = net.add(Sparse::projection(projection))?;
    ///     let lif: Lif = net.add(Lif::shape([10]).vth(3.0).du(0.5))?;
    ///     input.s_out.connect(&sparse.s_in)?;
    ///     sparse.a_out.connect(&lif.a_in)?;
    ///     Ok((net, lif))
    /// }
    ///
    /// # fn main() -> lava::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("lava-save-{}.snapshot", std::process::id()));
    /// let (net, lif) = build()?;
    /// net.run(RunSteps(100))?;
    /// net.save(&path)?;
    /// net.run(RunSteps(100))?;
    ///
    /// let (other, restored) = build()?; // in another program, perhaps
    /// other.restore(&path)?;
    /// other.run(RunSteps(100))?;
    /// assert_eq!(restored.v.get()?, lif.v.get()?);
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`SnapshotError`](crate::error::SnapshotError) if the file cannot be written,
    /// [`RunError::Model`] if a model has state that cannot be saved or
    /// cannot be started, [`StateError::Halted`] after a failure, [`StateError::Running`] during a run,
    /// [`StateError::Stopped`] after `stop`, [`StateError::Busy`] from code that the network calls,
    /// [`StateError::Batch`] for a network with a batch.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.shared.compile_for("being saved")?;
        self.shared.save(path.as_ref())
    }

    /// Takes the state that [`save`](Network::save) has written, of this network or of one that was
    /// built in the same way; the next run goes on from there. Compiles the network first if necessary.
    /// A network that has halted can run again. Probes begin again, as after a reset.
    ///
    /// On several ranks all call it, and read the file. One that does not fit halts the network.
    ///
    /// # Errors
    /// [`SnapshotError`](crate::error::SnapshotError) for a file that cannot be read, was cut off or
    /// altered, or is of another network; [`RunError::Model`] if a model
    /// refuses a value. The network is then as it was before. [`StateError::Running`] during a run,
    /// [`StateError::Stopped`] after `stop`, [`StateError::Busy`] from code that the network calls,
    /// [`StateError::Batch`] for a network with a batch.
    pub fn restore(&self, path: impl AsRef<Path>) -> Result<()> {
        self.shared.compile_for("being restored")?;
        self.shared.restore(path.as_ref())
    }

    /// Saves the network to a file after every `interval` of steps or of model time, counted from step 0,
    /// while it runs: `net.checkpoint_every(RunSteps(10_000), "run.snapshot")?`. The run waits while the
    /// state is gathered and written, and pays nothing otherwise. Asynchronous models see the end of a
    /// run and the beginning of the next. A later call replaces an earlier one, and an interval of
    /// [`RunContinuous`](crate::RunContinuous) ends the checkpoints.
    ///
    /// A checkpoint that cannot be written ends the run with its error; the next run continues.
    ///
    /// # Errors
    /// [`StateError::ZeroSteps`] for an interval of no steps, [`StateError::NoDt`] and
    /// [`StateError::Fraction`] for a time that is no number of steps, [`StateError::Running`] during a
    /// run, [`StateError::Stopped`] after `stop`, [`StateError::Batch`] for a network with a batch.
    pub fn checkpoint_every(
        &self,
        interval: impl RunCondition,
        path: impl Into<PathBuf>,
    ) -> Result<()> {
        let interval = interval.length().steps(|| self.shared.time_step.get())?;
        self.shared.refuse_batch()?;
        let path = path.into();
        let mut state = self.shared.lock();
        match state.stage() {
            Stage::Running(_) => return Err(StateError::Running.into()),
            Stage::Stopped { .. } => return Err(StateError::Stopped.into()),
            Stage::Building | Stage::Ready(_) | Stage::Halted { .. } => {}
        }
        let is_on = interval < u64::MAX;
        state.data.checkpoint = is_on.then_some(Checkpoint { interval, path });
        Ok(())
    }
}

impl NetworkInner {
    /// Fails if the network has a batch, which no snapshot keeps.
    pub(super) fn refuse_batch(&self) -> Result<(), StateError> {
        match self.batch.get() {
            None => Ok(()),
            Some(_) => Err(StateError::Batch {
                why: "a snapshot keeps one sample; read and set the Vars of the batch instead",
            }),
        }
    }

    /// Compiles the network, unless it is in a stage in which that does nothing.
    fn compile_for(&self, what: &'static str) -> Result<()> {
        // A transition under way may compile it.
        let transition = self.lifecycle.transition(what)?;
        let is_compiled = transition.engine().is_some();
        drop(transition);
        if is_compiled { Ok(()) } else { self.compile() }
    }

    /// Saves a network that is compiled.
    pub(super) fn save(&self, path: &Path) -> Result<()> {
        self.refuse_batch()?;
        let transition = self.lifecycle.transition("being saved")?;
        if let Stage::Halted { why, .. } = transition.lock().stage() {
            return Err(StateError::Halted { why: why.clone() }.into());
        }
        let Some(engine) = transition.engine() else {
            return Ok(());
        };
        let _command = self
            .send_command(|| Command::Save)
            .map_err(RunError::from)?;
        let saved = engine.save(&shared_graph(&transition));
        let Some(ranks) = engine.ranks() else {
            // The state is gathered: others may use the network while it is written.
            drop(transition);
            return self.write(saved?, path);
        };
        let written = match saved {
            // All ranks have this error.
            Err(error) if matches!(error.downcast_ref(), Some(RunError::Rank { .. })) => {
                return Err(error);
            }
            saved => saved.and_then(|saved| self.write(saved, path)),
        };
        agreed(ranks, "`save`, the file", written)
    }

    /// Writes a snapshot, if this rank has one.
    fn write(&self, snapshot: Option<Snapshot>, path: &Path) -> Result<()> {
        let Some(mut snapshot) = snapshot else {
            return Ok(());
        };
        snapshot.put(SEED, &self.seed.get());
        snapshot.put(DT, &self.time_step.get().map(Time::in_ms));
        tracing::debug!(step = snapshot.time_step(), path = %path.display(), "the network is saved");
        Ok(write(&snapshot, path)?)
    }

    /// Saves the network between two steps of its run, if a checkpoint is due.
    pub(super) fn save_checkpoint(&self, step: u64) -> Result<()> {
        let due = |data: &NetworkData| {
            let checkpoint = data.checkpoint.as_ref();
            checkpoint
                .filter(|checkpoint| step.is_multiple_of(checkpoint.interval))
                .map(|checkpoint| checkpoint.path.clone())
        };
        let path = due(&self.lock().data);
        path.map_or(Ok(()), |path| self.save(&path))
    }

    pub(super) fn restore(&self, path: &Path) -> Result<()> {
        self.refuse_batch()?;
        let opened = self.open(path);
        let transition = self.lifecycle.transition("being restored")?;
        let Some(engine) = transition.engine() else {
            return Ok(());
        };
        let command = || Command::Restore(path.display().to_string());
        let _command = self.send_command(command).map_err(RunError::from)?;
        let snapshot = match engine.ranks() {
            None => opened?,
            Some(ranks) => {
                let snapshot = agreed(ranks, "`restore`, the file", opened)?;
                let call = format!("`restore` of snapshot {:016x}", snapshot.checksum());
                ranks.call(&call, &[]).map_err(RunError::Ranks)?;
                snapshot
            }
        };
        let graph = shared_graph(&transition);
        let is_halted = matches!(transition.lock().stage(), Stage::Halted { .. });
        // A network that has halted is in the middle of a step.
        let before = match is_halted || engine.ranks().is_some() {
            true => None,
            false => engine.save(&graph)?,
        };
        let mut loaded = engine.load(&graph, &snapshot);
        if let Some(ranks) = engine.ranks() {
            loaded = agreed(ranks, "`restore`", loaded);
        }
        let Err(error) = loaded else {
            if is_halted {
                let _ = transition.enter(Stage::Ready(engine));
            }
            return Ok(());
        };
        if engine.ranks().is_some() {
            halt(&transition, engine, error_text(&error));
            return Err(error);
        }
        let undone = match before {
            Some(before) => engine.load(&graph, &before),
            None => Ok(()),
        };
        if let Err(failed) = undone {
            let why = error_text(&failed);
            tracing::error!("a snapshot that does not fit cannot be taken back: {why}");
            halt(&transition, engine, why);
        }
        Err(error)
    }

    /// Reads a snapshot of this network.
    fn open(&self, path: &Path) -> Result<Snapshot> {
        let snapshot = Snapshot::open(path)?;
        self.check(&snapshot)?;
        Ok(snapshot)
    }

    /// Fails if a snapshot is of a network with another seed or time step.
    fn check(&self, snapshot: &Snapshot) -> Result<()> {
        let (saved, own): (u64, _) = (snapshot.get(SEED)?, self.seed.get());
        if saved != own {
            let what = format!("its seed is {saved}, that of this network {own}");
            return Err(snapshot.of_another(what).into());
        }
        let (saved, own): (Option<f64>, _) = (snapshot.get(DT)?, self.time_step.get());
        let own = own.map(Time::in_ms);
        if saved != own {
            let text = |dt: Option<f64>| dt.map_or("none".to_owned(), |dt| format!("{dt} ms"));
            let (saved, own) = (text(saved), text(own));
            let what = format!("its time step is {saved}, that of this network {own}");
            return Err(snapshot.of_another(what).into());
        }
        Ok(())
    }
}

/// Halts a network whose state is undefined, now or at the end of the run that makes a change.
fn halt(
    transition: &lava_core::lifecycle::Transition<'_, NetworkData, Engine>,
    engine: std::sync::Arc<Engine>,
    why: String,
) {
    let mut state = transition.lock();
    if state.is_running() {
        state.data.halting = Some(why);
        return;
    }
    drop(state);
    let _ = transition.enter(Stage::Halted { engine, why });
}
