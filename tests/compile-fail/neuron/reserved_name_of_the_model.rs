//! A variable is called `sleep`, as a field of the model is.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (sleep - v)/tau : mV = -70;
        var sleep: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
