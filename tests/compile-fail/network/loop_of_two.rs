// Without delay, each relay would have to send before the other.
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
    let built = network! { Loihi1SimCfg;
        ping: Relay = Relay::shape([1]);  pong: Relay = Relay::shape([1]);
        ping.a_out -> pong.a_in;
        pong.a_out -> ping.a_in;
    };
    built.map(drop)
}
