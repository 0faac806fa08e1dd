// `network!` says of no port or Var of the process outside what stands for it.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

#[process]
pub struct Layer {
    #[port(shape = [2])]
    s_in: InPort<Spike>,
    #[port(shape = [2])]
    s_out: OutPort<Spike>,
    #[var(shape = [2], init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct LayerModel;

impl SubModel for LayerModel {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
        network! { inside net, layer: Layer;
            dense: Dense = Dense::weights([[1.0, 0.0], [0.0, 1.0]]);
            lif: Lif = Lif::shape([2]);
            dense.a_out -> lif.a_in;
        }
    }
}

fn main() {}
