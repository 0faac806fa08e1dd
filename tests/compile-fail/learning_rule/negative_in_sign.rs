// The sign goes in front.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * sgn(-w);
    };
}
