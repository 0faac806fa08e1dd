//! A product without its sign.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = tau(e_l - v) : mV = -70;
        param e_l: mV = -70;
        param tau: 1/ms = 10;
    }
}

fn main() {}
