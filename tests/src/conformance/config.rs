//! The configuration of the networks: which models its traces ask for.

use std::cell::Cell;

use lava::network::{AnyTag, Overrides};
use lava::prelude::*;
use lava::proc::{SigmaDelta, SigmaDeltaCorrected};

use super::file::Trace;
use super::kinds::{CORRECTED, Model};

/// The networks that traces are built as. Which type a process computes in is a matter of its
/// own type, so one configuration serves all; what it cannot say is which of two models of one
/// type a trace wants, so that is said when a network is made.
pub struct TraceCfg;

thread_local! {
    /// `true` if the next network corrects the rounding of sigma-delta neurons.
    static CORRECTS: Cell<bool> = const { Cell::new(false) };
}

impl RunConfig for TraceCfg {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;

    fn overrides(models: &mut Overrides<Self>) {
        if CORRECTS.get() {
            models.replace::<SigmaDelta<i32>, SigmaDeltaCorrected>();
        }
    }
}

/// An empty network with the models that a trace wants.
///
/// # Errors
/// If it wants two models for one type.
pub fn network(trace: &Trace) -> Result<Network<TraceCfg>, String> {
    let fixed = trace
        .processes
        .iter()
        .filter(|process| process.kind == "SigmaDelta");
    let chosen = fixed.filter_map(|process| Model::select(process, &trace.run_config).ok());
    let corrected: Vec<bool> = chosen.map(|model| model.name == CORRECTED).collect();
    let corrects = corrected.contains(&true);
    if corrects && corrected.contains(&false) {
        return Err(format!("{CORRECTED} for some processes only"));
    }
    CORRECTS.set(corrects);
    Ok(Network::new())
}
