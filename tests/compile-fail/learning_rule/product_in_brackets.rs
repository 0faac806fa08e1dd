// Brackets hold a variable and a constant.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * (2 * w);
    };
}
