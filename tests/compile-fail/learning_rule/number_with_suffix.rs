// Numbers have no type.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 2i32 * x0;
    };
}
