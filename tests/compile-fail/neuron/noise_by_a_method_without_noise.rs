//! Noise, integrated by Runge and Kutta.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau + sigma*xi : mV = -70;
        param sigma: mV*ms^-0.5 = 1;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate by rk4;
    }
}

fn main() {}
