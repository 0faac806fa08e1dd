// A builder that was made elsewhere takes its process out of lockstep: the loop needs no delay.
use lava::prelude::*;
use lava::proc::Lif;

#[process]
pub struct Relay {
    s_in: InPort<Spike>,
    a_out: OutPort<f32>,
}

#[implements(proc = Relay, protocol = Loihi)]
struct RelayModel {
    s_in: In<Spike>,
    a_out: Out<f32>,
}

impl LoihiModel for RelayModel {}

fn main() -> lava::Result<()> {
    let relay = Relay::shape([1]).detached();
    network! { Loihi1SimCfg;
        lif: Lif = Lif::shape([1]);
        relay: Relay = relay;
        lif.s_out -> relay.s_in;
        relay.a_out -> lif.a_in;
    }?;
    Ok(())
}
