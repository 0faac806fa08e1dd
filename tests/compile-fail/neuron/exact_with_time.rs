//! Exact integration of a function of time.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l*sin(t/tau) - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate by exact;
    }
}

fn main() {}
