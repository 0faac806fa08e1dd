// An equation reads a trace that nothing declares.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 2^-1 * x1 * y0 + x0 * y2;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
