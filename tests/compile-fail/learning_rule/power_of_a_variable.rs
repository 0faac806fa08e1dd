// Only 2 has powers.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1^2 * y0;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
