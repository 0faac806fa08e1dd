// An epoch has a whole number of steps.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0;
        epoch 1.5;
    };
}
