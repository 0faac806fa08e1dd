// A trace is declared.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0;
        x1 = 16;
    };
}
