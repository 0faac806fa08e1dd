//! A product without `*`.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = 2(e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
