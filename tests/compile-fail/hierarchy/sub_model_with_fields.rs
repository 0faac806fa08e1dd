// A hierarchical model binds nothing, and is not cut.
use lava::prelude::*;

#[process]
pub struct Layer {
    #[var(shape = [2], init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Layer, protocol = Loihi, shardable, sub_model)]
struct LayerModel {
    v: Vec<f32>,
}

impl SubModel for LayerModel {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(_: &Layer, _: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
        Ok(LayerExports {
            v: lava::network::unexported(),
        })
    }
}

fn main() {}
