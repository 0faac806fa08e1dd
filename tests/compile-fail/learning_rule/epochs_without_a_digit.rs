// The u of a rule has a digit.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = -2^-4 * u * w;
    };
}
