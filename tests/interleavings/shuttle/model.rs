//! Models as the runtime sees them.

use std::fmt;

use crate::Result;
use crate::hub::Hub;

pub(crate) trait Task: Send {
    fn spike(&mut self) -> Result<u8> {
        Ok(0)
    }

    fn phase(&mut self, phase: Phase, remote: &mut RemoteVars<'_>) -> Result<u8> {
        let _ = (phase, remote);
        Ok(0)
    }

    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<u8> {
        let _ = run;
        Ok(0)
    }
}

/// A run, as a model sees it that runs by itself.
pub(crate) struct AsyncRun<'a> {
    pub(crate) steps: u64,
    pub(crate) party: usize,
    pub(crate) hub: &'a Hub,
    pub(crate) interrupt: &'a (dyn Fn(u8) + Sync),
}

impl AsyncRun<'_> {
    pub(crate) fn is_ending(&self) -> bool {
        self.hub.is_ending(self.party)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Spike,
    PreManagement,
    Learning,
    PostManagement,
    Async,
}

impl Phase {
    pub(crate) const GUARDED: [(u8, Phase); 3] = [
        (request::PRE, Phase::PreManagement),
        (request::LEARN, Phase::Learning),
        (request::POST, Phase::PostManagement),
    ];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

pub(crate) mod request {
    pub(crate) const PRE: u8 = 1;
    pub(crate) const LEARN: u8 = 1 << 1;
    pub(crate) const POST: u8 = 1 << 2;
    pub(crate) const PAUSE: u8 = 1 << 3;
    pub(crate) const STOP: u8 = 1 << 4;
    pub(crate) const ABORT: u8 = 1 << 5;
}

/// The models of others, in a phase after the spike phase.
pub(crate) struct RemoteVars<'a>(&'a dyn Lend);

pub(crate) trait Lend {
    fn lend(&self, part: usize, act: &mut dyn FnMut(&mut dyn Task));
}

impl<'a> RemoteVars<'a> {
    pub(crate) fn new(models: &'a dyn Lend) -> RemoteVars<'a> {
        Remote(models)
    }
}
