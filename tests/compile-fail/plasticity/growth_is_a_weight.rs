// The synapses that grow are a weight, without a delay.

use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;

fn main() {
    let learn = Projection::new(3, 3).plastic(PairStdp::new());
    let _ = learn.growth(0.1);
}
