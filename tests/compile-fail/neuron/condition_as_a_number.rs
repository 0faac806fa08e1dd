//! A condition in place of a number.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau*(v > e_l) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
