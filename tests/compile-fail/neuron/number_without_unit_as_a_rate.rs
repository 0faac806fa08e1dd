//! A number without a unit as a rate.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + 3 : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
