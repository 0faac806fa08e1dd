// Not every type can be sent.
use lava::prelude::*;

#[process]
pub struct Relay<T> {
    a_in: InPort<T>,
    a_out: OutPort<T>,
}

fn main() {}
