//! Ctrl-C pauses, and returns control.

use std::process;
use std::sync::{Arc, OnceLock, Weak};

use lava_core::executor::Requests;
use lava_core::sync::{Mutex, lock};

use super::Network;
use super::error::StateError;
use super::lifecycle::{Lifecycle, NetworkInner};
use crate::Result;

/// The networks that Ctrl-C pauses.
static NETWORKS: Mutex<Vec<Weak<NetworkInner>>> = Mutex::new(Vec::new());
/// Whether Ctrl-C is ours, or why it is not.
static HANDLED: OnceLock<Result<(), String>> = OnceLock::new();

impl<C> Network<C> {
    /// Has Ctrl-C (`SIGINT`) pause the runs of this network: the run ends after its present step and
    /// returns as after [`pause`](Network::pause), Vars can be read and set, and the next run goes on.
    ///
    /// Where no run is on, or one does not end after a first Ctrl-C, the program ends, with exit code
    /// 130. Several networks can be paused so, all at once.
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
    /// [`StateError::CtrlC`] where another part of the program handles Ctrl-C.
    pub fn pause_on_ctrl_c(&self) -> Result<()> {
        let handled = HANDLED.get_or_init(|| {
            let set = ctrlc::try_set_handler(pause_all);
            set.map_err(|error| error.to_string())
        });
        if let Err(cause) = handled {
            let cause = cause.clone();
            return Err(StateError::CtrlC { cause }.into());
        }
        let mut networks = lock(&NETWORKS);
        let this = Arc::downgrade(&self.shared);
        networks.retain(|network| network.strong_count() > 0 && !network.ptr_eq(&this));
        networks.push(this);
        Ok(())
    }
}

/// Pauses every run that was not asked to end before; without one, ends the program.
fn pause_all() {
    let networks = lock(&NETWORKS);
    let networks = networks.iter().filter_map(Weak::upgrade);
    let paused = networks.filter(|network| network.pause_once()).count();
    tracing::info!(paused, "Ctrl-C");
    if paused == 0 {
        process::exit(130);
    }
}

impl NetworkInner {
    /// Asks a run to end. False if none is on, or it was asked before.
    fn pause_once(&self) -> bool {
        match &self.lock().stage {
            Lifecycle::Running(engine) if !engine.is_interrupted() => {
                engine.interrupt(Requests::PAUSE);
                true
            }
            _ => false,
        }
    }
}
