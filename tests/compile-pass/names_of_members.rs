// No name of a member collides with a generated one, or with those of other processes.
use lava::prelude::*;

#[process]
pub struct Lif {
    #[port(required)]
    wiring: InPort<f32>,
    #[port(required)]
    inside: InPort<f32>,
    #[port(required)]
    model: InPort<f32>,
    #[port(required)]
    builder: InPort<f32>,
    #[port(required)]
    exports: InPort<f32>,
    #[port(required)]
    a: InPort<f32>,
    #[port(required)]
    a_fed: InPort<f32>,
    #[port(required)]
    a_in: InPort<f32>,
    #[port(required)]
    a__in: InPort<f32>,
    #[port(required)]
    dense: InPort<f32>,
    #[var]
    binder: Var<f32>,
    #[var]
    declarations: Var<f32>,
}

#[process]
pub struct LifDense {
    #[port(required)]
    a_in: InPort<f32>,
}

#[implements(proc = Lif, protocol = Loihi)]
struct LifModel {
    wiring: In<f32>,
    inside: In<f32>,
    model: In<f32>,
    builder: In<f32>,
    exports: In<f32>,
    a: In<f32>,
    a_fed: In<f32>,
    a_in: In<f32>,
    a__in: In<f32>,
    dense: In<f32>,
    binder: Vec<f32>,
    declarations: Vec<f32>,
    #[local]
    field: u8,
}

impl LoihiModel for LifModel {}

fn main() {
    let _ = Lif::builder().shape([3]).binder(0.0).declarations([1.0]);
}
