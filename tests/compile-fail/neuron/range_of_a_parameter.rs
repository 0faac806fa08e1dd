//! A range that is neither `> 0` nor `>= 0`.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10 where tau < 20;
    }
}

fn main() {}
