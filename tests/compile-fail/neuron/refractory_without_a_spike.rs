//! A refractory period without a spike.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        refractory t_ref: ms = 2 for v;
    }
}

fn main() {}
