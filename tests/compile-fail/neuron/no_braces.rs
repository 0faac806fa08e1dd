//! A neuron without braces.

use lava::prelude::*;

neuron! {
    pub Cell
}

fn main() {}
