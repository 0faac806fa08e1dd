// A rule as a text.
use lava::learning_rule;

fn main() {
    let _ = learning_rule!("dw = x0;");
}
