// A common factor before a sum of products.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 2^-1 * (x1 * y0 - x0 * y1);
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
