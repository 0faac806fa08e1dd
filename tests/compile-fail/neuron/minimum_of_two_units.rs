//! The minimum of a voltage and a time.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (min(v, tau) - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
