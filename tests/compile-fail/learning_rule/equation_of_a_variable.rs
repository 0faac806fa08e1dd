// The left side is the change of a variable.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        w = x0;
    };
}
