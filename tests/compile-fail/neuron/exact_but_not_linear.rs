//! Exact integration of an equation that is not linear.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + v^2/(1 mV*tau) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate by exact;
    }
}

fn main() {}
