// A time constant is not negative.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: impulse 16, tau -20;
    };
}
