//! Statements that are being typed: the rule has its other parts.

use lava::prelude::*;
use lava::proc::synapse::Projection;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        post dy/dt = -y/
        param tau: ms = 20 where tau > 0;
        on pre { w -= 0.01*y; x += }
        on post { w += 0.01*x; y += 1; }
        param a:
    }
}

fn main() {
    let rule = Stdp::new().tau(5.0);
    let learn = Projection::new(1, 1).plastic(rule.clone());
    rule.unknown(1.0);
    drop(learn);
}
