// An update is given to the builder, which repeats it, without the number of steps.

use lava::proc::plasticity::{PairStdp, SynapticUpdate};
use lava::proc::synapse::Projection;

fn main() {
    let learn = Projection::new(3, 3).plastic(PairStdp::new());
    let _ = learn.updates([SynapticUpdate::Rescale(0.5)]);
}
