// Names are in small letters.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = X1 * y0;
        x1: impulse 16, tau 20;
    };
}
