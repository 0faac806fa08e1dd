//! A refractory period holds a parameter.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when v > 0 { v = e_l; }
        refractory t_ref: ms = 2 for e_l;
    }
}

fn main() {}
