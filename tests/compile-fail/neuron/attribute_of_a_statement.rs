//! An attribute on a statement.

use lava::prelude::*;

neuron! {
    pub Cell {
        #[inline]
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
