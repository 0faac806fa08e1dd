//! An event sets what follows from an expression.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        let x = v - e_l;
        spike when v > 0 { x = 0; }
    }
}

fn main() {}
