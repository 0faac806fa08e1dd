// The motor has no command.
use lava::prelude::*;

#[process]
pub struct Motor {
    #[port(required)]
    command: InPort<f32>,
}

#[implements(proc = Motor, protocol = Loihi)]
struct MotorModel {
    command: In<f32>,
}

impl LoihiModel for MotorModel {}

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        left: Motor = Motor::shape([1]);
    }?;
    Ok(())
}
