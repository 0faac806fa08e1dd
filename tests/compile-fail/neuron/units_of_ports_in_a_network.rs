//! A voltage drives a current in `network!`.

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
    let net = network! { Loihi1SimCfg;
        sender:   Sender   = Sender::shape([3]);
        receiver: Receiver = Receiver::shape([3]);
        sender.v_out -> receiver.i;
    }?;
    net.stop()
}
