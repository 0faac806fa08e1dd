//! Batches: the way in which each process takes one, or the reason for which it does not.

use super::Problem;
use crate::graph::{Batching, Graph, ProcessDecl};
use crate::model::Timing;

/// Returns the way in which the model of a process takes a batch.
///
/// # Errors
/// The reason for which it takes none, and what to do, in words.
pub(super) fn batching(decl: &ProcessDecl) -> Result<Batching, String> {
    let Some(spec) = decl.spec() else {
        return Ok(Batching::Batch);
    };
    if spec.timing != Timing::Lockstep {
        return Err(
            "it does not run in lockstep: run each sample in a network of its own".to_owned(),
        );
    }
    if let Some(batching) = spec.batching {
        return Ok(batching);
    }
    if spec.sharding.is_none() {
        let model = spec.model;
        return Err(format!(
            "its model `{model}` does not say how it takes one: write `per_sample`, if each sample can have a model of its own, or `batch` in `#[implements(…)]`"
        ));
    }
    // The neurons of a shardable model do not depend on each other; Vars that all share may.
    let mut vars = decl.vars.iter();
    let is_shared = |dims: usize| dims > 0;
    let shared = vars.find(|var| {
        var.is_shared_by_samples() && var.known_dims().is_none_or(|dims| is_shared(dims.rank()))
    });
    match shared {
        None => Ok(Batching::PerSample),
        Some(var) => Err(format!(
            "all samples share its Var `{}`, which the run may change: write `#[var(per_sample)]` if each sample has its own, or `per_sample` in `#[implements(…)]` if the model only reads it",
            var.name()
        )),
    }
}

/// Adds a problem for every process that takes no batch, if the network has one.
pub(super) fn check(graph: &Graph, problems: &mut Vec<Problem>) {
    if graph.batch.get().is_none() {
        return;
    }
    for (_, decl) in graph.running() {
        if let Err(reason) = batching(decl) {
            let process = decl.name.to_string();
            problems.push(Problem::Batch { process, reason });
        }
    }
    for link in &graph.var_edges {
        problems.push(Problem::Batch {
            process: graph.process(link.from.process).name.to_string(),
            reason: format!(
                "its ref-port `{}` reads or writes a Var of another process: send what is needed through ports",
                graph.ref_label(link.from)
            ),
        });
    }
}
