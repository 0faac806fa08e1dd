// The weight is called `w` in rules.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * weights;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
