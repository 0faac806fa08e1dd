// The sign is that of a synaptic variable.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * sgn(x1);
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
