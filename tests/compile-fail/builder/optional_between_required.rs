// The optional `gain` comes before the second required parameter.
use lava::prelude::*;

#[process]
pub struct Amplifier {
    a_out: OutPort<f32>,
    #[var(init = 1.0)]
    gain: Var<f32>,
    #[param]
    label: Param<&'static str>,
}

fn main() {
    let _amplifier = Amplifier::shape([3]).gain(2.0).label("amplifier");
}
