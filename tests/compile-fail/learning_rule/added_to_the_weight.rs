// The left side is a change already.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw += 2^-1 * x1 * y0;
        x1: impulse 16, tau 20;
    };
}
