//! Diagrams of a network: Mermaid and DOT.

use std::fmt::Write as _;

use lava_core::data::IndexMap;
use lava_core::executor::TaskId;
use lava_core::lifecycle::Stage;

use super::Network;
use crate::engine::Engine;
use crate::graph::{Edge, Graph, Implementation, VarEdge};
use crate::model::Timing;
use crate::process::ProcessId;

/// A writer of diagrams in one of the two languages.
trait GraphWriter {
    type Diagram;
    fn open(&mut self);
    /// Opens the frame of a composite process, whose processes follow.
    fn open_frame(&mut self, process: ProcessId, label: &[String]);
    fn close_frame(&mut self);
    fn node(&mut self, process: ProcessId, label: &[String]);
    fn arrow(&mut self, from: ProcessId, to: ProcessId, label: &str);
    /// An arrow from a ref-port to a Var.
    fn dotted(&mut self, from: ProcessId, to: ProcessId, label: &str);
    fn close(self) -> Self::Diagram;
}

impl<C> Network<C> {
    /// The network as a [Mermaid](https://mermaid.js.org) flow chart, which many editors and web
    /// sites draw: a box for every process with its type and model and, once the network is compiled,
    /// its worker and shards; an arrow for every connection with the ports, the shape and the delay
    /// in steps; a dotted arrow for every ref-port. Composite processes are frames.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::{Dense, Lif};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     dense: Dense = Dense::weights([[1.0, 1.0]]);
    ///     lif:   Lif   = Lif::shape([1]);
    ///     dense.a_out -> lif.a_in;
    /// }?;
    /// assert_eq!(net.to_mermaid(), "\
    /// flowchart LR
    ///     p0[\"dense: Dense<br/>DenseFloat\"]
    ///     p1[\"lif: Lif<br/>LifFloat\"]
    ///     p0 -->|\"a_out → a_in [1], delay 1\"| p1
    /// ");
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_mermaid(&self) -> String {
        self.diagram(Mermaid::default())
    }

    /// The network in the DOT language of [Graphviz](https://graphviz.org), with the same contents as
    /// [`to_mermaid`](Network::to_mermaid).
    pub fn to_dot(&self) -> String {
        self.diagram(Dot::default())
    }

    /// The network as boxes and arrows.
    #[cfg(feature = "plot")]
    pub(crate) fn sketch(&self) -> Sketch {
        let mut sketch = self.diagram(Sketch::default());
        let state = self.shared.lock();
        if let Stage::Ready(engine) | Stage::Halted { engine, .. } = state.stage() {
            for stats in engine.user_stats() {
                let process = &engine.label(stats.stats.task).process;
                let mut nodes = sketch.nodes.iter_mut();
                if let Some(node) = nodes.find(|node| *node.name == **process) {
                    node.seconds += stats.stats.time.as_secs_f64();
                }
            }
        }
        sketch
    }

    fn diagram<W: GraphWriter>(&self, mut writer: W) -> W::Diagram {
        let state = self.shared.lock();
        let engine = match state.stage() {
            Stage::Ready(engine) | Stage::Halted { engine, .. } => Some(&**engine),
            _ => None,
        };
        let graph = state.data.graph();
        writer.open();
        nodes(graph, engine, &mut writer);
        for edge in &graph.edges {
            writer.arrow(edge.from.process, edge.to.process, &edge_label(graph, edge));
        }
        for VarEdge { from, to, var, .. } in &graph.var_edges {
            let port = graph.process(from.process).ref_ports[from.port.index()].name;
            writer.dotted(from.process, *to, &format!("{port} → {var}"));
        }
        writer.close()
    }
}

/// Writes the processes, those inside a composite process in its frame.
fn nodes(graph: &Graph, engine: Option<&Engine>, writer: &mut impl GraphWriter) {
    let mut frames: Vec<ProcessId> = Vec::new();
    // A composite process comes before the processes inside it.
    for (id, process) in graph.processes() {
        while frames
            .last()
            .is_some_and(|frame| !graph.is_inside(id, *frame))
        {
            frames.pop();
            writer.close_frame();
        }
        let mut label = vec![format!("{}: {}", process.name, process.kind)];
        match &process.implementation {
            Implementation::Reserved | Implementation::Pending => {}
            Implementation::Composite(_) => {
                writer.open_frame(id, &label);
                frames.push(id);
            }
            Implementation::Model(spec) => {
                label.push(spec.model.to_owned());
                label.extend(engine.and_then(|engine| placement(engine, id, process.timing())));
                writer.node(id, &label);
            }
        }
    }
    frames.iter().for_each(|_| writer.close_frame());
}

/// The workers that run a process, or its timing, in words.
fn placement(engine: &Engine, process: ProcessId, timing: Timing) -> Option<String> {
    let tasks: Vec<TaskId> = engine.shards(process).map(|(task, _)| task).collect();
    let workers = tasks.iter().filter_map(|task| engine.worker_of(*task));
    let workers: Vec<String> = workers.map(|worker| worker.index().to_string()).collect();
    match &workers[..] {
        [] if tasks.is_empty() => None,
        [] if timing == Timing::Async => Some("asynchronous".to_owned()),
        [] => Some("detached".to_owned()),
        [worker] => Some(format!("worker {worker}")),
        several => Some(format!(
            "{} shards on workers {}",
            several.len(),
            several.join(", ")
        )),
    }
}

/// The label of a connection.
fn edge_label(graph: &Graph, edge: &Edge) -> String {
    let from = &graph.process(edge.from.process).out_ports[edge.from.port.index()];
    let to = &graph.process(edge.to.process).in_ports[edge.to.port.index()];
    let (sent, received) = (from.extents.sample(), to.extents.sample());
    let mut label = format!("{} → {} {sent}", from.name, to.name);
    let elements = 0..sent.len();
    let arriving = elements.filter(|element| edge.map.get(*element).is_some());
    let arriving = arriving.count();
    if arriving < sent.len() {
        let _ = write!(label, ", {arriving} of {}", sent.len());
    }
    if sent != received || matches!(edge.map, IndexMap::Table(_)) {
        let _ = write!(label, " to {received}");
    }
    match graph.delay(edge) {
        0 => {}
        delay => {
            let _ = write!(label, ", delay {delay}");
        }
    }
    label
}

#[derive(Default)]
struct Mermaid {
    text: String,
    depth: usize,
}

impl Mermaid {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "    ".repeat(self.depth));
    }
}

/// The text of a label: Mermaid cannot escape quotes, so they become entities.
fn mermaid_text(text: &str) -> String {
    text.replace('"', "#quot;")
}

impl GraphWriter for Mermaid {
    type Diagram = String;

    fn open(&mut self) {
        self.line("flowchart LR");
        self.depth += 1;
    }

    fn open_frame(&mut self, process: ProcessId, label: &[String]) {
        self.line(&format!(
            "subgraph p{process}[\"{}\"]",
            mermaid_text(&label.join("<br/>"))
        ));
        self.depth += 1;
    }

    fn close_frame(&mut self) {
        self.depth -= 1;
        self.line("end");
    }

    fn node(&mut self, process: ProcessId, label: &[String]) {
        self.line(&format!(
            "p{process}[\"{}\"]",
            mermaid_text(&label.join("<br/>"))
        ));
    }

    fn arrow(&mut self, from: ProcessId, to: ProcessId, label: &str) {
        self.line(&format!("p{from} -->|\"{}\"| p{to}", mermaid_text(label)));
    }

    fn dotted(&mut self, from: ProcessId, to: ProcessId, label: &str) {
        self.line(&format!("p{from} -.->|\"{}\"| p{to}", mermaid_text(label)));
    }

    fn close(self) -> String {
        self.text
    }
}

#[derive(Default)]
struct Dot {
    text: String,
    depth: usize,
}

impl Dot {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "    ".repeat(self.depth));
    }
}

/// The text of a label, escaped.
fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

impl GraphWriter for Dot {
    type Diagram = String;

    fn open(&mut self) {
        self.line("digraph {");
        self.depth += 1;
        self.line("rankdir = LR;");
        self.line("node [shape = box];");
    }

    fn open_frame(&mut self, process: ProcessId, label: &[String]) {
        self.line(&format!("subgraph cluster_p{process} {{"));
        self.depth += 1;
        self.line(&format!("label = \"{}\";", dot_text(&label.join("\n"))));
    }

    fn close_frame(&mut self) {
        self.depth -= 1;
        self.line("}");
    }

    fn node(&mut self, process: ProcessId, label: &[String]) {
        self.line(&format!(
            "p{process} [label = \"{}\"];",
            dot_text(&label.join("\n"))
        ));
    }

    fn arrow(&mut self, from: ProcessId, to: ProcessId, label: &str) {
        self.line(&format!(
            "p{from} -> p{to} [label = \"{}\"];",
            dot_text(label)
        ));
    }

    fn dotted(&mut self, from: ProcessId, to: ProcessId, label: &str) {
        let label = dot_text(label);
        self.line(&format!(
            "p{from} -> p{to} [label = \"{label}\", style = dotted];"
        ));
    }

    fn close(mut self) -> String {
        self.close_frame();
        self.text
    }
}

/// A network as boxes and arrows, to be drawn.
#[cfg(feature = "plot")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Sketch {
    pub(crate) nodes: Vec<SketchNode>,
    pub(crate) arrows: Vec<SketchArrow>,
}

/// A process with a model.
#[cfg(feature = "plot")]
#[derive(Clone, Debug)]
pub(crate) struct SketchNode {
    id: ProcessId,
    pub(crate) name: String,
    /// The type, the model and the worker.
    pub(crate) lines: Vec<String>,
    /// The time that it has taken, if the network is profiled.
    pub(crate) seconds: f64,
}

/// A connection, or the reference of a ref-port.
#[cfg(feature = "plot")]
#[derive(Clone, Debug)]
pub(crate) struct SketchArrow {
    /// Indices of nodes.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) label: String,
    pub(crate) is_reference: bool,
}

#[cfg(feature = "plot")]
impl Sketch {
    fn add_arrow(&mut self, from: ProcessId, to: ProcessId, label: &str, is_reference: bool) {
        let place = |id| self.nodes.iter().position(|node| node.id == id);
        // The ends of a connection to a composite process are processes inside it.
        if let (Some(from), Some(to)) = (place(from), place(to)) {
            self.arrows.push(SketchArrow {
                from,
                to,
                label: label.to_owned(),
                is_reference,
            });
        }
    }
}

#[cfg(feature = "plot")]
impl GraphWriter for Sketch {
    type Diagram = Sketch;

    fn open(&mut self) {}

    fn open_frame(&mut self, _: ProcessId, _: &[String]) {}

    fn close_frame(&mut self) {}

    fn node(&mut self, id: ProcessId, label: &[String]) {
        let (first, rest) = label
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first, rest));
        let (name, kind) = first.rsplit_once(": ").unwrap_or((first, ""));
        let mut lines = vec![kind.to_owned()];
        lines.extend_from_slice(rest);
        self.nodes.push(SketchNode {
            id,
            name: name.to_owned(),
            lines,
            seconds: 0.0,
        });
    }

    fn arrow(&mut self, from: ProcessId, to: ProcessId, label: &str) {
        self.add_arrow(from, to, label, false);
    }

    fn dotted(&mut self, from: ProcessId, to: ProcessId, label: &str) {
        self.add_arrow(from, to, label, true);
    }

    fn close(self) -> Sketch {
        self
    }
}
