//! A right side that is not divided by the capacitance.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = g_l*(e_l - v) + i : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        input i: pA;
        param g_l: nS = 10;
    }
}

fn main() {}
