// The second of a pair of rules depends on the spikes of the targets, too.

use lava::proc::plasticity::{InhibitoryStdp, PairStdp};
use lava::proc::synapse::Projection;

fn main() {
    let rules = (PairStdp::new(), InhibitoryStdp::new());
    let _ = Projection::new(3, 3).plastic(rules);
}
