//! Shapes: what nodes state, and what follows from the edges.

use super::super::node::Primitive;
use super::super::report::Report;
use super::convert::{self, parameters};
use super::flatten::Flat;
use crate::io::Tensor;

/// The shapes of input and output of each node; `None` where they are not known, which is a problem.
type Shapes = Vec<Option<(Vec<usize>, Vec<usize>)>>;

/// Infers the shapes along the edges, and compares those on either side.
pub(super) fn infer(flat: &Flat<'_>, report: &mut Report) -> Shapes {
    let primitives = || flat.nodes.iter().map(|node| &node.node.primitive);
    let mut failed = vec![false; flat.nodes.len()];
    let mut shapes: Shapes = vec![None; flat.nodes.len()];
    let mut settle = |shapes: &mut Shapes, index: usize, input: Vec<usize>, report: &mut Report| {
        let node = &flat.nodes[index];
        match convert::output(&node.node.primitive, &input) {
            Ok(output) => shapes[index] = Some((input, output)),
            Err(problem) if !failed[index] => {
                failed[index] = true;
                let kind = node.node.primitive.kind();
                report
                    .problems
                    .push(format!("node `{}`, {kind}: {problem}", node.path));
            }
            Err(_) => {}
        }
    };
    for (index, primitive) in primitives().enumerate() {
        if let Some(input) = stated(primitive) {
            settle(&mut shapes, index, input, report);
        }
    }
    loop {
        let mut changed = false;
        for (from, to) in &flat.edges {
            if let (Some((_, output)), None) = (shapes[*from].clone(), &shapes[*to]) {
                settle(&mut shapes, *to, output, report);
                changed |= shapes[*to].is_some();
            }
        }
        if changed {
            continue;
        }
        // Parameters of one element are those of one neuron, if nothing says otherwise.
        let alone = primitives().enumerate().find_map(|(index, primitive)| {
            let shape = parameters(primitive)
                .first()
                .map(|(_, data)| extents(data.shape()))?;
            shapes[index].is_none().then_some((index, shape))
        });
        match alone {
            Some((index, shape)) => {
                settle(&mut shapes, index, shape, report);
                if shapes[index].is_none() {
                    break;
                }
            }
            None => break,
        }
    }
    compare(flat, &shapes, report);
    shapes
}

/// A shape as the library has it, where a scalar has one element.
fn extents(shape: &[usize]) -> Vec<usize> {
    match shape {
        [] => vec![1],
        _ => shape.to_vec(),
    }
}

/// The shape of the input that a node states.
fn stated(primitive: &Primitive) -> Option<Vec<usize>> {
    let numbers = |data: &Tensor| {
        let extents = data
            .to_i64()?
            .into_iter()
            .map(|extent| usize::try_from(extent).ok());
        extents
            .collect::<Option<Vec<usize>>>()
            .map(|shape| self::extents(&shape))
    };
    match primitive {
        Primitive::Input { shape } | Primitive::Output { shape } => numbers(shape),
        Primitive::Flatten { input_type, .. } => numbers(input_type.as_ref()?),
        Primitive::Affine { weight, .. } | Primitive::Linear { weight } => {
            let [batch @ .., _, inputs] = weight.shape() else {
                return None;
            };
            Some([batch, &[*inputs]].concat())
        }
        Primitive::Conv1d {
            input_shape,
            weight,
            groups,
            ..
        }
        | Primitive::Conv2d {
            input_shape,
            weight,
            groups,
            ..
        } => {
            let spatial = numbers(input_shape.as_ref()?)?;
            let groups = usize::try_from(*groups.to_i64()?.first()?).ok()?;
            let channels = weight.shape().get(1)?.checked_mul(groups)?;
            Some([&[channels][..], &spatial].concat())
        }
        _ => {
            // The largest parameter, unless all have one element.
            let largest = parameters(primitive)
                .into_iter()
                .max_by_key(|(_, data)| data.len());
            let shape = largest.map(|(_, data)| data.shape().to_vec())?;
            (shape.iter().product::<usize>() > 1).then_some(shape)
        }
    }
}

/// Compares the shapes on either side of each edge.
fn compare(flat: &Flat<'_>, shapes: &Shapes, report: &mut Report) {
    for (from, to) in &flat.edges {
        let (Some((_, output)), Some((input, _))) = (&shapes[*from], &shapes[*to]) else {
            continue;
        };
        let paths = [*from, *to].map(|index| flat.nodes[index].path.as_str());
        let edge = format!("edge `{}` → `{}`", paths[0], paths[1]);
        let count = |shape: &[usize]| shape.iter().product::<usize>();
        if count(output) != count(input) {
            let problem = format!("{edge}: {output:?} does not fit {input:?}");
            report.problems.push(problem);
        } else if output != input {
            let note = format!("{edge}: {output:?} is taken as {input:?}, in row-major order");
            report.notes.push(note);
        }
    }
    for (node, shape) in flat.nodes.iter().zip(shapes) {
        let is_known = |problem: &String| problem.contains(&format!("`{}`", node.path));
        match shape {
            Some((input, _)) if input.contains(&0) => {
                let problem = format!("node `{}` has the empty shape {input:?}", node.path);
                report.problems.push(problem);
            }
            None if !report.problems.iter().any(is_known) => {
                let kind = node.node.primitive.kind();
                report.problems.push(format!(
                    "node `{}`, {kind}: its shape is not stated, and follows from no edge",
                    node.path
                ));
            }
            _ => {}
        }
    }
}
