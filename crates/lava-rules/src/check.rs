//! Checks of the traces that a rule reads.

use crate::error::Mistake;
use crate::rule::{Decay, Rule, Variable};

/// The mistakes of traces: read and not declared, or declared so that they are always 0.
pub(crate) fn traces(rule: &Rule) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    for factor in rule.factors() {
        let Some(index) = factor.variable.trace() else {
            continue;
        };
        let name = Variable::TRACES[index];
        let mistake = match &rule.traces[index] {
            None => Mistake::new(
                format!("`{name}` is not declared; add `{name}: impulse 16, tau 20;`"),
                factor.tokens.clone(),
            ),
            Some(trace) if trace.decay == Decay::Tau(0.0) => Mistake::new(
                format!(
                    "`{name}` has no tau above 0, so it is always 0, but an equation reads it; give it a `tau`, or `no decay`"
                ),
                trace.tokens.clone(),
            ),
            Some(trace) if !trace.has_impulse && trace.decay != Decay::Received => Mistake::new(
                format!(
                    "`{name}` has no impulse, so spikes do not raise it, but an equation reads it; add `impulse 16`, or `impulse 0` if it is raised by the numbers of graded spikes or set between runs"
                ),
                trace.tokens.clone(),
            ),
            Some(_) => continue,
        };
        if !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    }
    mistakes
}
