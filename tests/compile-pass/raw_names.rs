// Members and processes may have the names of keywords and of what the macros themselves use.
use lava::prelude::*;

#[process]
pub struct Switch {
    r#in: InPort<f32>,
    r#type: OutPort<f32>,
    #[var(init = 0.0)]
    binder: Var<f32>,
    #[var(init = 0.0)]
    model: Var<f32>,
    #[param(default = 1)]
    value: Param<u8>,
    #[param(default = 2)]
    assembly: Param<u8>,
}

#[implements(proc = Switch, protocol = Loihi)]
struct SwitchModel {
    r#in: In<f32>,
    r#type: Out<f32>,
    binder: ArrayD<f32>,
    model: ArrayD<f32>,
    value: u8,
    assembly: u8,
}

impl LoihiModel for SwitchModel {}

fn main() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        r#loop: Switch = Switch::shape([1]).value(3).assembly(4);
        problems: Switch = Switch::shape([1]);
        error: Switch = Switch::shape([1]);
        problems.r#type -> r#loop.r#in;
        r#loop.r#type -> error.r#in;
    }?;
    assert_eq!(net.r#loop.name(), "loop");
    assert_eq!(*net.r#loop.value, 3);
    net.network.stop()
}
