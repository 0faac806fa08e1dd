//! Ctrl-C: pauses the runs of networks.

use std::error::Error;
use std::fs;
use std::process;
use std::sync::{Arc, OnceLock, Weak};

use lava_core::sync::{Mutex, lock};

use super::Network;
use super::error::StateError;
use super::inner::NetworkInner;
use crate::Result;

/// The networks that Ctrl-C pauses.
static NETWORKS: Mutex<Vec<Weak<NetworkInner>>> = Mutex::new(Vec::new());
/// The result of the registration of the handler.
static HANDLER: OnceLock<Result<(), Arc<dyn Error + Send + Sync>>> = OnceLock::new();

impl<C> Network<C> {
    /// Lets Ctrl-C (`SIGINT`) pause the runs of this network: the run ends after its current step and
    /// returns as after [`pause`](Network::pause); Vars can be read and set, and the next run
    /// continues.
    ///
    /// Without a run, or if a run has not ended since an earlier Ctrl-C, the program exits with code
    /// 130. Ctrl-C pauses all networks for which this method was called.
    ///
    /// A program that was started to ignore Ctrl-C, as one in the background of a shell script is, goes on to ignore
    /// it, on Linux.
    ///
    /// Needs the feature `ctrlc`.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]))?;
    /// net.pause_on_ctrl_c()?;
    /// net.run(RunSteps(1000))?;
    /// println!("came as far as step {}", net.time_step());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::CtrlC`] if another part of the program handles Ctrl-C.
    pub fn pause_on_ctrl_c(&self) -> Result<()> {
        let handler = HANDLER.get_or_init(|| match ctrlc::try_set_handler(pause_all) {
            Ok(()) => Ok(()),
            Err(ctrlc::Error::MultipleHandlers) if is_ignored() => Ok(()),
            Err(error) => Err(Arc::new(error)),
        });
        if let Err(cause) = handler {
            let cause = Arc::clone(cause);
            return Err(StateError::CtrlC { cause }.into());
        }
        let mut networks = lock(&NETWORKS);
        let this = Arc::downgrade(&self.shared);
        networks.retain(|network| network.strong_count() > 0 && !network.ptr_eq(&this));
        networks.push(this);
        Ok(())
    }
}

/// Returns `true` if the operating system says that the program ignores Ctrl-C.
fn is_ignored() -> bool {
    /// The second signal.
    const SIGINT: u64 = 1 << 1;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & SIGINT != 0)
}

/// Pauses every run that has no earlier request to end; exits the program if there is none.
fn pause_all() {
    let networks = lock(&NETWORKS);
    let networks = networks.iter().filter_map(Weak::upgrade);
    let paused = networks
        .filter(|network| network.lifecycle.request_pause())
        .count();
    tracing::info!(paused, "Ctrl-C");
    if paused == 0 {
        process::exit(130);
    }
}
