//! A picture of the neuron in floating and in fixed point, one above the other.

use lava::plot::{Curves, Figure, Plot, curves};

use super::neuron::Trace;

/// The picture of two traces: the voltage, what it takes to fire, and the spikes.
pub fn picture(float: &Trace, fixed: &Trace) -> Figure {
    Figure::new()
        .inline()
        .title("A neuron that adapts to its input")
        .plot(panel("Floating point", float))
        .plot(panel("Loihi's fixed point", fixed))
}

fn panel(name: &str, trace: &Trace) -> Plot<Curves> {
    let spikes: Vec<f64> = trace.spikes.iter().map(|step| *step as f64).collect();
    curves("time (steps)", "voltage (weights)")
        .samples("voltage", 1.0, &trace.voltage)
        .samples("what it takes to fire", 1.0, &trace.limit)
        .spikes("spikes", &spikes)
        .title(format!("{name}  ·  {} spikes", trace.spikes.len()))
}
