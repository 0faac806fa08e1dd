//! A left side without `d`.

use lava::prelude::*;

neuron! {
    pub Cell {
        v/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
