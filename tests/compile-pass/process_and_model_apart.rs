// The process in one module, its models in others, the network in a third.
mod neurons {
    use lava::prelude::*;

    #[process]
    pub struct Neurons {
        a_in: InPort<f32>,
        #[port(delay = 1)]
        s_out: OutPort<Spike>,
        #[var(init = 0.0)]
        v: Var<f32>,
        #[param(default = 4)]
        refractory: Param<u32>,
    }

    impl Neurons {
        /// The highest voltage.
        pub fn highest(&self) -> lava::Result<f32> {
            Ok(self.v.get()?.iter().copied().fold(f32::MIN, f32::max))
        }
    }
}

mod cpu {
    use crate::neurons;
    use lava::prelude::*;

    #[implements(proc = neurons::Neurons, protocol = lava::model::Loihi)]
    struct NeuronsModel {
        a_in: In<f32>,
        s_out: Out<Spike>,
        v: ArrayD<f32>,
        refractory: u32,
        #[local(init = self::START)]
        waiting: u32,
        #[local]
        context: Context,
    }

    const START: u32 = 3;

    impl LoihiModel for NeuronsModel {
        fn run_spk(&mut self) -> lava::Result<()> {
            self.v += &self.a_in.recv();
            self.v += (self.waiting + self.context.time_step() as u32) as f32;
            self.s_out
                .send(&self.v.mapv(|v| v > self.refractory as f32))
        }
    }
}

fn main() -> lava::Result<()> {
    let net = lava::network! { lava::prelude::Loihi1SimCfg;
        all: neurons::Neurons = neurons::Neurons::shape([2]).refractory(9);
        all.s_out.cast() -> all.a_in;
    }?;
    net.run(lava::RunSteps(1))?;
    assert_eq!(net.all.highest()?, 4.0);
    net.stop()
}
