// A pre-synaptic neuron has two traces.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x3 * y0;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
