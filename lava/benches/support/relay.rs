//! A chain of models that do nothing.

use lava::prelude::*;

/// Hands on what it receives: the model that does nothing.
#[process]
struct Relay {
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
        self.a_out.send_slice(self.a_in.recv_slice())
    }
}

/// A chain of relays on so many workers.
pub(crate) fn chain(models: usize, workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    let relays: Vec<Relay> = (0..models)
        .map(|_| net.add(Relay::shape([1])))
        .collect::<lava::Result<_>>()?;
    for pair in relays.windows(2) {
        pair[0].a_out.connect(&pair[1].a_in)?;
    }
    Ok(net)
}
