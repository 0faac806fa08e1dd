// Scales are powers of two.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0 / 2;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
