// One model for all floats, and another for i32: a trait of one's own tells them apart.
use lava::prelude::*;

/// Floats.
pub trait Float: Value {}

impl Float for f32 {}
impl Float for f64 {}

#[process]
pub struct Gain<T: Value> {
    a_in: InPort<T>,
    #[var(init = T::ZERO)]
    v: Var<T>,
}

#[implements(proc = Gain<T>, protocol = Loihi)]
#[tag(FloatingPt)]
struct GainFloat<T: Float> {
    a_in: In<T>,
    v: Vec<T>,
}

impl<T: Float> LoihiModel for GainFloat<T> {}

#[implements(proc = Gain<i32>, protocol = Loihi)]
#[tag(FixedPt)]
struct GainFixed {
    a_in: In<i32>,
    v: Vec<i32>,
}

impl LoihiModel for GainFixed {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _: Gain<f64> = net.add(Gain::shape([3]))?;
    let _: Gain<i32> = net.add(Gain::shape([3]))?;
    Ok(())
}
