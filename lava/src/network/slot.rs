//! The place of a process in the graph while it is constructed.

use std::cell::Cell;
use std::sync::Arc;

use lava_core::lifecycle::Addition;

use super::Network;
use super::inner::{NetworkData, NetworkInner};
use crate::Result;
use crate::engine::Engine;
use crate::graph::{Factory, Graph, Implementation, ModelSpec};
use crate::model::Timing;
use crate::process::error::BuildError;
use crate::process::{Declarations, ProcessId};

/// A process under construction; removed from the graph if that fails or panics.
pub(super) struct Slot<'a> {
    shared: &'a NetworkInner,
    pub(super) id: ProcessId,
    pub(super) name: Arc<str>,
    is_complete: Cell<bool>,
    /// The network is not compiled before the process is complete, or removed.
    _addition: Addition<'a, NetworkData, Engine>,
}

impl<'a> Slot<'a> {
    /// Reserves the place of a process, a `kind` named `name` within its network or composite process.
    pub(super) fn reserve<C>(
        net: &'a Network<C>,
        kind: &'static str,
        name: Option<&str>,
        spec: Option<&ModelSpec>,
    ) -> Result<Slot<'a>> {
        let path = &net.path;
        let full_name = |id: ProcessId| match name {
            Some(name) => format!("{path}{name}"),
            None => format!("{path}{kind}_{}", id.index()),
        };
        let (addition, mut state) = match net.shared.lifecycle.addition() {
            Ok(begun) => begun,
            Err(refused) => {
                let process = full_name(net.shared.lock().data.graph().next_id());
                let state = refused.state();
                return Err(BuildError::Late { process, state }.into());
            }
        };
        let graph = state.data.graph_mut();
        let process = full_name(graph.next_id());
        if graph.by_name(&process).is_some() {
            return Err(BuildError::Name { process }.into());
        }
        let is_detached_composite = |spec: &ModelSpec| {
            spec.timing == Timing::Detached && matches!(spec.make, Factory::Composite(_))
        };
        if spec.is_some_and(is_detached_composite) {
            return Err(BuildError::Detached { process }.into());
        }
        net.check_depth(graph, &process, kind)?;
        let name: Arc<str> = process.into();
        let id = graph.reserve(Arc::clone(&name), kind, net.parent);
        drop(state);
        Ok(Slot {
            shared: &net.shared,
            id,
            name,
            is_complete: Cell::new(false),
            _addition: addition,
        })
    }

    /// Changes the graph, unless the network has been stopped meanwhile.
    fn change(&self, change: impl FnOnce(&mut Graph)) -> Result<()> {
        let mut state = self.shared.lifecycle.building().map_err(|refused| {
            let process = self.name.to_string();
            let state = refused.state();
            BuildError::Late { process, state }
        })?;
        change(state.data.graph_mut());
        Ok(())
    }

    pub(super) fn declare(&self, declarations: Declarations) -> Result<()> {
        self.change(|graph| graph.declare(self.id, declarations))
    }

    /// Notes the type of the process.
    #[cfg(feature = "store")]
    pub(super) fn of_type(&self, type_id: std::any::TypeId) -> Result<()> {
        self.change(|graph| graph.set_type(self.id, type_id))
    }

    pub(super) fn implement(&self, implementation: Implementation) -> Result<()> {
        self.change(|graph| graph.implement(self.id, implementation))?;
        self.is_complete.set(true);
        Ok(())
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if self.is_complete.get() {
            return;
        }
        if let Ok(mut state) = self.shared.lifecycle.building() {
            state.data.graph_mut().remove(self.id);
        }
    }
}
