// What stands behind the Var is not said.
use lava::network::export;
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
        let dense: Dense = net.add(Dense::weights([[1.0, 0.0], [0.0, 1.0]]))?;
        let lif: Lif = net.add(Lif::shape(layer.s_out.shape()))?;
        dense.a_out.connect(&lif.a_in)?;
        Ok(LayerExports {
            s_in: export(&dense.s_in),
            s_out: export(&lif.s_out),
        })
    }
}

fn main() {}
