//! The network as a handle sees it.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{Shard, VarError};
use lava_core::index_type;

index_type! {
    /// A process of a network.
    pub ProcessId
}

/// What a handle asks of the network it belongs to. Keeps `process` ignorant of networks and
/// runtimes.
pub(crate) trait Owner: Any + Send + Sync {
    /// A process of this network.
    fn process(self: Arc<Self>, id: ProcessId) -> ProcessRef;
    /// Calls `visit` with each model of a process, in the order of their neurons, or with `None`
    /// where there is no model yet.
    fn with_models(&self, process: ProcessId, visit: &mut Visit<'_>) -> Result<(), VarError>;
    /// Tells the model of a process that its Var was written.
    fn var_changed(&self, process: ProcessId, var: &'static str) -> Result<(), VarError>;
    /// Returns `true` if a process is inside a composite process.
    fn is_inside(&self, process: ProcessId, composite: ProcessId) -> bool;
    /// The owner itself, for code that knows which type it has.
    fn as_any(&self) -> &dyn Any;
}

/// Looks at a model and at which of the neurons it computes.
pub(crate) type Visit<'a> = dyn FnMut(Option<(&mut dyn Any, &Shard)>) + 'a;

/// Names a process within its network and keeps the network alive.
#[derive(Clone)]
pub struct ProcessRef {
    pub(crate) owner: Arc<dyn Owner>,
    pub(crate) id: ProcessId,
    pub(crate) name: Arc<str>,
}

impl ProcessRef {
    /// Whether two handles belong to the same network.
    pub(crate) fn same_network(&self, other: &ProcessRef) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.owner), Arc::as_ptr(&other.owner))
    }
}

impl std::fmt::Debug for ProcessRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}
