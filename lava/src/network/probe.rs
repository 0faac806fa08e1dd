//! Probes of a network.

use lava_core::executor::RunError;

use super::Network;
use super::inner::shared_graph;
use crate::Result;
use crate::engine::Command;
use crate::monitor::error::ProbeError;
use crate::monitor::{AttachProbe, ProbeOptions, Probed};
use crate::process::ProcessRef;

impl<C> Network<C> {
    /// Records a Var, or the messages of an out-port, in every step from now on: see
    /// [`Probe`](crate::monitor::Probe) and [`SpikeProbe`](crate::monitor::SpikeProbe).
    ///
    /// # Errors
    /// [`ProbeError`] if the target keeps nothing to record, is not in lockstep, or belongs to
    /// another network; [`StateError::Running`](crate::error::StateError::Running) during a run, [`StateError::Stopped`](crate::error::StateError::Stopped) after `stop`,
    /// [`StateError::Busy`](crate::error::StateError::Busy) from code that the network calls between runs.
    pub fn probe<P: Probed + ?Sized>(&self, target: &P) -> Result<P::Probe> {
        self.probe_with(target, &ProbeOptions::new())
    }

    /// Records with options: every `n` steps, the last rows only, or to a file while the network
    /// runs. See [`ProbeOptions`].
    ///
    /// # Errors
    /// Those of [`probe`](Network::probe), and [`ProbeError`] for options that cannot be met and for a
    /// file that cannot be created.
    pub fn probe_with<P: Probed + ?Sized>(
        &self,
        target: &P,
        options: &ProbeOptions,
    ) -> Result<P::Probe> {
        let is_foreign = |process: &&ProcessRef| !self.shared.owns(process);
        if let Some(process) = target.processes().into_iter().find(is_foreign) {
            let process = process.name.to_string();
            return Err(ProbeError::Foreign { process }.into());
        }
        if options.file().is_some() {
            self.shared.in_one_process("a recording to a file")?;
        }
        // A file is created, in place of an older one, only if the probe can be attached.
        let transition = self.shared.lifecycle.transition("adding a probe")?;
        let (probe, attach) = target.probe(&shared_graph(&transition), options)?;
        let AttachProbe {
            target,
            recording,
            attach,
        } = attach;
        let command = || Command::Probe(target.to_bytes(options));
        let _command = self.shared.send_command(command).map_err(RunError::from)?;
        let engine = transition.engine();
        if self.shared.ranks.get().is_some() || engine.is_none() {
            transition.lock().data.numbered_probes.add(&recording);
        }
        match engine {
            Some(engine) => attach(&engine),
            None => {
                let mut state = transition.lock();
                state.data.graph_mut().probed.extend(target.process());
                state.data.probes.push(attach);
            }
        }
        Ok(probe)
    }
}
