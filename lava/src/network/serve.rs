//! The ranks that serve: they make the calls that the program of rank 0 makes on the network.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Weak};

use lava_core::data::{PersistError, VarError};
use lava_core::executor::RunError;
use lava_core::transport::{RankError, RankGroup};

use super::callbacks::{OnStep, StepAction};
use super::inner::{NetworkData, NetworkInner};
use super::run_condition::RunLength;
use crate::engine::{Command, Engine};
use crate::graph::Graph;
use crate::monitor::{AnyRecording, ProbeTarget};
use crate::process::{AnyVar, Owner, ProcessId};
use crate::{Error, Result};

/// The probes of a network on several ranks, by the numbers under which all ranks know them.
#[derive(Default)]
pub(super) struct NumberedProbes {
    next: u64,
    recordings: BTreeMap<u64, Weak<dyn AnyRecording>>,
    /// Those that the first rank holds.
    served: BTreeMap<u64, Arc<dyn AnyRecording>>,
}

impl NumberedProbes {
    /// Adds the recording of a new probe.
    pub(super) fn add(&mut self, recording: &Arc<dyn AnyRecording>) {
        recording.set_number(self.next);
        let recording = Arc::downgrade(recording);
        self.recordings.insert(self.next, recording);
        self.next += 1;
    }

    /// Adds the recording of a probe that the first rank has added, and holds it.
    fn add_served(&mut self, recording: Arc<dyn AnyRecording>) {
        let number = self.next;
        self.add(&recording);
        self.served.insert(number, recording);
    }

    fn get(&self, number: u64) -> Option<Arc<dyn AnyRecording>> {
        self.recordings.get(&number).and_then(Weak::upgrade)
    }

    fn remove(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.served.remove(number);
            self.recordings.remove(number);
        }
    }

    /// Takes the numbers of probes that nobody holds any more.
    fn take_dropped(&mut self) -> Vec<u64> {
        let is_dropped =
            |_: &u64, recording: &mut Weak<dyn AnyRecording>| recording.strong_count() == 0;
        let dropped = self.recordings.extract_if(.., is_dropped);
        dropped.map(|(number, _)| number).collect()
    }
}

impl NetworkInner {
    /// Lets the ranks that serve remove the probes that are gone here.
    pub(super) fn send_dropped_probes(&self) -> Result<(), RankError> {
        if !self.is_driving() {
            return Ok(());
        }
        let dropped = self.lock().data.numbered_probes.take_dropped();
        if !dropped.is_empty() {
            self.send_command(|| Command::Remove(dropped))?;
        }
        Ok(())
    }

    /// Makes the calls that the first rank makes, until its program ends. Returns the error of the program.
    pub(super) fn serve(&self, ranks: &RankGroup) -> Result<Option<String>> {
        let graph = self.compiled_graph();
        // The first rank alone calls callbacks and writes checkpoints.
        let mut state = self.lock();
        let NetworkData {
            callbacks,
            checkpoint,
            is_serving,
            ..
        } = &mut state.data;
        *is_serving = true;
        let (callbacks, checkpoint) = (std::mem::take(callbacks), checkpoint.take());
        drop(state);
        let ended = loop {
            match self.next_command(ranks) {
                Ok(Command::End(error)) => break Ok(error),
                Ok(command) => {
                    if let Err(error) = self.make(&graph, &command) {
                        // The program has the same.
                        tracing::debug!("a call of the first rank: {error}");
                    }
                }
                Err(error) => break Err(RunError::Ranks(error).into()),
            }
        };
        let mut state = self.lock();
        state.data.is_serving = false;
        state.data.callbacks = callbacks;
        state.data.checkpoint = checkpoint;
        ended
    }

    fn next_command(&self, ranks: &RankGroup) -> Result<Command, RankError> {
        let command = ranks.next_command()?;
        Command::of_bytes(&command).map_err(|error| unreadable(ranks, &error))
    }

    /// Makes a call of the first rank.
    fn make(&self, graph: &Graph, command: &Command) -> Result<()> {
        match command {
            Command::Idle | Command::End(_) => Ok(()),
            Command::Check => {
                let transition = self.lifecycle.transition("starting a run")?;
                let engine = transition.engine();
                engine.map_or(Ok(()), |engine| Ok(engine.check_updated()?))
            }
            Command::Run {
                steps,
                has_callback,
            } => {
                let nothing: OnStep = Box::new(|_| StepAction::Continue);
                let on_step = has_callback.then_some(nothing).into_iter().collect();
                self.lock().data.callbacks.on_step = on_step;
                self.run(RunLength::Steps(*steps))
            }
            Command::Get { process, var } => serve_var(graph, *process, var, |var| {
                let mut is_put = false;
                let put = &mut |model: &mut dyn Any, shard: &_, is_first, bytes: &mut _| {
                    var.put_slices(model, shard, is_first, &mut is_put, bytes);
                };
                self.gather(*process, var.name(), put).map(drop)
            }),
            Command::Set {
                process,
                var,
                value,
            } => serve_var(graph, *process, var, |var| {
                let value = var.set_by_rank(value);
                let mut value = value.map_err(|error| VarError::Ranks(Arc::new(error)))?;
                self.update_var(*process, &mut *value)
            }),
            Command::Reset => self.reset(&Command::Reset, Engine::reset),
            Command::ResetProcess(process) => self.reset_process(*process),
            Command::Probe(target) => self.serve_probe(graph, target),
            Command::Read { recording, takes } => {
                let recording = self.lock().data.numbered_probes.get(*recording);
                if let Some(recording) = recording {
                    recording.serve(*takes);
                }
                Ok(())
            }
            Command::Remove(numbers) => {
                self.lock().data.numbered_probes.remove(numbers);
                Ok(())
            }
            Command::Save => self.save(Path::new("")),
            Command::Restore(path) => self.restore(Path::new(path)),
            Command::Stop => self.stop(),
        }
    }

    fn serve_probe(&self, graph: &Graph, target: &[u8]) -> Result<()> {
        let probe = ProbeTarget::of_bytes(target);
        let probe = probe.map(|(target, options)| target.probe(graph, &options));
        let Ok(Some(probe)) = probe else {
            return Ok(());
        };
        let probe = probe?;
        let transition = self.lifecycle.transition("adding a probe")?;
        if let Some(engine) = transition.engine() {
            (probe.attach)(&engine);
        }
        let mut state = transition.lock();
        state.data.numbered_probes.add_served(probe.recording);
        Ok(())
    }
}

/// Calls `act` with a Var of a process.
fn serve_var(
    graph: &Graph,
    process: ProcessId,
    name: &str,
    act: impl FnOnce(&dyn AnyVar) -> Result<(), VarError>,
) -> Result<()> {
    let decl = graph.process(process);
    let Some(var) = decl.vars.iter().find(|var| var.name() == name) else {
        return Ok(());
    };
    act(var.as_ref()).map_err(|cause| Error::Var {
        process: decl.name.to_string(),
        var: var.name(),
        cause,
    })
}

/// The error of a command that is none.
fn unreadable(ranks: &RankGroup, error: &PersistError) -> RankError {
    RankError::Message {
        own: ranks.rank(),
        rank: 0,
        problem: error.to_string(),
    }
}
