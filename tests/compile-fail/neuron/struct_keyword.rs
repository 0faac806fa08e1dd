//! A neuron with the keyword `struct`.

use lava::prelude::*;

neuron! {
    pub struct Cell {
        dv/dt = -v/(10 ms) : mV = -70;
    }
}

fn main() {}
