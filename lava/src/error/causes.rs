//! The error that has caused another, where its source is none because its text has that of the cause.

use std::error::Error as StdError;

use lava_core::data::VarError;
use lava_core::executor::RunError;

use crate::compiler::CompileError;
use crate::dnf::FieldError;
use crate::graph::ConnectError;
use crate::monitor::error::ProbeError;
use crate::network::error::StateError;
use crate::proc::synapse::SynapseError;
use crate::process::error::BuildError;
use crate::snapshot::SnapshotError;

/// The cause of an error of a domain, or the source of another error.
pub(super) fn cause<'a>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a (dyn StdError + 'static)> {
    if let Some(error) = error.downcast_ref::<RunError>() {
        return error.cause().map(|cause| cause as _);
    }
    match error.downcast_ref::<BuildError>() {
        Some(BuildError::Refused { cause, .. }) => return Some(&**cause),
        Some(BuildError::Init { cause, .. }) => return Some(cause),
        _ => {}
    }
    if let Some(VarError::Refused(cause) | VarError::Unavailable(cause) | VarError::Ranks(cause)) =
        error.downcast_ref()
    {
        return Some(&**cause);
    }
    if let Some(StateError::CtrlC { cause }) = error.downcast_ref::<StateError>() {
        return Some(&**cause);
    }
    if let Some(CompileError { problems }) = error.downcast_ref() {
        return problems.first().map(|problem| problem as _);
    }
    if let Some(ConnectError::Select { cause, .. }) = error.downcast_ref() {
        return Some(cause);
    }
    if let Some(SnapshotError::Entry { cause, .. }) = error.downcast_ref() {
        return Some(cause);
    }
    match error.downcast_ref::<ProbeError>() {
        Some(ProbeError::Select { cause, .. }) => return Some(cause),
        Some(ProbeError::Unavailable { cause, .. }) => return Some(cause),
        Some(ProbeError::Port(cause)) => return Some(&**cause),
        _ => {}
    }
    if let Some(FieldError::Synapses(cause)) = error.downcast_ref() {
        return Some(cause);
    }
    synapse_cause(error)
        .or_else(|| file_cause(error))
        .or_else(|| error.source())
}

/// The cause of an error of synapses.
fn synapse_cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<SynapseError>()? {
        SynapseError::Rule { reason, .. } => Some(reason),
        SynapseError::Format(cause) => Some(cause),
        SynapseError::Procedural(cause) => Some(cause),
        SynapseError::Conv(cause) => Some(cause),
        _ => None,
    }
}

/// The cause of an error of files.
fn file_cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    #[cfg(feature = "nir")]
    match error.downcast_ref::<crate::io::nir::NirError>() {
        Some(crate::io::nir::NirError::File(cause)) => return Some(cause),
        Some(crate::io::nir::NirError::Network(cause)) => return Some(&**cause),
        _ => {}
    }
    #[cfg(feature = "netx")]
    match error.downcast_ref::<crate::io::netx::NetxError>() {
        Some(crate::io::netx::NetxError::File(cause)) => return Some(cause),
        Some(crate::io::netx::NetxError::Network(cause)) => return Some(&**cause),
        _ => {}
    }
    #[cfg(feature = "sonata")]
    if let Some(crate::io::sonata::SonataError::Network(cause)) = error.downcast_ref() {
        return Some(&**cause);
    }
    let _ = error;
    None
}
