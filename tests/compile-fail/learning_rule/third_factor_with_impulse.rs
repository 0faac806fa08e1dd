// A third factor is received.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = u0 * y2;
        y2: impulse 16, third factor;
    };
}
