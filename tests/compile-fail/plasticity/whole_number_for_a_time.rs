// A time constant is a floating-point number.
use lava::proc::plasticity::PairStdp;

fn main() {
    let _ = PairStdp::new().tau_plus(20);
}
