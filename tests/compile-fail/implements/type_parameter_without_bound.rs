// The parameter has the bounds that it has in the process.
use lava::prelude::*;

#[process]
pub struct Neurons<T: Value> {
    a_in: InPort<T>,
    a_out: OutPort<T>,
    #[var(init = T::ZERO)]
    v: Var<T>,
}

#[implements(proc = Neurons<T>, protocol = Loihi)]
struct NeuronsModel<T> {
    a_in: In<T>,
    a_out: Out<T>,
    v: Vec<T>,
}

impl<T: Value> LoihiModel for NeuronsModel<T> {}

fn main() {}
