// The rule is fixed when the program is compiled.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: impulse 16, tau TAU;
    };
}
