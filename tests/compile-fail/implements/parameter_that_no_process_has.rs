// A configuration could not choose `U`.
use lava::prelude::*;

#[process]
pub struct Neurons<T: Value> {
    a_in: InPort<T>,
    a_out: OutPort<T>,
    #[var(init = T::ZERO)]
    v: Var<T>,
}

#[implements(proc = Neurons<T>, protocol = Loihi)]
struct NeuronsModel<T: Value, U: Default + Send + 'static> {
    a_in: In<T>,
    a_out: Out<T>,
    v: Vec<T>,
    #[local]
    own: Vec<U>,
}

impl<T: Value, U: Default + Send + 'static> LoihiModel for NeuronsModel<T, U> {}

fn main() {}
