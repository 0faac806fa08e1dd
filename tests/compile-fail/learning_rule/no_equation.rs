// A rule changes something.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        epoch 4;
    };
}
