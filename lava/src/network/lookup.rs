//! Members of processes by their path.

use std::sync::Arc;

use lava_core::data::{Element, Payload};

use super::Network;
use super::error::PathError;
use super::lifecycle::NetworkInner;
use crate::Result;
use crate::graph::Graph;
use crate::process::{OutPort, Owner, PortIndex, ProcessId, ProcessRef, Var, VarInner};

/// The process and the name of a member.
struct Member {
    process: ProcessId,
    member: String,
}

impl Graph {
    /// The process of `process.member`.
    fn find(&self, path: &str) -> Result<Member, PathError> {
        let (process, member) = path.rsplit_once('.').unwrap_or(("", path));
        match self.by_name(process).filter(|_| !process.is_empty()) {
            Some(id) => Ok(Member {
                process: id,
                member: member.to_owned(),
            }),
            None => Err(PathError::Process {
                path: path.to_owned(),
                process: process.to_owned(),
            }),
        }
    }
}

impl<C> Network<C> {
    /// The Var of a process by its path, such as `lif.v`, or `layer.lif.v` inside a hierarchical
    /// process: for those that there is no handle of.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).name("lif"))?;
    /// net.var::<f32>("lif.v")?.set(0.5)?;
    /// assert_eq!(lif.v.get()?[0], 0.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PathError`] where there is no such process or Var, or its elements are no `T`.
    pub fn var<T: Element>(&self, path: &str) -> Result<Var<T>> {
        let state = self.shared.lock();
        let path = format!("{}{path}", self.path);
        let Member { process, member } = state.graph.find(&path)?;
        let decl = &state.graph.process(process);
        let Some(var) = decl.vars.iter().find(|var| var.name() == member) else {
            return Err(PathError::Member { path, what: "Var" }.into());
        };
        match var.core().downcast_ref::<Arc<VarInner<T>>>() {
            Some(core) => {
                let process = self.process(process, &state.graph);
                Ok(Var::new(process, Arc::clone(core)))
            }
            None => Err(wrong_type::<T>(path, "Var").into()),
        }
    }

    /// The out-port of a process by its path, such as `layer.lif.s_out`: see [`Network::var`].
    ///
    /// # Errors
    /// [`PathError`] where there is no such process or port, or it sends something else.
    pub fn out_port<T: Payload>(&self, path: &str) -> Result<OutPort<T>> {
        let state = self.shared.lock();
        let path = format!("{}{path}", self.path);
        let Member { process, member } = state.graph.find(&path)?;
        let decl = &state.graph.process(process);
        let ports = (0..).map(PortIndex).zip(&decl.out_ports);
        let Some((port, decl)) = { ports }.find(|(_, port)| port.name == member) else {
            let what = "out-port";
            return Err(PathError::Member { path, what }.into());
        };
        match decl.payload == std::any::TypeId::of::<T>() {
            true => {
                let process = self.process(process, &state.graph);
                Ok(OutPort::new(process, port, decl.name, decl.dims.clone()))
            }
            false => Err(wrong_type::<T>(path, "out-port").into()),
        }
    }

    fn process(&self, id: ProcessId, graph: &Graph) -> ProcessRef {
        let owner: Arc<dyn Owner> = Arc::<NetworkInner>::clone(&self.shared);
        ProcessRef {
            owner,
            id,
            name: Arc::clone(&graph.process(id).name),
        }
    }
}

fn wrong_type<T>(path: String, what: &'static str) -> PathError {
    let given = std::any::type_name::<T>();
    PathError::Type { path, what, given }
}
