//! A number without a unit beside a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = -(v + 70)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
