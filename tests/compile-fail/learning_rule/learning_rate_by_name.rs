// A variable of the program in a product.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = rate * x1 * y0;
        x1: impulse 16, tau 20;
    };
}
