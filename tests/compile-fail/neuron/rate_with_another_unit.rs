//! A rate of spikes is a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike with rate e_l { v = e_l; }
    }
}

fn main() {}
