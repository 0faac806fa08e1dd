//! The network, as a handle sees it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use lava_core::data::{Shard, VarError};
use lava_core::index_type;

index_type! {
    /// The index of a process in its network.
    pub ProcessId
}

/// The network that a handle belongs to. Keeps `process` ignorant of networks and engines; a caller
/// that knows its type can downcast it.
pub(crate) trait Owner: Any + Send + Sync {
    /// A process of this network.
    fn process(self: Arc<Self>, id: ProcessId) -> ProcessRef;
    /// Calls `visit` with each model of a process, in the order of their neurons, or with `None` if
    /// there is no model yet.
    fn with_models(&self, process: ProcessId, visit: &mut Visit<'_>) -> Result<(), VarError>;
    /// Returns `true` if several ranks run the network.
    fn is_on_ranks(&self) -> bool;
    /// Gathers bytes that `put` appends of a Var for each model of a process, from all ranks. Returns `None` if
    /// there is no model yet, or one rank only.
    fn gather(
        &self,
        process: ProcessId,
        var: &str,
        put: &mut PutShard<'_>,
    ) -> Result<Option<Vec<Vec<u8>>>, VarError>;
    /// Sets a Var in each model of a process, and tells the models; or its initial value, if there is
    /// no model yet. A value that a model refuses changes nothing.
    fn update_var(&self, process: ProcessId, var: &mut dyn SetVar) -> Result<(), VarError>;
    /// Returns `true` if a process is inside a composite process.
    fn is_inside(&self, process: ProcessId, composite: ProcessId) -> bool;
}

/// A visitor of a model, with the shard that it computes.
pub(crate) type Visit<'a> = dyn FnMut(Option<(&mut dyn Any, &Shard)>) + 'a;

/// A function that appends what a model has, to be gathered; the flag says that this is the first of the
/// ranks that compute the process.
pub(crate) type PutShard<'a> = dyn FnMut(&mut dyn Any, &Shard, bool, &mut Vec<u8>) + 'a;

/// A Var and its new value.
pub(crate) trait SetVar {
    /// The name of the Var.
    fn name(&self) -> &'static str;
    /// The value as bytes, for other ranks.
    fn to_bytes(&self) -> Vec<u8>;
    /// Replaces the initial value.
    fn set_initial(&mut self);
    /// Replaces the value in the model of a shard, and keeps the old one.
    fn write(&mut self, model: &mut dyn Any, shard: &Shard);
    /// Writes the old value back into the model of a shard: of all that were written, in the same
    /// order.
    fn restore(&mut self, model: &mut dyn Any, shard: &Shard);
}

/// A process within its network, which lives as long as this reference.
#[derive(Clone)]
pub struct ProcessRef {
    pub(crate) owner: Arc<dyn Owner>,
    pub(crate) id: ProcessId,
    pub(crate) name: Arc<str>,
}

impl ProcessRef {
    /// Returns `true` if both processes belong to the same network.
    pub(crate) fn same_network(&self, other: &ProcessRef) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.owner), Arc::as_ptr(&other.owner))
    }
}

impl fmt::Debug for ProcessRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
