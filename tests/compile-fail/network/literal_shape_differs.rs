// The type says a shape of 3.
use lava::prelude::*;

#[process]
pub struct Relay<S: Shape = Dyn> {
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
    network! { Loihi1SimCfg;
        relay: Relay<D1<3>> = Relay::shape([4]);
    }?;
    Ok(())
}
