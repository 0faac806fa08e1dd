//! A number with the suffix of a Rust type.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when v > 30f32 { v = e_l; }
    }
}

fn main() {}
