//! `PhaseLogger`, a process of several traces' own: which phases it ran, and in which order.

use anyhow::{Context as _, Result};
use lava::prelude::*;

use super::super::array::check_size;
use super::super::handle::Handle;
use super::{ANY, Kind, Making, Model};

/// The process of the trace: every phase counts, and notes its count.
pub(super) const PHASE_LOGGER: Kind = Kind {
    name: "PhaseLogger",
    args: &["steps", "lrn_every", "pre_every", "post_every"],
    models: &[Model {
        name: "PhaseLogger",
        tags: ANY,
        build: phase_logger,
    }],
};

/// Number of phases.
const PHASES: usize = 4;

fn phase_logger(making: &Making<'_>) -> Result<Handle> {
    let steps = making.whole("steps")?.context("no argument `steps`")?;
    check_size(&[steps, PHASES])?;
    let every = |name| Ok::<_, anyhow::Error>(making.whole(name)?.unwrap_or(0));
    let logger = PhaseLogger::steps(steps)
        .pre_every(every("pre_every")?)
        .lrn_every(every("lrn_every")?)
        .post_every(every("post_every")?);
    let logger = making.net.add(logger.name(&making.process.name))?;
    Ok(Handle::new()
        .sends("s_out", &logger.s_out)
        .holds("log", logger.log)
        .holds("counter", logger.counter))
}

/// Counts the phases that it runs, and keeps the count of each.
#[process]
pub struct PhaseLogger {
    #[port(shape = [1])]
    s_out: OutPort<f64>,
    /// Number of steps that are kept.
    #[param]
    steps: Param<usize>,
    /// Every how many steps each phase but the first runs; 0 for never.
    #[param(default = 0)]
    pre_every: Param<u64>,
    #[param(default = 0)]
    lrn_every: Param<u64>,
    #[param(default = 0)]
    post_every: Param<u64>,
    /// By step and phase.
    #[var(shape = [*steps, PHASES], init = 0.0)]
    log: Var<f64>,
    #[var(shape = [1], init = 0.0)]
    counter: Var<f64>,
}

#[implements(proc = PhaseLogger, protocol = Loihi)]
struct PhaseLoggerModel {
    s_out: Out<f64>,
    steps: usize,
    pre_every: u64,
    lrn_every: u64,
    post_every: u64,
    log: Vec<f64>,
    counter: Vec<f64>,
    #[local]
    context: Context,
}

impl PhaseLoggerModel {
    fn holds(&self, every: u64) -> bool {
        every > 0 && self.context.time_step().is_multiple_of(every)
    }

    fn note(&mut self, phase: usize) -> lava::Result<()> {
        self.counter[0] += 1.0;
        let step = (self.context.time_step() - 1) as usize;
        if step >= self.steps {
            return Err(lava::Error::model(format!("no room for step {}", step + 1)));
        }
        self.log[step * PHASES + phase] = self.counter[0];
        Ok(())
    }
}

impl LoihiModel for PhaseLoggerModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.note(0)?;
        self.s_out.send_slice(&self.counter)
    }

    fn pre_guard(&self) -> bool {
        self.holds(self.pre_every)
    }

    fn run_pre_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.note(1)
    }

    fn lrn_guard(&self) -> bool {
        self.holds(self.lrn_every)
    }

    fn run_lrn(&mut self) -> lava::Result<()> {
        self.note(2)
    }

    fn post_guard(&self) -> bool {
        self.holds(self.post_every)
    }

    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.note(3)
    }
}
