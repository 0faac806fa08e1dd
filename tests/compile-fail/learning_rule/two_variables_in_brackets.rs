// Brackets hold one variable.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * (w - t);
    };
}
