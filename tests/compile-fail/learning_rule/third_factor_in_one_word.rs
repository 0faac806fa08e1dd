// A third factor, with an underscore.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = u0 * y2;
        y2: third_factor;
    };
}
