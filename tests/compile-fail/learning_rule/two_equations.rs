// A variable has one equation.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0;
        dw = y0;
    };
}
