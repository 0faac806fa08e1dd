// A setting that traces do not have.
use lava::learning_rule;

fn main() {
    let _ = learning_rule! {
        dw = x1 * y0;
        x1: impuls 16, tau 20;
    };
}
