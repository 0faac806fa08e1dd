//! An input in pA jumps a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        input a_in: pA { v += a_in; }
    }
}

fn main() {}
