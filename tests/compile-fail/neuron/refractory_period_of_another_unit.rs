//! A refractory period in mV.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when v > 0 { v = e_l; }
        refractory t_ref: mV = 2 for v;
    }
}

fn main() {}
