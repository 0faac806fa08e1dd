//! The root of a voltage is no voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - sqrt(v))/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
