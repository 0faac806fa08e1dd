//! Layers of a directed graph: Sugiyama's method (Sugiyama, Tagawa & Toda 1981).

/// A graph in layers, each edge of which leads from one layer to the next.
#[derive(Clone, Debug)]
pub(super) struct LayeredGraph {
    /// The layer of each node; those from the number of nodes on are bends of long edges.
    pub(super) layer_of: Vec<usize>,
    /// The nodes of each layer, from the top.
    pub(super) layers: Vec<Vec<usize>>,
    /// The nodes and bends along each edge, from left to right; of an edge within a layer, a node to
    /// itself, both ends.
    pub(super) paths: Vec<Vec<usize>>,
    /// The edge leads from right to left.
    pub(super) is_reversed: Vec<bool>,
}

impl LayeredGraph {
    pub(super) fn new(nodes: usize, edges: &[(usize, usize)]) -> LayeredGraph {
        let is_reversed = back_edges(nodes, edges);
        let forward: Vec<(usize, usize)> = edges
            .iter()
            .zip(&is_reversed)
            .map(|((from, to), is_reversed)| {
                if *is_reversed {
                    (*to, *from)
                } else {
                    (*from, *to)
                }
            })
            .collect();
        let mut graph = LayeredGraph {
            layer_of: longest_paths(nodes, &forward),
            layers: Vec::new(),
            paths: Vec::new(),
            is_reversed,
        };
        for (from, to) in &forward {
            let mut path = vec![*from];
            for layer in graph.layer_of[*from] + 1..graph.layer_of[*to] {
                path.push(graph.layer_of.len());
                graph.layer_of.push(layer);
            }
            path.push(*to);
            graph.paths.push(path);
        }
        let last = graph.layer_of.iter().copied().max().unwrap_or(0);
        graph.layers = vec![Vec::new(); last + 1];
        for (node, layer) in graph.layer_of.iter().enumerate() {
            graph.layers[*layer].push(node);
        }
        graph.order();
        graph
    }

    /// Orders each layer by the mean place of the neighbours, back and forth.
    fn order(&mut self) {
        let mut neighbours = vec![Vec::new(); self.layer_of.len()];
        for path in &self.paths {
            for pair in path.windows(2).filter(|pair| pair[0] != pair[1]) {
                neighbours[pair[0]].push(pair[1]);
                neighbours[pair[1]].push(pair[0]);
            }
        }
        let mut place = vec![0.0; self.layer_of.len()];
        for layer in &self.layers {
            for (index, node) in layer.iter().enumerate() {
                place[*node] = index as f64 / layer.len() as f64;
            }
        }
        let count = self.layers.len();
        for sweep in 0..6 {
            for index in 0..count {
                let index = if sweep % 2 == 0 {
                    index
                } else {
                    count - 1 - index
                };
                let mean = |node: usize| {
                    let side = neighbours[node].iter().filter(|other| {
                        let layer = self.layer_of[**other];
                        if sweep % 2 == 0 {
                            layer < index
                        } else {
                            layer > index
                        }
                    });
                    let places: Vec<f64> = side.map(|other| place[*other]).collect();
                    match places.len() {
                        0 => place[node],
                        count => places.iter().sum::<f64>() / count as f64,
                    }
                };
                let mut keyed: Vec<(f64, usize)> = self.layers[index]
                    .iter()
                    .map(|node| (mean(*node), *node))
                    .collect();
                keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
                let len = keyed.len() as f64;
                for (position, (_, node)) in keyed.iter().enumerate() {
                    place[*node] = (position as f64 + 0.5) / len;
                }
                self.layers[index] = keyed.into_iter().map(|(_, node)| node).collect();
            }
        }
    }
}

/// The edges that lead back to a node on the way to their source, by a search in depth.
fn back_edges(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut outgoing = vec![Vec::new(); nodes];
    for (index, (from, to)) in edges.iter().enumerate() {
        if from != to {
            outgoing[*from].push((index, *to));
        }
    }
    let mut is_back = vec![false; edges.len()];
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0; nodes];
    for root in 0..nodes {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut way = vec![(root, 0)];
        while let Some((node, next)) = way.pop() {
            let Some((edge, to)) = outgoing[node].get(next).copied() else {
                state[node] = 2;
                continue;
            };
            way.push((node, next + 1));
            match state[to] {
                0 => {
                    state[to] = 1;
                    way.push((to, 0));
                }
                1 => is_back[edge] = true,
                _ => {}
            }
        }
    }
    is_back
}

/// The length of the longest path to each node of a graph without cycles but for edges from a node to
/// itself.
fn longest_paths(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut layer_of = vec![0; nodes];
    // A path has fewer edges than there are nodes.
    for _ in 0..nodes {
        let mut is_changed = false;
        for (from, to) in edges.iter().filter(|(from, to)| from != to) {
            if layer_of[*to] <= layer_of[*from] {
                layer_of[*to] = layer_of[*from] + 1;
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    layer_of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_broken_and_long_edges_bent() {
        let graph = LayeredGraph::new(3, &[(0, 1), (1, 2), (2, 0), (0, 2), (1, 1)]);
        assert_eq!(&graph.layer_of[..3], [0, 1, 2]);
        assert_eq!(graph.is_reversed, [false, false, true, false, false]);
        assert_eq!(graph.paths[0], [0, 1]);
        assert_eq!(graph.paths[2], [0, 3, 2], "from left to right");
        assert_eq!(graph.layers[1].len(), 3);
    }
}
