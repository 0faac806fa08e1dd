// 100 outputs drive 200 inputs.
use lava::prelude::*;

#[process]
pub struct Relay<S: Shape> {
    a_in: InPort<f32, S>,
    a_out: OutPort<f32, S>,
}

#[implements(for<S: Shape> proc = Relay<S>, protocol = Loihi)]
struct RelayModel {
    a_in: In<f32>,
    a_out: Out<f32>,
}

impl LoihiModel for RelayModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let small: Relay<D1<100>> = net.add(Relay::shape(D1::<100>))?;
    let large: Relay<D1<200>> = net.add(Relay::shape(D1::<200>))?;
    small.a_out.connect(&large.a_in)
}
