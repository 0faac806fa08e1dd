//! A voltage among currents that are divided by a capacitance.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (g_l*(e_l - v) + i + e_l)/c_m : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        input i: pA;
        param c_m: pF = 250;
        param g_l: nS = 10;
    }
}

fn main() {}
