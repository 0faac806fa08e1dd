//! An equation without the unit of its variable.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
