//! An equation that is being typed: the process has its other members.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/
        dw/dt = -w/tau : pA;
        param e_l: mV = -70;
        param tau: ms = 10;
        param c_m:
        spike when v > 0 mV { v = e_l; }
    }
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let cell: Cell = net.add(Cell::shape([3]).w(1.0).tau(5.0))?;
    net.probe(&cell.s_out)?;
    cell.v.get()?;
    cell.unknown.get()?;
    net.stop()
}
