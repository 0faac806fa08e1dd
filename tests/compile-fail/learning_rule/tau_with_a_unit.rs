// Time constants are numbers of steps.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: impulse 16, tau 20ms;
    };
}
