// An operator that rules do not have.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 & y0;
    };
}
