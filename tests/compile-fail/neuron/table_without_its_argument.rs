//! A table is read as if it were a number.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)*open/tau : mV = -70;
        table open(v: mV): 1;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
