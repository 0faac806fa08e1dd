// An input stands behind an output.
use lava::network::{export, unexported};
use lava::prelude::*;
use lava::proc::Dense;

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
        Ok(LayerExports {
            s_in: unexported(),
            s_out: export(&dense.s_in),
            v: unexported(),
        })
    }
}

fn main() {}
