// A process that is generic over what it sends, under one model for all types.
use lava::prelude::*;
use lava::process::Value;
use ndarray::array;

#[process]
pub struct Ramp<T: Value = f32> {
    a_out: OutPort<T>,
    #[var(init = T::ZERO)]
    level: Var<T>,
    #[var(scalar, init = T::ONE)]
    slope: Var<T>,
}

#[implements(proc = Ramp<T>, protocol = Loihi)]
struct RampModel<T: Value> {
    a_out: Out<T>,
    level: ArrayD<T>,
    slope: T,
}

impl<T: Value> LoihiModel for RampModel<T> {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.level.mapv_inplace(|level| level.plus(self.slope));
        self.a_out.send(&self.level)
    }
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let float: Ramp = net.add(Ramp::shape([2]))?;
    let whole: Ramp<i16> = net.add(Ramp::shape([2]).slope(-3))?;
    net.run(RunSteps(2))?;
    assert_eq!(float.level.get()?, array![2.0, 2.0].into_dyn());
    assert_eq!(whole.level.get()?, array![-6, -6].into_dyn());
    net.stop()
}
