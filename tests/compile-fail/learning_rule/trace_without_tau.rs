// A trace that decays at once is 0.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x2 * y0;
        x2: impulse 16;
    };
}
