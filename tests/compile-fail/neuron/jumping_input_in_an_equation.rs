//! An input that jumps has no value during a step.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + a_in/(1 ms) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        input a_in: mV { v += a_in; }
    }
}

fn main() {}
