//! A time among voltages, deep inside.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = g_l*((e_l - v) + 2*(v - tau))/c_m : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        param c_m: pF = 250;
        param g_l: nS = 10;
    }
}

fn main() {}
