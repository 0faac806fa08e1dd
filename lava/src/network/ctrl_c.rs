//! Ctrl-C: pauses the runs of networks.

use std::error::Error;
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
