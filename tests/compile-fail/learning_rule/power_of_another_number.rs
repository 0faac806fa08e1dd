// Only 2 has powers.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 10^-2 * x0;
    };
}
