//! A table over voltages is looked up at a current.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)*open(i)/tau : mV = -70;
        input i: pA;
        table open(v: mV): 1 = [(-80, 0), (0, 1)];
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
