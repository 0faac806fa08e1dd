// Neither of the robot's inputs is fed.
use lava::prelude::*;

#[process]
pub struct Robot {
    #[port(required)]
    speed: InPort<f32>,
    #[port(required)]
    angle: InPort<f32>,
}

#[implements(proc = Robot, protocol = Loihi)]
struct RobotModel {
    speed: In<f32>,
    angle: In<f32>,
}
impl LoihiModel for RobotModel {}

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        robot: Robot = Robot::shape([1]);
    }?;
    Ok(())
}
