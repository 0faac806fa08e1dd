// All uK of a rule have the same K.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = u0 * w;
        dt = u3 * t;
    };
}
