//! Two comparisons in a row.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when e_l < v < 0 { v = e_l; }
    }
}

fn main() {}
