//! A `let` has another unit than its expression.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        let i_l: pA = (e_l - v)/tau;
    }
}

fn main() {}
