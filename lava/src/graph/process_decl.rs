//! Processes of a graph, as they were declared.

use std::any::Any;
use std::sync::Arc;

use super::LinkCounts;
use super::composite::Exports;
use super::selection::ModelSpec;
use crate::model::Timing;
use crate::process::{AnyVar, InPortDecl, OutPortDecl, ProcessId, RefPortDecl};

/// A process as it was declared.
pub(crate) struct ProcessDecl {
    pub(crate) name: Arc<str>,
    /// The name of its type.
    pub(crate) kind: &'static str,
    /// The type of its handle, and what its builder was given.
    #[cfg(feature = "store")]
    pub(crate) built: Built,
    /// The composite process around it.
    pub(crate) parent: Option<ProcessId>,
    pub(crate) in_ports: Vec<InPortDecl>,
    pub(crate) out_ports: Vec<OutPortDecl>,
    pub(crate) ref_ports: Vec<RefPortDecl>,
    pub(crate) vars: Vec<Box<dyn AnyVar>>,
    pub(crate) members: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
    pub(crate) implementation: Implementation,
    /// It is connected to an independent process.
    pub(crate) touches_async: bool,
    /// The numbers of edges and links that had been made before any of its own.
    pub(super) made_before: LinkCounts,
}

/// The type of a process, and what its builder was given, as a file keeps them.
#[cfg(feature = "store")]
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) type_id: Option<std::any::TypeId>,
    pub(crate) given: crate::process::GivenNames,
}

/// The implementation of a process.
pub(crate) enum Implementation {
    /// A model.
    Model(ModelSpec),
    /// The processes inside it.
    Composite(Exports),
    /// None yet, and no handle either: it is being declared.
    Reserved,
    /// None: it could not be built, or is being built.
    Pending,
}

impl ProcessDecl {
    /// The specification of its model, if it has one.
    pub(crate) fn spec(&self) -> Option<&ModelSpec> {
        match &self.implementation {
            Implementation::Model(spec) => Some(spec),
            Implementation::Composite(_) | Implementation::Reserved | Implementation::Pending => {
                None
            }
        }
    }

    /// `process.member` of a member of this name.
    pub(crate) fn label(&self, member: &str) -> String {
        format!("{}.{member}", self.name)
    }

    /// The timing of its model; lockstep without one.
    pub(crate) fn timing(&self) -> Timing {
        self.spec().map_or(Timing::Lockstep, |spec| spec.timing)
    }

    /// Returns `true` if its model runs asynchronously or detached.
    pub(crate) fn is_independent(&self) -> bool {
        self.timing() != Timing::Lockstep
    }

    /// The replicated in-ports and Vars, if the model can be sharded.
    pub(crate) fn sharding(&self) -> Option<&'static [&'static str]> {
        self.spec()?.sharding
    }

    /// Returns `true` if every shard has an in-port or Var whole.
    pub(crate) fn is_replicated(&self, member: &str) -> bool {
        self.sharding().unwrap_or_default().contains(&member)
    }
}
