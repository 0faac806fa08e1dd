// A trace that spikes do not raise.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: tau 20;
    };
}
