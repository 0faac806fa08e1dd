//! Graphs, and their files.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::hdf5::{self, FileGroup, Item};
use super::super::limits::ReadLimits;
use super::super::tensor::Tensor;
use super::error::NirError;
use super::metadata::Metadata;
use super::node::{GRAPH, NirNode, Primitive};

/// The version of the format that graphs are written in, unless they have been read from a file.
pub const VERSION: &str = "1.0.8";

/// A graph of the neuromorphic intermediate representation: nodes by name, and edges between them.
///
/// It is the file, and nothing else: reading it and writing it is the identity. [`check`](NirGraph::check)
/// says what a network made of it is, and [`build`](NirGraph::build) makes the network.
///
/// ```
/// use lava::io::Tensor;
/// use lava::nir::{NirGraph, Primitive};
///
/// # fn main() -> lava::Result<()> {
/// let shape = Tensor::new([1], vec![2_i64]);
/// let mut graph = NirGraph::new();
/// graph.insert("input", Primitive::Input { shape: shape.clone() });
/// graph.insert("scale", Primitive::Scale { scale: Tensor::new([2], vec![0.5_f32, 2.0]) });
/// graph.insert("output", Primitive::Output { shape });
/// graph.connect("input", "scale");
/// graph.connect("scale", "output");
///
/// let bytes = graph.to_bytes()?;
/// assert_eq!(NirGraph::from_bytes(bytes)?, graph);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NirGraph {
    /// Nodes by name.
    pub nodes: BTreeMap<String, NirNode>,
    /// Edges, from node to node; what arrives at a node is added.
    pub edges: Vec<(String, String)>,
    /// Data that have no effect.
    pub metadata: Metadata,
    /// The version of the format; empty for a graph in a graph.
    pub version: String,
}

impl Default for NirGraph {
    /// A graph without nodes.
    fn default() -> NirGraph {
        NirGraph {
            nodes: BTreeMap::new(),
            edges: Vec::new(),
            metadata: Metadata::default(),
            version: VERSION.to_owned(),
        }
    }
}

impl NirGraph {
    /// A graph without nodes.
    pub fn new() -> NirGraph {
        NirGraph::default()
    }

    /// Adds a node, in place of one of the same name.
    pub fn insert(&mut self, name: impl Into<String>, node: impl Into<NirNode>) {
        self.nodes.insert(name.into(), node.into());
    }

    /// Adds an edge.
    pub fn connect(&mut self, from: impl Into<String>, to: impl Into<String>) {
        self.edges.push((from.into(), to.into()));
    }

    /// Reads a file, within the default limits.
    ///
    /// # Errors
    /// [`NirError`] if the file cannot be read, is no graph, or has a node without one of its parameters.
    pub fn read(path: impl AsRef<Path>) -> Result<NirGraph, NirError> {
        NirGraph::read_with(path, &ReadLimits::new())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    /// Those of [`read`](NirGraph::read).
    pub fn read_with(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<NirGraph, NirError> {
        let root = hdf5::read(path.as_ref(), limits)?;
        NirGraph::of_root(&root)
    }

    /// Reads the bytes of a file, within the default limits.
    ///
    /// # Errors
    /// Those of [`read`](NirGraph::read).
    pub fn from_bytes(bytes: Vec<u8>) -> Result<NirGraph, NirError> {
        let root = hdf5::read_bytes(bytes, &ReadLimits::new())?;
        NirGraph::of_root(&root)
    }

    /// Writes a file, in place of an older one.
    ///
    /// # Errors
    /// [`NirError`] if a name has a `/`, or the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), NirError> {
        let root = self.to_root()?;
        Ok(hdf5::write(path.as_ref(), &root)?)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Those of [`write`](NirGraph::write).
    pub fn to_bytes(&self) -> Result<Vec<u8>, NirError> {
        let root = self.to_root()?;
        Ok(hdf5::to_bytes(&root)?)
    }

    fn of_root(root: &FileGroup) -> Result<NirGraph, NirError> {
        let node = root.group("node").ok_or(NirError::NoGraph)?;
        let node = NirNode::read(node, "")?;
        let Primitive::Graph(mut graph) = node.primitive else {
            let kind = node.primitive.kind();
            return Err(NirError::Alone { kind });
        };
        graph.metadata = node.metadata;
        let version = root.data("version").and_then(Tensor::text);
        graph.version = version.unwrap_or_default().to_owned();
        Ok(graph)
    }

    fn to_root(&self) -> Result<FileGroup, NirError> {
        let mut node = FileGroup::default();
        node.insert("type", GRAPH.to_owned());
        self.write_into(&mut node)?;
        if !self.metadata.is_empty() {
            node.insert_group("metadata", self.metadata.to_group());
        }
        let mut root = FileGroup::default();
        root.insert_group("node", node);
        if !self.version.is_empty() {
            root.insert("version", self.version.clone());
        }
        Ok(root)
    }

    /// Reads nodes and edges of the graph at `path`.
    pub(super) fn read_from(group: &FileGroup, path: &str) -> Result<NirGraph, NirError> {
        let missing = |parameter| NirError::Missing {
            node: path.to_owned(),
            kind: GRAPH,
            parameter,
        };
        let mut graph = NirGraph {
            version: String::new(),
            ..NirGraph::default()
        };
        let nodes = group.group("nodes").ok_or_else(|| missing("nodes"))?;
        for (name, item) in &nodes.items {
            let path = match path {
                "" => name.clone(),
                _ => format!("{path}.{name}"),
            };
            let Item::Group(node) = item else {
                return Err(NirError::Untyped { node: path });
            };
            graph
                .nodes
                .insert(name.clone(), NirNode::read(node, &path)?);
        }
        let edges = group.data("edges").ok_or_else(|| missing("edges"))?;
        graph.edges = read_edges(edges).ok_or_else(|| NirError::Edges {
            graph: path.to_owned(),
        })?;
        Ok(graph)
    }

    /// Writes nodes and edges.
    pub(super) fn write_into(&self, group: &mut FileGroup) -> Result<(), NirError> {
        let mut nodes = FileGroup::default();
        for (name, node) in &self.nodes {
            if name.is_empty() || name.contains('/') || name == "." {
                let name = name.clone();
                return Err(NirError::Name { name });
            }
            nodes.insert_group(name, node.to_group()?);
        }
        group.insert_group("nodes", nodes);
        let ends = self
            .edges
            .iter()
            .flat_map(|(from, to)| [from.clone(), to.clone()]);
        let ends: Vec<String> = ends.collect();
        group.insert("edges", Tensor::new([self.edges.len(), 2], ends));
        Ok(())
    }
}

/// Edges of an array `[edges, 2]`; an empty array may have any shape and type.
fn read_edges(data: &Tensor) -> Option<Vec<(String, String)>> {
    if data.is_empty() {
        return Some(Vec::new());
    }
    let (texts, [_, 2]) = (data.texts()?, data.shape()) else {
        return None;
    };
    let pairs = texts.as_chunks::<2>().0.iter();
    Some(pairs.map(|[from, to]| (from.clone(), to.clone())).collect())
}
