// A product goes on after `*`.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * ;
    };
}
