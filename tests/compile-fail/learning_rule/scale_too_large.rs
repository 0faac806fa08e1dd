// The numbers of a product multiply to its scale.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = 100 * x0 * 2^8;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
