// A network with a name: a function, and the struct that it returns.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

mod networks {
    use super::*;

    network! {
        /// Neurons behind synapses.
        pub fn layer(weights: &[[f32; 2]; 1], vth: f32) -> lava::Result<Layer>;
        Loihi1SimCfg;
        dense: Dense = Dense::weights(*weights);
        /// The neurons.
        lif: Lif = Lif::shape([1]).vth(vth);
        dense.a_out -> lif.a_in;
    }
}

struct Application {
    layer: networks::Layer,
}

impl Application {
    fn step(&self) -> lava::Result<f32> {
        self.layer.run(RunSteps(1))?;
        Ok(self.layer.lif.v.get()?[0])
    }
}

fn main() -> lava::Result<()> {
    let layer = networks::layer(&[[1.0, 2.0]], 10.0)?;
    let application = Application { layer: layer.clone() };
    layer.lif.v.set(3.0)?;
    assert_eq!(application.step()?, 3.0);
    assert_eq!(layer.dense.weights.get()?, ndarray::arr2(&[[1.0, 2.0]]).into_dyn());
    layer.network.stop()
}
