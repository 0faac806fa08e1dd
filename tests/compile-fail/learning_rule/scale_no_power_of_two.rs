// A scale that fixed point cannot hold.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 0.3 * x1 * y0;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
