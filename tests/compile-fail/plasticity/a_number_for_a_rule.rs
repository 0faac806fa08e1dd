// A projection is given a learning rate instead of a rule.

use lava::proc::synapse::Projection;

fn main() {
    let _ = Projection::new(3, 3).plastic(0.01);
}
