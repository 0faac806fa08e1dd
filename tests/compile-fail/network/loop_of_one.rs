// Without delay, the relay would have to receive before it sends.
use lava::prelude::*;

#[process]
pub struct Relay {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
}

#[implements(proc = Relay, protocol = Loihi)]
struct RelayModel {
    a_in: In<f32>,
    a_out: Out<f32>,
}
impl LoihiModel for RelayModel {}

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        relay: Relay = Relay::shape([1]);
        relay.a_out -> relay.a_in;
    }?;
    Ok(())
}
