// Every statement is checked.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x0 * z;
        dt = 2^-1 * x1;
        epoch -1;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    };
}
