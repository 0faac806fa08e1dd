// A model of this crate for a process of another, under a tag of its own.
use lava::model::Update;
use lava::prelude::*;
use lava::proc::{Lif, ResetMode};

/// Networks that count instead of computing.
pub enum Counting {}

#[implements(proc = Lif<f32>, protocol = Loihi)]
#[tag(Counting, explicit)]
struct Counter {
    a_in: In<f32>,
    s_out: Out<Spike>,
    u: ArrayD<f32>,
    v: ArrayD<f32>,
    du: PerNeuron<f32>,
    dv: PerNeuron<f32>,
    bias_mant: PerNeuron<f32>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<f32>,
    reset: ResetMode,
    update: Update,
}

impl LoihiModel for Counter {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.v += 1.0;
        Ok(())
    }
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg<Counting>>::new();
    let lif: Lif = net.add(Lif::<f32>::shape([2]))?;
    net.run(RunSteps(3))?;
    assert_eq!(lif.v.get()?, ndarray::arr1(&[3.0, 3.0]).into_dyn());
    net.stop()
}
