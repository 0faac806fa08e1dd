// A rule has an equation.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {};
}
