//! Mistakes in several statements, each reported.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        let x = y;
        spike when v > tau { v = 3; }
    }
}

fn main() {}
