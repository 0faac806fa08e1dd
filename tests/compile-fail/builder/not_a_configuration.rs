// A protocol is no run configuration.
use lava::prelude::*;

fn main() {
    let _net = Network::<Loihi>::new();
}
