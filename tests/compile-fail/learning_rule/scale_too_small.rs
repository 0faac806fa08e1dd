// A scale below 2^-7.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 2^-12 * x1 * y0;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
