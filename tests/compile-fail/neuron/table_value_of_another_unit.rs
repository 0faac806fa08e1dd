//! The value of a table is a current, and stands beside a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v + recorded(t))/tau : mV = -70;
        table recorded(t: ms): pA;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
