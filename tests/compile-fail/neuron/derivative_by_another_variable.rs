//! A derivative by something else than time.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dx = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
