//! `rises` outside of an event.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = if rises(v > e_l) { e_l/tau } else { 0 } : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
