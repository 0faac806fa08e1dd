//! A table of one point.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)*open(v)/tau : mV = -70;
        table open(v: mV): 1 = [(-80, 0)];
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
