//! The branches of an `if` have different units.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = if v > e_l { e_l/tau } else { tau } : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
