//! A term of the argument of an exponential is no number.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau*exp(v/e_l + tau) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
