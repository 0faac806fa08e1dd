//! A constant is looked up in a table, which is given when the network is built.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        table rest(x: 1): mV;
        const e_l: mV = rest(0);
        param tau: ms = 10;
    }
}

fn main() {}
