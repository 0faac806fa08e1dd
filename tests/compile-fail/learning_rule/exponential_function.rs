// Traces decay without a function.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * exp(-x1);
        x1: impulse 16, tau 20;
    };
}
