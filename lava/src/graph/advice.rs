//! Advice for connections whose shapes differ.

use lava_core::data::Dims;

use super::edge::PortId;
use super::virtual_port::SourcePort;
use super::{Graph, ProcessDecl};
use crate::process::ProcessId;

impl Graph {
    /// Says what makes an output of these sources and extents fit an in-port.
    pub(super) fn shape_advice(
        &self,
        sources: &[SourcePort],
        dims: &Dims,
        (to, to_dims): (PortId, &Dims),
    ) -> String {
        let target = self.process(to.process);
        let [source] = sources else {
            return reshaped(dims, to_dims);
        };
        let from: ProcessId = source.source.port.process;
        let source = self.process(from);
        let ends = (dims.as_slice(), to_dims.as_slice());
        transposed(target, ends)
            .or_else(|| transposed(source, ends))
            .or_else(|| without_steps(source, ends))
            .or_else(|| steps_last(source, ends))
            .or_else(|| turned_round(target, ends))
            .or_else(|| turned_round(source, ends))
            .unwrap_or_else(|| reshaped(dims, to_dims))
    }
}

/// Advice if a matrix of the process would fit both ends, were it transposed.
fn transposed(process: &ProcessDecl, (from, to): (&[usize], &[usize])) -> Option<String> {
    let ([from], [to]) = (from, to) else {
        return None;
    };
    let (name, dims) = var_of_extents(process, |dims| dims == [*from, *to])?;
    Some(format!(
        "`{}.{name}` {dims} is [outputs, inputs], so transpose it",
        process.name
    ))
}

/// Advice if a Var of the process has the wanted shape, and the port that shape without its first
/// axis.
fn without_steps(process: &ProcessDecl, (from, to): (&[usize], &[usize])) -> Option<String> {
    let (name, dims) = var_of_extents(process, |dims| {
        dims == to && dims.split_first().is_some_and(|(_, rest)| rest == from)
    })?;
    Some(format!(
        "the first axis of `{}.{name}` {dims} counts steps, so put an axis in front of it",
        process.name
    ))
}

/// Advice if a Var of the process has the wanted shape in front of its last axis, and the port the
/// shape behind its first.
fn steps_last(process: &ProcessDecl, (from, to): (&[usize], &[usize])) -> Option<String> {
    let (name, dims) = var_of_extents(process, |dims| {
        let is_wanted = dims.split_last().is_some_and(|(_, rest)| rest == to);
        is_wanted && dims.split_first().is_some_and(|(_, rest)| rest == from)
    })?;
    Some(format!(
        "the first axis of `{}.{name}` {dims} counts steps; if the last does, transpose it: `.reversed_axes()`",
        process.name
    ))
}

/// Advice if the process takes messages of the wanted shape and sends what the port sends, as a
/// projection whose populations were exchanged does.
fn turned_round(process: &ProcessDecl, (from, to): (&[usize], &[usize])) -> Option<String> {
    let mut inputs = process
        .in_ports
        .iter()
        .map(|port| port.extents.sample().as_slice());
    let mut outputs = process
        .out_ports
        .iter()
        .map(|port| port.extents.sample().as_slice());
    let ([sources], [targets]) = (to, from) else {
        return None;
    };
    let is_turned = inputs.any(|dims| dims == to) && outputs.any(|dims| dims == from);
    is_turned.then(|| {
        format!(
            "`{}` goes from {sources} to {targets}: exchange them, `Projection::new(sources, targets)` takes the sources first",
            process.name
        )
    })
}

/// The Var of a process whose extents are known, and are these.
fn var_of_extents(
    process: &ProcessDecl,
    are_these: impl Fn(&[usize]) -> bool,
) -> Option<(&'static str, &Dims)> {
    let vars = process.vars.iter();
    let mut known = vars.filter_map(|var| Some((var.name(), var.known_dims()?)));
    known.find(|(_, dims)| are_these(dims.as_slice()))
}

fn reshaped(from: &Dims, to: &Dims) -> String {
    match from.len() == to.len() {
        true => format!("reshape the output, `.reshape({to})`"),
        false => "build one of the processes with the shape of the other".to_owned(),
    }
}
