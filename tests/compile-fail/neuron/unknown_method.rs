//! A method that does not exist.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate by runge_kutta;
    }
}

fn main() {}
