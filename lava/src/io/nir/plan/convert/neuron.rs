//! Neurons, with spikes and without.

use super::super::super::node::Primitive;
use super::super::super::options::NirOptions;
use super::super::flatten::FlatNode;
use super::super::{Becomes, PlannedNeuron};
use super::{Conversion, of_elements};
use crate::io::Tensor;
use crate::proc::{Discretization, SpikeTiming};

/// The parameters of a primitive that has one value for each element.
pub(in super::super) fn parameters(primitive: &Primitive) -> Vec<(&'static str, &Tensor)> {
    match primitive {
        Primitive::Scale { .. }
        | Primitive::Delay { .. }
        | Primitive::Threshold { .. }
        | Primitive::I { .. }
        | Primitive::IF { .. }
        | Primitive::LI { .. }
        | Primitive::LIF { .. }
        | Primitive::CubaLI { .. }
        | Primitive::CubaLIF { .. } => primitive.data(),
        _ => Vec::new(),
    }
}

/// Converts a node that is a neuron.
pub(super) fn convert(
    flat: &FlatNode<'_>,
    shape: &[usize],
    options: &NirOptions,
    notes: &mut Vec<String>,
) -> Result<Conversion, String> {
    let primitive = &flat.node.primitive;
    let kind = primitive.kind();
    let mut neuron = PlannedNeuron {
        fires: kind.ends_with('F'),
        leaks: kind.contains('L'),
        has_current: kind.starts_with("Cuba"),
        tau_mem: vec![1.0],
        tau_syn: vec![1.0],
        r: vec![1.0],
        v_leak: vec![0.0],
        w_in: vec![1.0],
        v_threshold: vec![1.0],
        v_reset: vec![0.0],
    };
    let parameters = parameters(primitive);
    if parameters.iter().all(|(_, data)| data.len() == 1) && shape.iter().product::<usize>() > 1 {
        notes.push(format!(
            "node `{}`: its parameters are one value, for {shape:?} neurons",
            flat.path
        ));
    }
    for (name, data) in parameters {
        let values = of_elements(name, data, shape)?;
        let is_finite = values.iter().all(|value| value.is_finite());
        let is_time = name.starts_with("tau");
        if is_time && !(is_finite && values.iter().all(|value| *value > 0.0)) {
            return Err(format!("`{name}` is not above 0 everywhere"));
        }
        if !is_finite && name != "v_threshold" {
            return Err(format!("`{name}` has a number that is not finite"));
        }
        *match name {
            "tau_syn" => &mut neuron.tau_syn,
            "tau" | "tau_mem" => &mut neuron.tau_mem,
            "r" => &mut neuron.r,
            "v_leak" => &mut neuron.v_leak,
            "w_in" => &mut neuron.w_in,
            "v_threshold" => &mut neuron.v_threshold,
            _ => &mut neuron.v_reset,
        } = values;
    }
    if !neuron.leaks {
        let (path, dt) = (&flat.path, options.dt);
        notes.push(format!(
            "node `{path}`, {kind}: input acts for dt = {dt} s; for graphs whose unit of time is the step (Sinabs) \
             take dt = 1"
        ));
    }
    let words = if neuron.fires {
        "ContinuousLif"
    } else {
        "LeakyIntegrator"
    };
    let inexact = fidelity(&neuron, options)?;
    let becomes = Becomes::Neuron(Box::new(neuron));
    Ok(Conversion {
        becomes,
        words: words.to_owned(),
        inexact: Some(inexact),
    })
}

/// Exactness of a neuron, and why or when.
fn fidelity(neuron: &PlannedNeuron, options: &NirOptions) -> Result<(bool, String), String> {
    let method = options.discretization;
    let is_exact = method == Discretization::Exact || !(neuron.leaks || neuron.has_current);
    let within = options.rule.timing == SpikeTiming::WithinStep;
    if neuron.fires
        && within
        && (neuron.has_current || !neuron.leaks || method != Discretization::Exact)
    {
        let problem =
            "`SpikeTiming::WithinStep` is for LIF in the exact discretization; take `AfterStep`";
        return Err(problem.to_owned());
    }
    Ok(match (is_exact, neuron.fires) {
        (true, false) => (true, "for input that is constant during a step".to_owned()),
        (true, true) if within => (true, "for input that is constant during a step".to_owned()),
        (true, true) => (
            false,
            "spikes and resets are at the ends of steps".to_owned(),
        ),
        (false, false) => (false, "Euler's method".to_owned()),
        (false, true) => (
            false,
            "Euler's method; spikes are at the ends of steps".to_owned(),
        ),
    })
}
