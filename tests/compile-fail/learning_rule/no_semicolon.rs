// Statements end with `;`.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0
        epoch 4;
    };
}
