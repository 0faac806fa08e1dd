//! A `let` depends on itself.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        let a = b + v;
        let b = a - v;
    }
}

fn main() {}
