// A rule is given to the process, instead of the projection.
use lava::proc::Sparse;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;

fn main() {
    let _ = Sparse::<f32>::projection(Projection::new(3, 3)).plastic(PairStdp::new());
}
