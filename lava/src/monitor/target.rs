//! The target of a probe without its types: rank 0 sends it to the ranks that serve its program.

use std::any::TypeId;
use std::sync::Arc;

use lava_core::data::{Dims, IndexMap, Payload, Persist, PersistError, Spike};

use super::attach::AttachProbe;
use super::error::ProbeError;
use super::options::ProbeOptions;
use super::probed::{PortRow, RecordKind, VarRow, probe_var};
use crate::graph::{Graph, PortId, SourceRef};
use crate::process::{PortIndex, ProcessId, VarInner};

/// A target of probes.
#[derive(Debug)]
pub(crate) enum ProbeTarget {
    /// A Var of a process with a model.
    Var { name: String, row: VarRow },
    /// The messages of out-ports.
    Ports(PortRow),
}

impl ProbeTarget {
    /// The process of a Var.
    pub(crate) fn process(&self) -> Option<ProcessId> {
        match self {
            ProbeTarget::Var { row, .. } => Some(row.process),
            ProbeTarget::Ports(_) => None,
        }
    }

    /// The target and the options of a probe as bytes.
    pub(crate) fn to_bytes(&self, options: &ProbeOptions) -> Vec<u8> {
        let mut bytes = Vec::new();
        options.put(&mut bytes);
        match self {
            ProbeTarget::Var { name, row } => {
                true.save(&mut bytes);
                (row.process.index(), row.label.clone(), name.clone()).save(&mut bytes);
                put_dims(&row.dims, &mut bytes);
                put_map(&row.map, &mut bytes);
            }
            ProbeTarget::Ports(row) => {
                false.save(&mut bytes);
                row.label.save(&mut bytes);
                put_dims(&row.dims, &mut bytes);
                row.sources.len().save(&mut bytes);
                for source in &row.sources {
                    let PortId { process, port } = source.port;
                    let numbers = (process.index(), port.index(), source.len, source.delay);
                    numbers.save(&mut bytes);
                    put_map(&source.map, &mut bytes);
                }
            }
        }
        bytes
    }

    /// The target and the options that bytes are.
    pub(crate) fn of_bytes(mut bytes: &[u8]) -> Result<(ProbeTarget, ProbeOptions), PersistError> {
        let bytes = &mut bytes;
        let options = ProbeOptions::take(bytes)?;
        if bool::load(bytes)? {
            let (process, label, name) = Persist::load(bytes)?;
            let row = VarRow {
                process: ProcessId(process),
                label,
                dims: take_dims(bytes)?,
                map: take_map(bytes)?,
            };
            return Ok((ProbeTarget::Var { name, row }, options));
        }
        let (label, dims) = (Persist::load(bytes)?, take_dims(bytes)?);
        let sources = (0..usize::load(bytes)?).map(|_| {
            let (process, port, len, delay) = Persist::load(bytes)?;
            Ok(SourceRef {
                len,
                delay,
                map: take_map(bytes)?,
                ..SourceRef::whole(
                    PortId {
                        process: ProcessId(process),
                        port: PortIndex(port),
                    },
                    len,
                )
            })
        });
        let sources: Result<Vec<SourceRef>, PersistError> = sources.collect();
        let row = PortRow {
            label,
            dims,
            sources: sources?,
        };
        Ok((ProbeTarget::Ports(row), options))
    }

    /// Makes the probe of this target. Returns `None` if the graph has no such Var or port.
    pub(crate) fn probe(
        self,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Option<Result<AttachProbe, ProbeError>> {
        match self {
            ProbeTarget::Var { name, row } => var_probe(&name, row, graph, options),
            ProbeTarget::Ports(row) => ports_probe(row, graph, options),
        }
    }
}

/// The probe of a Var, whichever type its elements have.
fn var_probe(
    name: &str,
    row: VarRow,
    graph: &Graph,
    options: &ProbeOptions,
) -> Option<Result<AttachProbe, ProbeError>> {
    let vars = &graph.process(row.process).vars;
    let core = vars.iter().find(|var| var.name() == name)?.core();
    macro_rules! of_type {
        ($($type:ty)+) => {
            $(if let Some(core) = core.downcast_ref::<Arc<VarInner<$type>>>() {
                let probe = probe_var(Arc::clone(core), row, graph, options);
                return Some(probe.map(|(_, attach)| attach));
            })+
        };
    }
    of_type!(f32 f64 bool i8 i16 i32 i64 u8 u16 u32 u64);
    None
}

/// The probe of ports, whichever type their messages have.
fn ports_probe(
    row: PortRow,
    graph: &Graph,
    options: &ProbeOptions,
) -> Option<Result<AttachProbe, ProbeError>> {
    let PortId { process, port } = row.sources.first()?.port;
    let payload = graph.process(process).out_ports[port.index()].payload;
    macro_rules! of_type {
        ($($type:ty)+) => {
            $(if payload == TypeId::of::<$type>() {
                let probe = <<$type as Payload>::Kind as RecordKind<$type>>::probe(row, graph, options);
                return Some(probe.map(|(_, attach)| attach));
            })+
        };
    }
    of_type!(Spike f32 f64 i8 i16 i32 i64 u8 u16 u32 u64);
    None
}

fn put_dims(dims: &Dims, bytes: &mut Vec<u8>) {
    dims.as_slice().to_vec().save(bytes);
}

fn take_dims(bytes: &mut &[u8]) -> Result<Dims, PersistError> {
    Vec::<usize>::load(bytes).map(Dims::from)
}

fn put_map(map: &IndexMap, bytes: &mut Vec<u8>) {
    let (first, table) = match map {
        IndexMap::Offset(first) => (Some(*first), Vec::new()),
        IndexMap::Table(table) => (None, table.to_vec()),
    };
    (first, table).save(bytes);
}

fn take_map(bytes: &mut &[u8]) -> Result<IndexMap, PersistError> {
    let (first, table): (Option<usize>, Vec<u32>) = Persist::load(bytes)?;
    Ok(first.map_or_else(|| IndexMap::Table(table.into()), IndexMap::Offset))
}
