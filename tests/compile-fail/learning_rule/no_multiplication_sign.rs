// A number and a variable without an operator.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 2 x0;
    };
}
