//! Exponential Euler with an equation that is not linear in its variable.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau*exp(v/e_l) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate by exponential_euler;
    }
}

fn main() {}
