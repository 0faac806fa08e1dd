//! Exact integration with a coefficient that is a variable.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau - g*v/(1 pF) : mV = -70;
        dg/dt = -g/tau : nS;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate by exact;
    }
}

fn main() {}
