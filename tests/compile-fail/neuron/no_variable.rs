//! A neuron without a variable.

use lava::prelude::*;

neuron! {
    pub Cell {
        param tau: ms = 10;
    }
}

fn main() {}
