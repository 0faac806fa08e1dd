//! A current among terms of mV/ms.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + i : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        input i: pA;
    }
}

fn main() {}
