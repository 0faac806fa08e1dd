// A trace is declared once.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: impulse 16, tau 20;
        x1: impulse 8, tau 10;
    };
}
