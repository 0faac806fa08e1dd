//! Lookup of Vars and ports by path.

use std::any::{TypeId, type_name};
use std::sync::Arc;

use lava_core::data::{Element, Payload};

use super::Network;
use super::error::PathError;
use super::inner::NetworkInner;
use crate::Result;
use crate::graph::{Graph, ProcessDecl};
use crate::process::{InPort, OutPort, Owner, PortIndex, ProcessId, ProcessRef, Var, VarInner};

/// A path, and the process and member that it names.
struct PathMember<'a> {
    path: String,
    process: ProcessId,
    decl: &'a ProcessDecl,
    name: String,
}

impl<'a> PathMember<'a> {
    /// The member of a path `process.member`.
    fn find(graph: &'a Graph, path: String) -> Result<PathMember<'a>, PathError> {
        let Some((process, name)) = path.rsplit_once('.') else {
            return Err(PathError::NoMember { path });
        };
        match graph.by_name(process) {
            Some(id) => Ok(PathMember {
                process: id,
                decl: graph.process(id),
                name: name.to_owned(),
                path,
            }),
            None => Err(PathError::Process {
                process: process.to_owned(),
                processes: first_names(graph),
                path,
            }),
        }
    }

    /// The error of a process that has no `kind` of this name, but these.
    fn missing(self, kind: &'static str, members: impl Iterator<Item = &'static str>) -> PathError {
        PathError::Member {
            path: self.path,
            kind,
            members: members.map(str::to_owned).collect(),
        }
    }

    /// The error of a `kind` that is not of type `T`.
    fn wrong_type<T>(self, kind: &'static str) -> PathError {
        PathError::Type {
            path: self.path,
            kind,
            given: type_name::<T>(),
        }
    }
}

/// The names of the first processes.
fn first_names(graph: &Graph) -> Vec<String> {
    const MOST: usize = 10;
    let names = graph
        .processes()
        .map(|(_, process)| process.name.to_string());
    names.filter(|name| !name.is_empty()).take(MOST).collect()
}

/// The paths of members that a live view shows when it is not told which.
#[cfg(any(feature = "live", feature = "terminal"))]
pub(crate) struct MemberPaths {
    /// The out-ports of spikes.
    pub(crate) spikes: Vec<String>,
    /// The Vars of `f32`.
    pub(crate) numbers: Vec<String>,
    /// Of these, the ones with one element.
    pub(crate) scalars: Vec<String>,
}

#[cfg(any(feature = "live", feature = "terminal"))]
impl<C> Network<C> {
    /// The paths of all members of some kinds.
    pub(crate) fn member_paths(&self) -> MemberPaths {
        let state = self.shared.lock();
        let mut paths = MemberPaths {
            spikes: Vec::new(),
            numbers: Vec::new(),
            scalars: Vec::new(),
        };
        for (_, process) in state.data.graph().processes() {
            let path = |member: &str| format!("{}.{member}", process.name);
            let ports = process.out_ports.iter();
            let spikes =
                ports.filter(|port| port.payload == TypeId::of::<lava_core::data::Spike>());
            paths.spikes.extend(spikes.map(|port| path(port.name)));
            for var in &process.vars {
                if !var.core().is::<Arc<VarInner<f32>>>() {
                    continue;
                }
                paths.numbers.push(path(var.name()));
                if var.known_dims().is_some_and(|dims| dims.len() == 1) {
                    paths.scalars.push(path(var.name()));
                }
            }
        }
        paths
    }
}

impl<C> Network<C> {
    /// The Var of a process by its path: `lif.v`, or `layer.lif.v` inside a composite process. For
    /// processes whose handles are out of reach.
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
    /// [`PathError`] if there is no such process or Var, or its elements are not of type `T`.
    pub fn var<T: Element>(&self, path: &str) -> Result<Var<T>> {
        let state = self.shared.lock();
        let member = self.member(state.data.graph(), path)?;
        let mut vars = member.decl.vars.iter();
        let Some(var) = vars.find(|var| var.name() == member.name) else {
            let names = member.decl.vars.iter().map(|var| var.name());
            return Err(member.missing("Var", names).into());
        };
        let Some(core) = var.core().downcast_ref::<Arc<VarInner<T>>>() else {
            return Err(member.wrong_type::<T>("Var").into());
        };
        Ok(Var::new(self.process_ref(&member), Arc::clone(core)))
    }

    /// The out-port of a process by its path: see [`var`](Network::var).
    ///
    /// # Errors
    /// [`PathError`] if there is no such process or port, or it does not send messages of `T`.
    pub fn out_port<T: Payload>(&self, path: &str) -> Result<OutPort<T>> {
        const KIND: &str = "out-port";
        let state = self.shared.lock();
        let member = self.member(state.data.graph(), path)?;
        let mut ports = (0..).map(PortIndex).zip(&member.decl.out_ports);
        let Some((index, port)) = ports.find(|(_, port)| port.name == member.name) else {
            let names = member.decl.out_ports.iter().map(|port| port.name);
            return Err(member.missing(KIND, names).into());
        };
        if port.payload != TypeId::of::<T>() {
            return Err(member.wrong_type::<T>(KIND).into());
        }
        let (process, dims) = (self.process_ref(&member), port.extents.sample().clone());
        Ok(OutPort::new(process, index, port.name, dims))
    }

    /// The in-port of a process by its path: see [`var`](Network::var).
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let _: Lif = net.add(Lif::shape([3]).name("a"))?;
    /// let _: Lif = net.add(Lif::shape([3]).name("b"))?;
    /// let spikes = net.out_port::<Spike>("a.s_out")?;
    /// spikes.cast::<f32>().connect(&net.in_port::<f32>("b.a_in")?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PathError`] if there is no such process or port, or it does not receive messages of `T`.
    pub fn in_port<T: Payload>(&self, path: &str) -> Result<InPort<T>> {
        const KIND: &str = "in-port";
        let state = self.shared.lock();
        let member = self.member(state.data.graph(), path)?;
        let mut ports = (0..).map(PortIndex).zip(&member.decl.in_ports);
        let Some((index, port)) = ports.find(|(_, port)| port.name == member.name) else {
            let names = member.decl.in_ports.iter().map(|port| port.name);
            return Err(member.missing(KIND, names).into());
        };
        if port.payload != TypeId::of::<T>() {
            return Err(member.wrong_type::<T>(KIND).into());
        }
        let (process, dims) = (self.process_ref(&member), port.extents.sample().clone());
        Ok(InPort::new(process, index, port.name, dims))
    }

    fn member<'a>(&self, graph: &'a Graph, path: &str) -> Result<PathMember<'a>, PathError> {
        PathMember::find(graph, format!("{}{path}", self.path))
    }

    fn process_ref(&self, member: &PathMember<'_>) -> ProcessRef {
        let owner: Arc<dyn Owner> = Arc::<NetworkInner>::clone(&self.shared);
        ProcessRef {
            owner,
            id: member.process,
            name: Arc::clone(&member.decl.name),
        }
    }
}
