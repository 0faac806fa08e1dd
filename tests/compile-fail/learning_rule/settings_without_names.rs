// The numbers of a trace have names.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: 16, 20;
    };
}
