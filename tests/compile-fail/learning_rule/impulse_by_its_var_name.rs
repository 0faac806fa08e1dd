// An impulse as a keyword argument.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1_impulse = 16;
        x1: impulse 16, tau 20;
    };
}
