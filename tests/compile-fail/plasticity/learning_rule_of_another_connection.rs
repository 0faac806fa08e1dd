// A projection is given the rule of a `LearningSparse`.
use lava::learning_rule;
use lava::proc::synapse::Projection;

fn main() {
    let rule = learning_rule! { dw = x0; };
    let _ = Projection::new(3, 3).plastic(rule);
}
