// The motor inside has no command.
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

#[process]
pub struct Robot {
    #[port(shape = [1])]
    command: InPort<f32>,
}

#[implements(proc = Robot, protocol = Loihi, sub_model)]
struct RobotModel;

impl SubModel for RobotModel {
    type Process = Robot;
    type Config = Loihi1SimCfg;

    fn build(robot: &Robot, net: &Network<Loihi1SimCfg>) -> lava::Result<RobotExports> {
        network! { inside net, robot: Robot;
            left: Motor = Motor::shape([1]);
            right: Motor = Motor::shape([1]);
            robot.command -> left.command;
        }
    }
}

fn main() {}
