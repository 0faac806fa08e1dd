//! An output in pA sends a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        output v_out: pA = v;
    }
}

fn main() {}
