// A time step without a unit, and a delay with one.
use lava::prelude::*;
use lava::proc::synapse::Projection;
use lava::units::ms;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.1)?;
    let _ = Projection::new(3, 4).delays(1.5 * ms);
    net.stop()
}
