// Loops through a delayed output, and through delayed connections.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

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

impl LoihiModel for RelayModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.a_out.send(&self.a_in.recv())
    }
}

fn main() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        lif:  Lif   = Lif::shape([2]).vth(0.5).du(1.0).v([0.7, 0.0]);
        ring: Dense = Dense::weights([[0.0, 1.0], [1.0, 0.0]]);
        ping: Relay = Relay::shape([2]);
        pong: Relay = Relay::shape([2]);
        lif.s_out -> ring.s_in;
        ring.a_out -> lif.a_in;
        ping.a_out -> pong.a_in;
        pong.a_out.delayed(2) -> ping.a_in;
        ping.a_out.delayed(1) -> ping.a_in;
    }?;
    net.run(RunSteps(4))?;
    net.stop()
}
