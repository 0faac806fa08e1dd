// What a model sends has not the type of its port.
use lava::prelude::*;

#[process]
pub struct P {
    a_out: OutPort<f32>,
    s_out: OutPort<Spike>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = P, protocol = Loihi)]
struct M {
    a_out: Out<f32>,
    s_out: Out<Spike>,
    v: ArrayD<f32>,
}

impl LoihiModel for M {
    fn run_spk(&mut self) -> lava::Result<()> {
        let doubles: Vec<f64> = self.v.iter().map(|v| f64::from(*v)).collect();
        self.a_out.send_slice(&doubles)?;
        self.a_out.send(&self.v.mapv(f64::from))?;
        self.s_out.send(&self.v)?;
        self.s_out.send_slice(&[1.0])
    }
}

fn main() {}
