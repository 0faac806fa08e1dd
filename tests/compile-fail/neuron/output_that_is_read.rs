//! An equation reads an output.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + v_out/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        output v_out: mV = v;
    }
}

fn main() {}
