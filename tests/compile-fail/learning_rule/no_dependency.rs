// A product says nothing of when it is evaluated.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 2^-1 * x1 * y1;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
