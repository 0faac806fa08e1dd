//! A silent event that does nothing.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        when v > e_l v = e_l;
    }
}

fn main() {}
