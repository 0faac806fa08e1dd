//! A table is looked up at two values.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)*open(v, t)/tau : mV = -70;
        table open(v: mV): 1;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
