//! Noise that is not scaled by the root of a time.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + sigma*xi : mV = -70;
        param sigma: mV = 1;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
