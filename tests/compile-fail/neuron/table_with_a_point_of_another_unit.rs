//! A point of a table stands at a current.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)*open(v)/tau : mV = -70;
        table open(v: mV): 1 = [(-80, 0), (10 pA, 1)];
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
