//! A voltage drives a current, and a current another one with another prefix.

use lava::prelude::*;

neuron! {
    pub Sender {
        dv/dt = -v/(10 ms) : mV = -70;
        output v_out: mV = v;
        output i_out: nA = v/(100 MOhm);
    }
}

neuron! {
    pub Receiver {
        dv/dt = -v/(10 ms) + i/(100 pF) : mV = -70;
        input i: pA;
        input jump: V/s { v += jump*1 ms; }
    }
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let sender: Sender = net.add(Sender::shape([3]))?;
    let receiver: Receiver = net.add(Receiver::shape([3]))?;
    sender.v_out.connect(&receiver.i)?;
    receiver.i.connect_from(&sender.i_out)?;
    net.stop()
}
