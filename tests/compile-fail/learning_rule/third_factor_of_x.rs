// Third factors come from post-synaptic neurons.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = u0 * x1;
        x1: third factor;
    };
}
