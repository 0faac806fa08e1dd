//! An expression without a value in one case.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = if v > e_l { e_l/tau } : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
